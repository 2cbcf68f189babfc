"""Spaces and forums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Invitation, Organisation, Person, Role, Sector
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model


class SpaceLevel(StrEnum):
    COUNTRY = "country"
    STATE = "state"
    MUNICIPALITY = "municipality"

    @property
    def label(self) -> Any:
        return {
            SpaceLevel.COUNTRY: _l("País"),
            SpaceLevel.STATE: _l("Entidad federativa"),
            SpaceLevel.MUNICIPALITY: _l("Municipio"),
        }[self]


class Space(Model):
    """A jurisdiction. `code` is ISO 3166 (`MX`, `MX-OAX`) or, for a municipality, its INEGI key."""

    __tablename__ = "spaces"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(12), unique=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    level: Mapped[SpaceLevel] = mapped_column(enum_column(SpaceLevel))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("spaces.id"), index=True)

    parent: Mapped[Space | None] = relationship(remote_side=[id])
    forums: Mapped[list[Forum]] = relationship(back_populates="space", order_by="Forum.id")

    @property
    def scope(self) -> str:
        return f"space:{self.id}"


class Forum(Model):
    """The standing body that steers a space's cycles, with its public rules.

    It decides with `quorum_seats` seats (empty: more than half of them), and `quorum_each` of each sector that has any.
    `source_note`: where its rows come from, if nobody installed it here; every page of it says so.
    """

    __tablename__ = "forums"
    __table_args__ = (sa.CheckConstraint("quorum_seats > 0 AND quorum_each >= 0", name="some_quorum"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(sa.ForeignKey(Space.id), index=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    rules_source: Mapped[str] = mapped_column(sa.Text, default="")
    rules_html: Mapped[str] = mapped_column(sa.Text, default="")
    installed_on: Mapped[date | None]
    quorum_seats: Mapped[int | None]
    quorum_each: Mapped[int] = mapped_column(default=1)
    source_note: Mapped[str] = mapped_column(sa.Text, default="")

    space: Mapped[Space] = relationship(back_populates="forums")
    seats: Mapped[list[Seat]] = relationship(back_populates="forum", order_by="Seat.id")


class Seat(Model):
    """A seat in a forum, held by an organisation of one sector."""

    __tablename__ = "seats"

    id: Mapped[int] = mapped_column(primary_key=True)
    forum_id: Mapped[int] = mapped_column(sa.ForeignKey(Forum.id), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id))
    sector: Mapped[Sector] = mapped_column(enum_column(Sector))

    forum: Mapped[Forum] = relationship(back_populates="seats")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    holders: Mapped[list[SeatHolder]] = relationship(back_populates="seat", order_by="SeatHolder.kind.desc()")

    @property
    def scope(self) -> str:
        return f"seat:{self.id}"

    def holder(self, kind: HolderKind) -> SeatHolder | None:
        """Who sits as titular, or as alternate."""
        return next((holder for holder in self.holders if holder.kind is kind), None)


class HolderKind(StrEnum):
    """In which of its two places someone holds a seat; the alternate answers where the titular does not."""

    TITULAR = "titular"
    ALTERNATE = "alternate"

    @property
    def label(self) -> Any:
        return {HolderKind.TITULAR: _l("Titular"), HolderKind.ALTERNATE: _l("Suplente")}[self]

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return {HolderKind.TITULAR: "titular", HolderKind.ALTERNATE: "suplente"}[self]

    @property
    def role(self) -> Role:
        """What is offered by e-mail to whoever is to sit there."""
        return {HolderKind.TITULAR: Role.TITULAR, HolderKind.ALTERNATE: Role.ALTERNATE}[self]


class SeatHolder(Model):
    """That a person holds a seat, since when: one titular and one alternate each, and nobody two seats of a forum."""

    __tablename__ = "seat_holders"
    __table_args__ = (
        sa.UniqueConstraint("forum_id", "person_id"),
        {"info": {"ends_with_account": True}},
    )

    seat_id: Mapped[int] = mapped_column(sa.ForeignKey(Seat.id), primary_key=True)
    kind: Mapped[HolderKind] = mapped_column(enum_column(HolderKind), primary_key=True)
    forum_id: Mapped[int] = mapped_column(sa.ForeignKey(Forum.id))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)

    seat: Mapped[Seat] = relationship(back_populates="holders")
    person: Mapped[Person] = relationship()

    @property
    def is_alternate(self) -> bool:
        return self.kind is HolderKind.ALTERNATE


@dataclass(frozen=True)
class Offer:
    """An invitation to hold a seat, which waits for an answer `until` then."""

    seat: Seat
    kind: HolderKind
    invitation: Invitation
    until: datetime


@dataclass(frozen=True)
class Quorum:
    """How many seats let a forum decide: `least` of all, `of_each` of every sector. `seats` has them by sector."""

    least: int
    of_each: int
    seats: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.seats.values())

    def needed_of(self, sector: str) -> int:
        """No more than a sector has."""
        return min(self.of_each, self.seats.get(sector, 0))

    def lacking(self, there: Mapping[str, int]) -> int:
        """How many seats are lacking in all, of those that are there by sector."""
        return max(0, self.least - sum(there.values()))

    def lacking_of(self, there: Mapping[str, int]) -> dict[str, int]:
        """How many are lacking of which sectors."""
        short = {sector: self.needed_of(sector) - there.get(sector, 0) for sector in self.seats}
        return {sector: seats for sector, seats in short.items() if seats > 0}

    def is_met(self, there: Mapping[str, int]) -> bool:
        return not self.lacking(there) and not self.lacking_of(there)


def quorum_of(forum: Forum, seats: Mapping[str, int]) -> Quorum:
    """The rule of a forum that has these seats by sector; with none there is no quorum to reach."""
    return Quorum(forum.quorum_seats or sum(seats.values()) // 2 + 1, forum.quorum_each, seats)
