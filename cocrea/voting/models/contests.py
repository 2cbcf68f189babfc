"""Contests and their options."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.core.db import JSONText, UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.core.windows import Window, WindowState
from cocrea.cycles.models import Cycle
from cocrea.extensions import Model
from cocrea.proposals.models import Proposal
from cocrea.tables.models import Table
from cocrea.voting.counting import Base, Candidate, Terms
from cocrea.voting.counting.shares import Satisfaction
from cocrea.voting.rules import RuleName


class ElectorateRule(StrEnum):
    """Who may vote; the list is frozen when the contest opens."""

    VERIFIED = "verified"
    TABLE = "table"
    FORUM = "forum"
    UPLOADED = "uploaded"

    @property
    def label(self) -> Any:
        return {
            ElectorateRule.VERIFIED: _l("Toda persona con cuenta confirmada"),
            ElectorateRule.TABLE: _l("Integrantes de una mesa"),
            ElectorateRule.FORUM: _l("Los asientos de un foro"),
            ElectorateRule.UPLOADED: _l("Una lista de correos que entrega la facilitación antes de abrir"),
        }[self]


class Choice(StrEnum):
    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"

    @property
    def label(self) -> Any:
        return {Choice.YES: _l("Sí"), Choice.NO: _l("No"), Choice.ABSTAIN: _l("Me abstengo")}[self]


class Secrecy(StrEnum):
    """Whether anybody learns who voted what: open contests are for those who answer for a seat."""

    SECRET = "secret"  # noqa: S105
    OPEN = "open"

    @property
    def label(self) -> Any:
        return {
            Secrecy.SECRET: _l("Secreta: nadie sabe qué votó cada quien"),
            Secrecy.OPEN: _l("Abierta: al cerrar se publica qué votó cada quien"),
        }[self]


class OptionOrder(StrEnum):
    """In which order each voter reads the options."""

    DRAWN = "drawn"
    FIXED = "fixed"

    @property
    def label(self) -> Any:
        return {
            OptionOrder.DRAWN: _l("Sorteado para cada persona, para que ir primero no dé ventaja"),
            OptionOrder.FIXED: _l("El mismo para todas las personas"),
        }[self]


class TurnoutShown(StrEnum):
    """When everybody sees how many have voted; what was voted is never shown before the close."""

    ALWAYS = "always"
    AT_CLOSE = "at_close"

    @property
    def label(self) -> Any:
        return {
            TurnoutShown.ALWAYS: _l("Desde que abre"),
            TurnoutShown.AT_CLOSE: _l("Solo al cierre"),
        }[self]


@dataclass(frozen=True)
class Deciding:
    """How a contest decides: the columns of `Contest` that make its `terms`."""

    rule: RuleName = RuleName.YES_NO
    seats: int = 1
    budget: int | None = None
    max_choices: int | None = None
    max_points: int = 5
    average: bool = False
    satisfaction: Satisfaction = Satisfaction.COST
    quorum_percent: int = 0
    sector_quorum_percent: int = 0
    threshold_percent: int = 50
    threshold_base: Base = Base.YES_NO


@dataclass(frozen=True)
class Conduct:
    """How a contest is held, whatever its rule: columns of `Contest` too."""

    secrecy: Secrecy = Secrecy.SECRET
    option_order: OptionOrder = OptionOrder.FIXED
    turnout_shown: TurnoutShown = TurnoutShown.ALWAYS


class Contest(Model):
    """A question put to an electorate, decided by a rule and its figures (see `Deciding` and docs/counting.md).

    `budget` and the options' costs are whole pesos; `quorum_percent` is of the roll. Whether voting is open follows
    from the dates and `cancelled_at`. `frozen_at` marks the snapshot of the roll, `sealed_at` the end of the key,
    `counted_at` the count, `scrubbed_at` when the database had overwritten what was left of the emptied box. `seed`
    settles ties and draws orders: `seed_commitment` is public from the calling on, the seed itself with the result.
    Where there are booths, the count waits for their papers: `online_root` is the root of the sealed box without them.
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
    secrecy: Mapped[Secrecy] = mapped_column(enum_column(Secrecy), default=Secrecy.SECRET)
    option_order: Mapped[OptionOrder] = mapped_column(enum_column(OptionOrder), default=OptionOrder.FIXED)
    turnout_shown: Mapped[TurnoutShown] = mapped_column(enum_column(TurnoutShown), default=TurnoutShown.ALWAYS)
    rule: Mapped[RuleName] = mapped_column(enum_column(RuleName), default=RuleName.YES_NO)
    seats: Mapped[int] = mapped_column(default=1)
    budget: Mapped[int | None] = mapped_column(sa.BigInteger)
    max_choices: Mapped[int | None]
    max_points: Mapped[int] = mapped_column(default=5)
    average: Mapped[bool] = mapped_column(default=False)
    satisfaction: Mapped[Satisfaction] = mapped_column(enum_column(Satisfaction), default=Satisfaction.COST)
    quorum_percent: Mapped[int] = mapped_column(default=0)
    sector_quorum_percent: Mapped[int] = mapped_column(default=0)
    threshold_percent: Mapped[int] = mapped_column(default=50)
    threshold_base: Mapped[Base] = mapped_column(enum_column(Base), default=Base.YES_NO)
    seed: Mapped[str] = mapped_column(sa.String(64), default=lambda: secrets.token_hex(32))
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_reason: Mapped[str] = mapped_column(sa.Text, default="")
    frozen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    roll_fingerprint: Mapped[str] = mapped_column(sa.String(64), default="")
    roll_salt: Mapped[str] = mapped_column(sa.String(64), default=lambda: secrets.token_hex(16))
    roll_size: Mapped[int] = mapped_column(default=0)
    roll_unmatched: Mapped[int] = mapped_column(default=0)
    sealed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    online_root: Mapped[str] = mapped_column(sa.String(64), default="")
    counted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    scrubbed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ballots_root: Mapped[str] = mapped_column(sa.String(64), default="")
    sectors_reached: Mapped[bool | None]
    result: Mapped[Any] = mapped_column(JSONText, nullable=True)
    represented_by_sector: Mapped[Any] = mapped_column(JSONText, nullable=True)

    cycle: Mapped[Cycle] = relationship()
    table: Mapped[Table | None] = relationship()
    options: Mapped[list[Option]] = relationship(
        back_populates="contest", order_by="Option.position", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def scope(self) -> str:
        return f"contest:{self.id}"

    @property
    def window(self) -> Window:
        return Window(self.opens_at, self.closes_at)

    def state(self, now: datetime) -> WindowState:
        """By its dates; one that was called off is closed."""
        return WindowState.CLOSED if self.cancelled_at else self.window.state(now)

    @property
    def is_secret(self) -> bool:
        return self.secrecy is Secrecy.SECRET

    @property
    def is_of_proposals(self) -> bool:
        """Whether every option is an admitted proposal, none a text of its own."""
        return all(option.proposal_id is not None for option in self.options)

    @property
    def roll_reached(self) -> bool:
        """Of a counted one: whether as many of the roll voted as it asks; of each sector `sectors_reached` says it."""
        return bool(self.result["ballots"] * 100 >= self.quorum_percent * self.roll_size)

    @property
    def seed_commitment(self) -> str:
        return sha256(self.seed.encode()).hexdigest()

    @property
    def terms(self) -> Terms:
        """What the count needs to know, as plain values."""
        options = [Candidate(str(one.position), one.title, Fraction(one.cost or 1)) for one in self.options]
        return Terms(
            rule=self.rule.value,
            options=tuple(options),
            seats=self.seats,
            budget=self.budget,
            max_choices=self.max_choices,
            max_points=self.max_points,
            average=self.average,
            satisfaction=self.satisfaction,
            quorum_percent=self.quorum_percent,
            threshold_percent=self.threshold_percent,
            threshold_base=self.threshold_base,
        )


class Option(Model):
    """One line of the ballot, usually an admitted proposal; its text is frozen with the contest. Costs in pesos."""

    __tablename__ = "options"
    __table_args__ = (sa.UniqueConstraint("contest_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(sa.ForeignKey(Contest.id))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    cost: Mapped[int | None] = mapped_column(sa.BigInteger)
    proposal_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Proposal.id), index=True)

    contest: Mapped[Contest] = relationship(back_populates="options")
    proposal: Mapped[Proposal | None] = relationship()
