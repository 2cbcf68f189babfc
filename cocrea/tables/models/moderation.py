"""Whom the facilitation keeps from speaking in one session, or from its room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model
from cocrea.tables.models.sessions import Session
from cocrea.tables.models.tables import MemberRole, TableMember


class RestrictionKind(StrEnum):
    """What a restriction takes: the word alone, or also the place in the room."""

    MUTED = "muted"
    REMOVED = "removed"

    @property
    def label(self) -> Any:
        return {
            RestrictionKind.MUTED: _l("Quitar la palabra"),
            RestrictionKind.REMOVED: _l("Sacar de la sala"),
        }[self]

    @property
    def told(self) -> Any:
        """What whom it concerns is told, before the reason."""
        return {
            RestrictionKind.MUTED: _l("La facilitación te quitó la palabra en esta sesión."),
            RestrictionKind.REMOVED: _l("La facilitación te sacó de la sala de esta sesión."),
        }[self]


class Restriction(Model):
    """That one person may not write in one session, or not be in its room, until it is lifted, or `until` then."""

    __tablename__ = "session_restrictions"
    __table_args__ = {"info": {"ends_with_account": True}}  # noqa: RUF012

    session_id: Mapped[int] = mapped_column(sa.ForeignKey(Session.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    kind: Mapped[RestrictionKind] = mapped_column(enum_column(RestrictionKind))
    reason: Mapped[str] = mapped_column(sa.String(500))
    imposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)

    session: Mapped[Session] = relationship()
    person: Mapped[Person] = relationship()

    def holds(self, now: datetime) -> bool:
        return self.until is None or now < self.until


@dataclass(frozen=True)
class Participant:
    """A member of the table in one of its sessions: whether they spoke or wrote there, and what keeps them from it."""

    session: Session
    member: TableMember
    restriction: Restriction | None = None
    has_written: bool = False
    has_spoken: bool = False

    @property
    def is_leading(self) -> bool:
        """Conducts the sessions: nobody takes their word, and nobody waits to hear them."""
        return self.member.role in {MemberRole.FACILITATOR, MemberRole.COFACILITATOR}

    @property
    def is_heard(self) -> bool:
        return self.has_written or self.has_spoken

    @property
    def is_awaited(self) -> bool:
        """Might have been heard and was not: neither facilitates nor observes, and nothing keeps them from it."""
        speaks = not self.is_leading and self.member.role is not MemberRole.OBSERVER
        return speaks and self.restriction is None and not self.is_heard
