"""The list of speakers of a session: who asked for the floor, who has it and for how long they spoke."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person, Sector
from cocrea.core import text
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model
from cocrea.tables.models.sessions import Session


class TurnKind(StrEnum):
    """What someone asks for the floor for. Points of order go before all others."""

    CONTRIBUTION = "contribution"
    REPLY = "reply"
    QUESTION = "question"
    POINT_OF_ORDER = "point_of_order"

    @property
    def label(self) -> Any:
        return {
            TurnKind.CONTRIBUTION: _l("Intervención"),
            TurnKind.REPLY: _l("Réplica"),
            TurnKind.QUESTION: _l("Pregunta"),
            TurnKind.POINT_OF_ORDER: _l("Moción de orden"),
        }[self]


class Turn(Model):
    """One time that the floor was asked for: by `person`, or for who speaks in the hall, called `name`.

    It waits until it is withdrawn or begins. Time counts from `resumed_at`, which is empty during a pause, and is
    added to `spoken` (seconds) at each pause and at the end. `place` (from 0) is where the facilitation put it.
    """

    __tablename__ = "turns"
    __table_args__ = (
        sa.CheckConstraint("person_id IS NOT NULL OR name <> ''", name="someone"),
        sa.CheckConstraint("ended_at IS NULL OR started_at IS NOT NULL", name="begun_first"),
        sa.CheckConstraint("started_at IS NULL OR withdrawn_at IS NULL", name="begun_or_withdrawn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id), index=True)
    name: Mapped[str] = mapped_column(sa.String(120), default="")
    sector: Mapped[Sector | None] = mapped_column(enum_column(Sector))
    kind: Mapped[TurnKind] = mapped_column(enum_column(TurnKind))
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    place: Mapped[int | None]
    moved_because: Mapped[str] = mapped_column(sa.String(500), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    resumed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    spoken: Mapped[int] = mapped_column(default=0)

    session: Mapped[Session] = relationship()
    person: Mapped[Person | None] = relationship()

    @property
    def label(self) -> Any:
        """Who speaks, as everyone sees it."""
        return self.person.label if self.person else self.name

    @property
    def speaker(self) -> int | str:
        """The same for all turns of whoever speaks; in the hall, by what they are called."""
        return text.fold(self.name) if self.person_id is None else self.person_id

    @property
    def is_waiting(self) -> bool:
        return self.started_at is None and self.withdrawn_at is None

    @property
    def is_speaking(self) -> bool:
        """Has the floor, also while it is paused."""
        return self.started_at is not None and self.ended_at is None

    @property
    def is_paused(self) -> bool:
        return self.is_speaking and self.resumed_at is None

    def seconds(self, now: datetime) -> int:
        """What was spoken until now, pauses left out."""
        running = now - self.resumed_at if self.resumed_at else timedelta()
        return self.spoken + max(0, round(running.total_seconds()))


class PlaceInLine(Model):
    """That a person waits in a session or has the floor there: nobody does twice at once."""

    __tablename__ = "places_in_line"

    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
