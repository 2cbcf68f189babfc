"""What is kept of a vote: who may vote, that they did, and (apart, untied) what was voted.

docs/security.md says what each table lets an operator learn at each moment.
"""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cocrea.accounts.models import Person, Sector
from cocrea.core.db import JSONText, enum_column
from cocrea.discussion.models import Channel
from cocrea.extensions import Model
from cocrea.voting.models.contests import Contest
from cocrea.voting.models.paper import Booth


class BallotKey(Model):
    """What ties a person to their pseudonym while a vote may change. Deleted when the box is sealed.

    A table of its own, so that it can be wiped from the disk. With the server's secret key it makes the pseudonyms: a
    copy of the database alone ties nobody to a ballot.
    """

    __tablename__ = "ballot_keys"

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey(Contest.id), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), default=lambda: secrets.token_hex(32))


class RollEntry(Model):
    """A person on the electorate of a contest, and whether they took part: not what they voted, and no time.

    `is_late`: entered by the facilitation after the opening, on the record. `booth_id`: where the person will vote on
    paper, which keeps them from voting online, or did.
    """

    __tablename__ = "roll_entries"

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey(Contest.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    sector: Mapped[Sector | None] = mapped_column(enum_column(Sector))
    booth_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Booth.id), index=True)
    channel: Mapped[Channel | None] = mapped_column(enum_column(Channel))
    took_part: Mapped[bool] = mapped_column(default=False)
    is_late: Mapped[bool] = mapped_column(default=False)


class RollAddress(Model):
    """Who may vote by an uploaded list: an e-mail address, deleted when the roll is taken."""

    __tablename__ = "roll_addresses"

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey(Contest.id), primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), primary_key=True, index=True)


class OpenBallot(Model):
    """A ballot while the contest is open: no person and no time; its `pseudonym` needs the contest's `BallotKey`."""

    __tablename__ = "open_ballots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey(Contest.id), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    receipt: Mapped[str] = mapped_column(sa.String(40), unique=True)
    choices: Mapped[Any] = mapped_column(JSONText)


class SealedBallot(Model):
    """A published ballot, written when the box is sealed, in the order of its receipt and tied to nothing else.

    `choices` is None where a paper is invalid.
    """

    __tablename__ = "sealed_ballots"
    __table_args__ = ({"sqlite_with_rowid": False},)

    contest_id: Mapped[int] = mapped_column(sa.ForeignKey(Contest.id), primary_key=True)
    receipt: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    choices: Mapped[Any | None] = mapped_column(JSONText)


class BallotName(Model):
    """Under which name a ballot of an open contest is published; a secret contest has none."""

    __tablename__ = "ballot_names"

    contest_id: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["contest_id", "receipt"], [SealedBallot.contest_id, SealedBallot.receipt], name="fk_ballot_names_ballot"
        ),
    )
