"""Plenaries: the table at which a forum meets in a cycle, and its numbered sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from cocrea.accounts.models import Sector
from cocrea.core.db import JSONText, enum_column
from cocrea.core.i18n import DEFAULT_LOCALE, in_language
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.extensions import Model
from cocrea.forums.models import Forum, Quorum
from cocrea.tables.models.sessions import Session
from cocrea.tables.models.tables import Table


class Plenary(Model):
    """That a table is the one at which a forum meets in a cycle: one for both."""

    __tablename__ = "plenaries"

    forum_id: Mapped[int] = mapped_column(sa.ForeignKey(Forum.id), primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id), primary_key=True)
    table_id: Mapped[int] = mapped_column(sa.ForeignKey(Table.id), unique=True)

    forum: Mapped[Forum] = relationship()
    table: Mapped[Table] = relationship()


_own = Plenary.__table__.alias()
Table.forum_id = column_property(  # a unique key's look-up in whatever reads a table
    sa.select(_own.c.forum_id).where(_own.c.table_id == Table.id).correlate_except(_own).scalar_subquery()
)


class SittingKind(StrEnum):
    """Which kind of session a forum holds: an extraordinary one is called with less notice."""

    ORDINARY = "ordinary"
    EXTRAORDINARY = "extraordinary"

    @property
    def label(self) -> Any:
        return {SittingKind.ORDINARY: _l("Ordinaria"), SittingKind.EXTRAORDINARY: _l("Extraordinaria")}[self]


class Sitting(Model):
    """Which session of its forum a session is: the second ordinary one. A cancelled one keeps its number.

    `quorum` is kept when it ends, since rule and seats change afterwards: what it took (`least`, `of_each`), the
    `seats` there were and those that were `there`, both by sector.
    """

    __tablename__ = "sittings"
    __table_args__ = (
        sa.UniqueConstraint("forum_id", "kind", "number"),
        sa.CheckConstraint("number > 0", name="counted_from_one"),
    )

    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id), primary_key=True)
    forum_id: Mapped[int] = mapped_column(sa.ForeignKey(Forum.id))
    kind: Mapped[SittingKind] = mapped_column(enum_column(SittingKind))
    number: Mapped[int]
    quorum: Mapped[dict[str, Any] | None] = mapped_column(JSONText)

    @property
    def name(self) -> str:
        """«2.ª sesión ordinaria», as titles keep it: in the language of the platform."""
        with in_language(DEFAULT_LOCALE):
            names = {
                SittingKind.ORDINARY: _("%(number)s.ª sesión ordinaria", number=self.number),
                SittingKind.EXTRAORDINARY: _("%(number)s.ª sesión extraordinaria", number=self.number),
            }
            return str(names[self.kind])

    def titled(self, title: str) -> str:
        """A title that says which session it is, once."""
        return title if title.startswith(self.name) else f"{self.name}: {title}"


@dataclass(frozen=True)
class Standing:
    """The quorum of a session: what it took and the seats that were there, by sector. `is_over`: it changes no more
    with the seats."""

    rule: Quorum
    there: Mapping[str, int]
    is_over: bool = False

    @property
    def is_met(self) -> bool:
        return bool(self.rule.total) and self.rule.is_met(self.there)

    @property
    def present(self) -> int:
        return sum(self.there.values())

    @property
    def by_sector(self) -> list[tuple[Sector, int, int, int]]:
        """Of each sector: its seats, how many of them it took, and how many were there."""
        rule, told = self.rule, {*self.rule.seats, *self.there}
        return [
            (sector, rule.seats.get(sector, 0), rule.needed_of(sector), self.there.get(sector, 0))
            for sector in Sector
            if sector in told
        ]

    def kept(self) -> dict[str, Any]:
        """As a sitting keeps it."""
        seats = {"seats": dict(self.rule.seats), "there": dict(self.there)}
        return {"least": self.rule.least, "of_each": self.rule.of_each, **seats}


@dataclass(frozen=True)
class Convening:
    """A forum and a cycle in which it may meet."""

    forum: Forum
    cycle: Cycle
