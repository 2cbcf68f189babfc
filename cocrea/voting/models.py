"""Contests and what is kept of a vote: who may vote, that they did, and (apart, untied) what was voted.

docs/security.md says what each table lets an operator learn at each moment.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person, Sector
from cocrea.core.db import JSONText, UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.core.windows import Window, WindowState
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Channel
from cocrea.extensions import Model
from cocrea.proposals.models import Proposal
from cocrea.tables.models import Table


class ElectorateRule(StrEnum):
    """Who may vote; the list is frozen when the contest opens."""

    VERIFIED = "verified"
    TABLE = "table"

    @property
    def label(self) -> Any:
        return {
            ElectorateRule.VERIFIED: _l("Toda persona con cuenta confirmada"),
            ElectorateRule.TABLE: _l("Integrantes de la mesa"),
        }[self]


class Choice(StrEnum):
    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"

    @property
    def label(self) -> Any:
        return {Choice.YES: _l("Sí"), Choice.NO: _l("No"), Choice.ABSTAIN: _l("Me abstengo")}[self]


class Contest(Model):
    """A question put to an electorate: each option is answered yes, no or abstain.

    `quorum_percent` is of the electorate, `threshold_percent` of yes among yes and no. Whether voting is open follows
    from the dates; `frozen_at` marks the snapshot of the roll, `sealed_at` the count, and `scrubbed_at` when the
    database had overwritten what was left of the emptied box, all three by jobs.
    """

    __tablename__ = "contests"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id), index=True)
    table_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Table.id))
    question: Mapped[str] = mapped_column(sa.String(300))
    explanation_source: Mapped[str] = mapped_column(sa.Text, default="")
    explanation_html: Mapped[str] = mapped_column(sa.Text, default="")
    electorate: Mapped[ElectorateRule] = mapped_column(enum_column(ElectorateRule))
    quorum_percent: Mapped[int] = mapped_column(default=0)
    threshold_percent: Mapped[int] = mapped_column(default=50)
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    frozen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    roll_fingerprint: Mapped[str] = mapped_column(sa.String(64), default="")
    roll_salt: Mapped[str] = mapped_column(sa.String(64), default=lambda: secrets.token_hex(16))
    roll_size: Mapped[int] = mapped_column(default=0)
    sealed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    scrubbed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ballots_root: Mapped[str] = mapped_column(sa.String(64), default="")
    result: Mapped[Any] = mapped_column(JSONText, nullable=True)

    cycle: Mapped[Cycle] = relationship()
    table: Mapped[Table | None] = relationship()
    options: Mapped[list[Option]] = relationship(
        back_populates="contest", order_by="Option.position", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def window(self) -> Window:
        return Window(self.opens_at, self.closes_at)

    def state(self, now: datetime) -> WindowState:
        return self.window.state(now)


class Option(Model):
    """One line of the ballot, usually an admitted proposal; its text is frozen with the contest."""

    __tablename__ = "options"
    __table_args__ = (sa.UniqueConstraint("contest_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey(Contest.id))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    proposal_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Proposal.id), index=True)

    contest: Mapped[Contest] = relationship(back_populates="options")
    proposal: Mapped[Proposal | None] = relationship()


class BallotKey(Model):
    """What ties a person to their pseudonym while a vote may change. Deleted when the box is sealed.

    A table of its own, so that it can be wiped from the disk. With the server's secret key it makes the pseudonyms: a
    copy of the database alone ties nobody to a ballot.
    """

    __tablename__ = "ballot_keys"

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey(Contest.id), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), default=lambda: secrets.token_hex(32))


class RollEntry(Model):
    """A person on the electorate of a contest, and whether they took part: not what they voted, and no time."""

    __tablename__ = "roll_entries"

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey(Contest.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    sector: Mapped[Sector | None] = mapped_column(enum_column(Sector))
    channel: Mapped[Channel | None] = mapped_column(enum_column(Channel))
    took_part: Mapped[bool] = mapped_column(default=False)


class OpenBallot(Model):
    """A ballot while the contest is open: no person and no time; its `pseudonym` needs the contest's `BallotKey`."""

    __tablename__ = "open_ballots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey(Contest.id), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    receipt: Mapped[str] = mapped_column(sa.String(40), unique=True)
    choices: Mapped[Any] = mapped_column(JSONText)


class SealedBallot(Model):
    """A published ballot, written when the box is sealed, in the order of its receipt and tied to nothing else."""

    __tablename__ = "sealed_ballots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey(Contest.id), primary_key=True)
    receipt: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    choices: Mapped[Any] = mapped_column(JSONText)
