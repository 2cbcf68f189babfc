"""The agenda of a session: what is talked about, what for and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.core.db import UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model
from cocrea.tables.models.sessions import Session


class Purpose(StrEnum):
    """What an item of an agenda is for."""

    INFORM = "inform"
    DISCUSS = "discuss"
    DECIDE = "decide"

    @property
    def label(self) -> Any:
        return {
            Purpose.INFORM: _l("Informar"),
            Purpose.DISCUSS: _l("Conversar"),
            Purpose.DECIDE: _l("Decidir"),
        }[self]


class AgendaItem(Model):
    """One item, in the order of `position` (from 1, without gaps). `minutes` is what it was given.

    The running one has begun and not ended; no session has two.
    """

    __tablename__ = "agenda_items"
    __table_args__ = (
        sa.Index(None, "session_id", "position"),
        sa.CheckConstraint("minutes > 0", name="some_time"),
        sa.CheckConstraint("ended_at IS NULL OR started_at IS NOT NULL", name="begun_first"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    purpose: Mapped[Purpose] = mapped_column(enum_column(Purpose))
    minutes: Mapped[int]
    presenter: Mapped[str] = mapped_column(sa.String(120), default="")
    documents_source: Mapped[str] = mapped_column(sa.Text, default="")
    documents_html: Mapped[str] = mapped_column(sa.Text, default="")
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    session: Mapped[Session] = relationship()

    @property
    def is_running(self) -> bool:
        return self.started_at is not None and self.ended_at is None

    @property
    def is_done(self) -> bool:
        return self.ended_at is not None

    def is_over(self, now: datetime) -> bool:
        """Is under way for longer than it was given."""
        return self.is_running and self.started_at + timedelta(minutes=self.minutes) <= now  # type: ignore[operator]
