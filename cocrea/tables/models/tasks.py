"""What a table asks of someone until a day, and the reminders that went out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from cocrea.accounts.models import Person
from cocrea.core.db import UTCDateTime
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model
from cocrea.tables.models.tables import Table, TableMember


class TaskState(StrEnum):
    """Where a task stands today."""

    PENDING = "pending"
    OVERDUE = "overdue"
    DONE = "done"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Any:
        return {
            TaskState.PENDING: _l("Por hacer"),
            TaskState.OVERDUE: _l("Vencida"),
            TaskState.DONE: _l("Hecha"),
            TaskState.RETURNED: _l("Falta quien la haga"),
            TaskState.WITHDRAWN: _l("Se retiró"),
        }[self]

    @property
    def look(self) -> str:
        """The kind of its mark on a page."""
        return {
            TaskState.PENDING: "planned",
            TaskState.OVERDUE: "warning",
            TaskState.DONE: "success",
            TaskState.RETURNED: "warning",
            TaskState.WITHDRAWN: "closed",
        }[self]


class Task(Model):
    """Something that one person of a table, or an organisation by its name, takes on until a moment; nobody, once who
    had it gave it back. `because` is the public reason why it changed hands, was given back or was withdrawn last."""

    __tablename__ = "table_tasks"
    __table_args__ = (
        sa.UniqueConstraint("table_id", "client_key"),
        sa.CheckConstraint("assignee_id IS NULL OR organisation = ''", name="person_or_organisation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    table_id: Mapped[int] = mapped_column(sa.ForeignKey(Table.id))
    client_key: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.String(500))
    assignee_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id), index=True)
    organisation: Mapped[str] = mapped_column(sa.String(200), default="")
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
    given_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    because: Mapped[str] = mapped_column(sa.String(500), default="")

    table: Mapped[Table] = relationship()
    assignee: Mapped[Person | None] = relationship(foreign_keys=assignee_id)
    given_by: Mapped[Person | None] = relationship(foreign_keys=given_by_id)
    # the seat of who took it on, while they have it: without it the task is no longer theirs to do
    seat: Mapped[TableMember | None] = relationship(
        primaryjoin=lambda: sa.and_(
            TableMember.table_id == foreign(Task.table_id),
            TableMember.person_id == foreign(Task.assignee_id),
        ),
        viewonly=True,
    )

    @property
    def standing(self) -> str:
        """Whose it is and until when, as whoever changes it has read it."""
        return f"{self.assignee.public_id if self.assignee else self.organisation} {self.due_at.isoformat()}"

    @property
    def responsible(self) -> Any:
        """Who takes it on, as shown."""
        return self.assignee.label if self.assignee else self.organisation

    @property
    def is_open(self) -> bool:
        """Is still to be done."""
        return self.done_at is None and self.withdrawn_at is None

    def state(self, now: datetime) -> TaskState:
        if self.withdrawn_at is not None:
            return TaskState.WITHDRAWN
        if self.done_at is not None:
            return TaskState.DONE
        if not self.responsible:
            return TaskState.RETURNED
        return TaskState.OVERDUE if self.due_at <= now else TaskState.PENDING


class Reminder(Model):
    """That someone was reminded: once, whichever process does it. `about` names of what, and on which occasion."""

    __tablename__ = "reminders"
    __table_args__ = {"info": {"ends_with_account": True}}  # noqa: RUF012

    about: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
