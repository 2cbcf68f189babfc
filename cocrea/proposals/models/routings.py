"""Which institutions are to answer a proposal and until when, and the days on which each does not work."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Organisation
from cocrea.core.db import UTCDateTime
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model
from cocrea.proposals.models.proposals import Proposal


class Duty(StrEnum):
    """What an institution does about a proposal: one leads the answer, others join with their own."""

    LEAD = "lead"
    JOINT = "joint"

    @property
    def label(self) -> Any:
        return {Duty.LEAD: _l("Encabeza la respuesta"), Duty.JOINT: _l("Participa")}[self]


def day_of(number: int) -> date:
    """The day that a number such as 20261215 names."""
    return date(number // 10000, number // 100 % 100, number % 100)


class Routing(Model):
    """A proposal put before an institution: it answers until `due_at`, the end of a working day, which never moves.

    `due_day` is that day as a number (20261215), by which lists are ordered. `reason` says why this institution.
    `told_at`: when its officials were written to.
    """

    __tablename__ = "proposal_routings"
    __table_args__ = (
        sa.UniqueConstraint("proposal_id", "organisation_id"),
        sa.Index(
            "uq_proposal_routings_lead",
            "proposal_id",
            unique=True,
            sqlite_where=sa.text("is_lead"),
            postgresql_where=sa.text("is_lead"),
        ),
        sa.Index("ix_proposal_routings_due", "organisation_id", "due_day", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey(Proposal.id))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id))
    is_lead: Mapped[bool]
    routed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_day: Mapped[int]
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    proposal: Mapped[Proposal] = relationship()

    @property
    def pair(self) -> tuple[int, int]:
        """Which proposal, before which institution."""
        return self.proposal_id, self.organisation_id

    @property
    def duty(self) -> Duty:
        return Duty.LEAD if self.is_lead else Duty.JOINT

    @property
    def due_on(self) -> date:
        return day_of(self.due_day)


class DayOff(Model):
    """A day on which an institution does not work, beyond weekends and the days of the law, and why."""

    __tablename__ = "days_off"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey(Organisation.id), primary_key=True)
    day: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
