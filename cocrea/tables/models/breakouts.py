"""Small groups: a session divides for some minutes, and each part has a room of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person, Sector
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model
from cocrea.tables.models.sessions import Room, Session


class Deal(StrEnum):
    """How people come to be in a group when a round opens."""

    MIXED = "mixed"
    BY_HAND = "by_hand"

    @property
    def label(self) -> Any:
        return {
            Deal.MIXED: _l("Por sorteo, con los sectores repartidos entre los grupos"),
            Deal.BY_HAND: _l("A mano: la facilitación pone a cada persona en su grupo"),
        }[self]


class Breakout(Model):
    """A round of small groups. It runs from its start to its end, which moves when it is extended or cut short.

    `seed` decides the order in which people were dealt. `returned_at` is when what its groups found was brought back
    to the session for the last time: after that it is over in every respect.
    """

    __tablename__ = "breakouts"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "number"),
        sa.CheckConstraint("starts_at <= ends_at", name="forward"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id))
    number: Mapped[int]
    deal: Mapped[Deal] = mapped_column(enum_column(Deal))
    seed: Mapped[str] = mapped_column(sa.String(32))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    returned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    session: Mapped[Session] = relationship()
    opened_by: Mapped[Person] = relationship()

    def is_running(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at


class BreakoutGroup(Model):
    """One group of a round: what it discusses, and what it has come to. Its room is the session of the same id.

    `returned_seq` is the number of the message by which its result was brought back to the session that divided.
    """

    __tablename__ = "breakout_groups"
    __table_args__ = (sa.UniqueConstraint("breakout_id", "number"),)

    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id), primary_key=True, autoincrement=False)
    breakout_id: Mapped[int] = mapped_column(sa.ForeignKey(Breakout.id))
    number: Mapped[int]
    question: Mapped[str] = mapped_column(sa.String(300))
    result: Mapped[str] = mapped_column(sa.Text, default="")
    result_html: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=0)
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))
    returned_seq: Mapped[int | None]

    session: Mapped[Session] = relationship()
    breakout: Mapped[Breakout] = relationship()
    saved_by: Mapped[Person | None] = relationship()

    @property
    def is_returned(self) -> bool:
        return self.returned_seq is not None


class BreakoutSeat(Model):
    """Which group of a round someone is in; the sector is frozen when they are put there."""

    __tablename__ = "breakout_seats"
    __table_args__ = {"info": {"ends_with_account": True}}  # noqa: RUF012

    breakout_id: Mapped[int] = mapped_column(sa.ForeignKey(Breakout.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    group_id: Mapped[int] = mapped_column(sa.ForeignKey(BreakoutGroup.session_id), index=True)
    sector: Mapped[Sector | None] = mapped_column(enum_column(Sector))
    seated_at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True)
class Round:
    """A round with its groups, in their order; where it is read for a page, also how many of each sector are in them,
    by their ids, and which is one's own."""

    breakout: Breakout
    groups: Sequence[BreakoutGroup]
    sectors: Mapping[int, Mapping[Sector | None, int]] = field(default_factory=dict)
    own: BreakoutGroup | None = None


@dataclass(frozen=True)
class ToldGroup:
    """A group as minutes tell of it: how many of each sector were in it, and what it came to if that is public."""

    group: BreakoutGroup
    sectors: Mapping[Sector | None, int]
    result: str


@dataclass(frozen=True)
class Grouped:
    """A group as one person finds its room."""

    group: BreakoutGroup
    room: Room
