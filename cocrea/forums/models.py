"""Spaces and forums."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Gender, Organisation, Sector
from cocrea.core.db import enum_column
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

    @property
    def scope(self) -> str:
        return f"space:{self.id}"


class Forum(Model):
    """The standing body that steers a space's cycles, with its public rules."""

    __tablename__ = "forums"

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(sa.ForeignKey(Space.id), index=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    rules_source: Mapped[str] = mapped_column(sa.Text, default="")
    rules_html: Mapped[str] = mapped_column(sa.Text, default="")
    installed_on: Mapped[date | None]

    space: Mapped[Space] = relationship()
    seats: Mapped[list[Seat]] = relationship(back_populates="forum", order_by="Seat.id")


class Seat(Model):
    """A seat in a forum, held by an organisation of one sector."""

    __tablename__ = "seats"

    id: Mapped[int] = mapped_column(primary_key=True)
    forum_id: Mapped[int] = mapped_column(sa.ForeignKey(Forum.id), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id))
    sector: Mapped[Sector] = mapped_column(enum_column(Sector))
    gender: Mapped[Gender | None] = mapped_column(enum_column(Gender))

    forum: Mapped[Forum] = relationship(back_populates="seats")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
