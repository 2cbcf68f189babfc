"""Workshops: meetings in person, who came, and what was said there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person
from cocrea.consultation.models.problems import Problem
from cocrea.consultation.models.statements import Statement
from cocrea.consultation.models.topics import Topic
from cocrea.core.db import UTCDateTime, enum_column
from cocrea.core.models import StoredFile
from cocrea.cycles.models import Cycle
from cocrea.extensions import Model


class Workshop(Model):
    """A meeting in person that a facilitator calls and whose contributions they record.

    `place` is where people come to, `territory` the federal entity (and `municipality` the part of it) it speaks for.
    `attended` is empty until people were counted.
    """

    __tablename__ = "workshops"
    __table_args__ = (
        sa.Index(None, "cycle_id", "id"),
        sa.CheckConstraint("attended >= 0", name="counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id))
    title: Mapped[str] = mapped_column(sa.String(120))
    place: Mapped[str] = mapped_column(sa.String(200))
    territory: Mapped[str | None] = mapped_column(sa.String(12))
    municipality: Mapped[str] = mapped_column(sa.Text, default="")
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    organiser: Mapped[str] = mapped_column(sa.String(200))
    method: Mapped[str] = mapped_column(sa.Text)
    attended: Mapped[int | None]
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    planned_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    cycle: Mapped[Cycle] = relationship()
    attendance: Mapped[list[Attendance]] = relationship(cascade="all, delete-orphan")

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at <= now


class Trait(StrEnum):
    """What people are counted by at the door, each by itself: nobody is asked for two things at once."""

    SECTOR = "sector"
    GENDER = "gender"


class Attendance(Model):
    """How many of those who came said they belong to a sector, or are of a gender."""

    __tablename__ = "workshop_attendance"
    __table_args__ = (sa.CheckConstraint("people > 0", name="somebody"),)

    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey(Workshop.id), primary_key=True)
    trait: Mapped[Trait] = mapped_column(enum_column(Trait), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    people: Mapped[int]


class WorkshopEntry(Model):
    """That a problem was said in a workshop. `key` was made where it was typed: what is sent twice is kept once."""

    __tablename__ = "workshop_entries"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "key"), sa.Index(None, "workshop_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey(Workshop.id))
    key: Mapped[str] = mapped_column(sa.String(64))
    problem_id: Mapped[int] = mapped_column(sa.ForeignKey(Problem.id), unique=True)
    entered_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    problem: Mapped[Problem] = relationship()


class WorkshopPhoto(Model):
    """A photograph of the sheets of a workshop: evidence for the facilitation, not for the public.

    `digest` is the SHA-256 of the picture as it is kept; it stays, also in the public history, when the picture is
    taken away.
    """

    __tablename__ = "workshop_photos"
    __table_args__ = (sa.UniqueConstraint("workshop_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey(Workshop.id))
    digest: Mapped[str] = mapped_column(sa.String(64))
    caption: Mapped[str] = mapped_column(sa.String(200))
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey(StoredFile.id))
    thumbnail_id: Mapped[int | None] = mapped_column(sa.ForeignKey(StoredFile.id))
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removal_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    workshop: Mapped[Workshop] = relationship()
    file: Mapped[StoredFile | None] = relationship(foreign_keys=[file_id])
    thumbnail: Mapped[StoredFile | None] = relationship(foreign_keys=[thumbnail_id])
    added_by: Mapped[Person] = relationship()


class PaperSupports(Model):
    """How many supports a topic got on the sheets of a workshop."""

    __tablename__ = "paper_supports"
    __table_args__ = (sa.CheckConstraint("people > 0", name="somebody"),)

    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey(Workshop.id), primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey(Topic.id), primary_key=True, index=True)
    people: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PaperAnswers(Model):
    """What the sheets of a workshop say to a statement: how many agree, disagree and pass."""

    __tablename__ = "paper_answers"
    __table_args__ = (
        sa.CheckConstraint("agree >= 0 AND disagree >= 0 AND passed >= 0", name="counted"),
        sa.CheckConstraint("agree + disagree + passed > 0", name="somebody"),
    )

    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey(Workshop.id), primary_key=True)
    statement_id: Mapped[int] = mapped_column(sa.ForeignKey(Statement.id), primary_key=True, index=True)
    agree: Mapped[int]
    disagree: Mapped[int]
    passed: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)
