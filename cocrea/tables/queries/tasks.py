"""Reading the tasks of tables."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from cocrea.accounts.models import Person
from cocrea.core.errors import NotFound
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.extensions import db
from cocrea.tables.models import Reminder, Table, Task
from cocrea.tables.timing import days_left, is_daytime

SHOWN_TASKS = 200
BEFORE = timedelta(days=2)  # none that is due tomorrow, in any zone, is further away
NO_LONGER = timedelta(days=14)  # after which nobody is reminded for the first time
AT_ONCE = 100


def tasks_of(table: Table) -> list[Task]:
    """The tasks of a table with who takes them on: what is not done first, the soonest due first."""
    statement = sa.select(Task).where(Task.table_id == table.id)
    named = statement.options(joinedload(Task.assignee).options(lazyload("*")), joinedload(Task.seat).lazyload("*"))
    open_first = Task.withdrawn_at.is_not(None), Task.done_at.is_not(None), Task.due_at, Task.id
    return list(db.session.scalars(named.order_by(*open_first).limit(SHOWN_TASKS)))


def visible_task(actor: Any, reference: str) -> Task:
    """The task, of a table this actor may read; raises `NotFound`."""
    statement = sa.select(Task).join(Task.table).where(Task.reference == reference)
    task = db.session.scalar(statement.options(contains_eager(Task.table).joinedload(Table.cycle)))
    if task is None or not can_read_cycle(actor, task.table.cycle, task.given_at):
        raise NotFound
    return task


def tasks_to_remind(now: datetime) -> list[Task]:
    """Tasks of people who sit at the table, not done, that are due tomorrow or overdue there, of which nobody was
    reminded yet. None at night, and none on the very day on which it was given."""
    occasion = sa.case((Task.due_at <= now, Task.reference + ":overdue"), else_=Task.reference + ":due")
    reminded = sa.exists().where(Reminder.about == occasion, Reminder.person_id == Task.assignee_id)
    due = Task.due_at <= now + BEFORE, Task.due_at > now - NO_LONGER
    statement = (
        sa.select(Task)
        .join(Task.assignee)
        .join(Task.seat)
        .where(Task.done_at.is_(None), Task.withdrawn_at.is_(None), *due, ~reminded)
    )
    here = Person.suspended_at.is_(None), Person.withdrawn_at.is_(None)
    loaded = (contains_eager(Task.assignee).lazyload("*"), joinedload(Task.table).joinedload(Table.cycle))
    found = db.session.scalars(statement.where(*here).options(*loaded).order_by(Task.due_at, Task.id).limit(AT_ONCE))
    return [task for task in found if _is_time(task, now)]


def _is_time(task: Task, now: datetime) -> bool:
    """The morning before it is due, and the morning after."""
    tz = task.table.cycle.timezone
    if not is_daytime(now, tz):
        return False
    return task.due_at <= now or (days_left(task.due_at, now, tz) <= 1 and days_left(now, task.given_at, tz) > 0)
