"""The roadmap of a commitment and the proof of its progress."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Organisation, Person
from cocrea.commitments.models import Commitment
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.core.models import StoredFile
from cocrea.extensions import Model


class ActivityStatus(StrEnum):
    """The four states of Mexico's board; only the counterpart can verify."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    COMPLETE = "complete"
    VERIFIED = "verified"

    @property
    def label(self) -> Any:
        return STATUS_LABELS[self]


STATUS_LABELS = {
    ActivityStatus.NOT_STARTED: _l("Por iniciar"),
    ActivityStatus.STARTED: _l("En proceso"),
    ActivityStatus.COMPLETE: _l("Completa"),
    ActivityStatus.VERIFIED: _l("Verificada"),
}
UNFINISHED = frozenset({ActivityStatus.NOT_STARTED, ActivityStatus.STARTED})

# What officials can do; steps in BACKWARD need a reason. `verified` is reached only by verifying.
TRANSITIONS: dict[ActivityStatus, frozenset[ActivityStatus]] = {
    ActivityStatus.NOT_STARTED: frozenset({ActivityStatus.STARTED}),
    ActivityStatus.STARTED: frozenset({ActivityStatus.COMPLETE, ActivityStatus.NOT_STARTED}),
    ActivityStatus.COMPLETE: frozenset({ActivityStatus.STARTED}),
    ActivityStatus.VERIFIED: frozenset(),
}
BACKWARD = frozenset(
    {(ActivityStatus.STARTED, ActivityStatus.NOT_STARTED), (ActivityStatus.COMPLETE, ActivityStatus.STARTED)}
)


class KeyAction(Model):
    """A weighted part of a commitment's roadmap; the weights of a commitment add to 100."""

    __tablename__ = "key_actions"
    __table_args__ = (
        sa.UniqueConstraint("commitment_id", "position"),
        sa.CheckConstraint("weight > 0 AND weight <= 100", name="weight"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey(Commitment.id))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(300))
    weight: Mapped[int]

    commitment: Mapped[Commitment] = relationship()
    activities: Mapped[list[Activity]] = relationship(back_populates="key_action", order_by="Activity.position")


class Activity(Model):
    """One step with its dates and who answers for it. Late is derived: past `ends_on` and not complete."""

    __tablename__ = "activities"
    __table_args__ = (
        sa.UniqueConstraint("key_action_id", "position"),
        sa.CheckConstraint("starts_on <= ends_on", name="ordered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    key_action_id: Mapped[int] = mapped_column(sa.ForeignKey(KeyAction.id))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(300))
    means_of_verification: Mapped[str] = mapped_column(sa.String(300), default="")
    responsible_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Organisation.id), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    status: Mapped[ActivityStatus] = mapped_column(enum_column(ActivityStatus), default=ActivityStatus.NOT_STARTED)
    status_note: Mapped[str] = mapped_column(sa.Text, default="")
    dispute_reason: Mapped[str] = mapped_column(sa.Text, default="")

    key_action: Mapped[KeyAction] = relationship(back_populates="activities")
    responsible: Mapped[Organisation | None] = relationship()
    evidence: Mapped[list[Evidence]] = relationship(back_populates="activity", order_by="Evidence.id")

    def is_late(self, today: date) -> bool:
        return today > self.ends_on and self.status in UNFINISHED


class Evidence(Model):
    """A means of verification: a file or a link, with who gave it and when.

    `digest` (of the address or of the bytes) keeps the same evidence from being added twice to an activity.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        sa.CheckConstraint("(file_id IS NULL) <> (url = '')", name="file_or_link"),
        sa.UniqueConstraint("activity_id", "digest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey(Activity.id))
    digest: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str] = mapped_column(sa.String(200))
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey(StoredFile.id))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    activity: Mapped[Activity] = relationship(back_populates="evidence")
    file: Mapped[StoredFile | None] = relationship(lazy="joined")
    author: Mapped[Person] = relationship()
