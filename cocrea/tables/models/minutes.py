"""The minutes of a session: written, corrected by those who were there, approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from cocrea.accounts.models import Person
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model
from cocrea.tables.models.sessions import Session
from cocrea.tables.models.tables import TableMember


class MinutesState(StrEnum):
    """How far the minutes are. Windows are dates: `CORRECTION` is over when `correction_until` has passed."""

    DRAFTING = "drafting"
    CORRECTION = "correction"
    APPROVED = "approved"

    @property
    def label(self) -> Any:
        return {
            MinutesState.DRAFTING: _l("En borrador"),
            MinutesState.CORRECTION: _l("En corrección"),
            MinutesState.APPROVED: _l("Aprobada"),
        }[self]


class Minutes(Model):
    """What was talked about and agreed in a session, as markdown. `version` counts from 1 and is the one that holds."""

    __tablename__ = "minutes"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id), primary_key=True)
    state: Mapped[MinutesState] = mapped_column(enum_column(MinutesState), default=MinutesState.DRAFTING)
    version: Mapped[int] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(sa.Text, default="")
    html: Mapped[str] = mapped_column(sa.Text, default="")
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    correction_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))

    session: Mapped[Session] = relationship()
    approved_by: Mapped[Person | None] = relationship()

    @property
    def is_approved(self) -> bool:
        return self.state is MinutesState.APPROVED


Session.minutes_state = column_property(  # a primary key's look-up in whatever reads a session
    sa.select(Minutes.state).where(Minutes.session_id == Session.id).scalar_subquery()
)
Session.correction_until = column_property(  # read only where it is asked for
    sa.select(Minutes.correction_until).where(Minutes.session_id == Session.id).scalar_subquery(), deferred=True
)


class MinutesVersion(Model):
    """The text of the minutes as somebody saved it."""

    __tablename__ = "minutes_versions"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Minutes.session_id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)

    author: Mapped[Person] = relationship()


class Correction(Model):
    """What someone who sits at the table asks to be put right; accepted or not, with a reason."""

    __tablename__ = "minutes_corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Minutes.session_id), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    key: Mapped[str] = mapped_column(sa.String(64))
    body: Mapped[str] = mapped_column(sa.Text)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_accepted: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    minutes: Mapped[Minutes] = relationship()
    author: Mapped[Person] = relationship()

    __table_args__ = (sa.UniqueConstraint("session_id", "author_id", "key"),)

    @property
    def is_pending(self) -> bool:
        return self.decided_at is None


@dataclass(frozen=True)
class Minuted:
    """The minutes as one person finds them: with their own seat at the table, if they have one."""

    minutes: Minutes
    member: TableMember | None
