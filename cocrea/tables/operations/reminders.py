"""Reminding people of what they took on. Jobs look for what is due; each reminder goes out once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.mails import tell
from cocrea.accounts.models import Person
from cocrea.core.db import add_once
from cocrea.core.i18n import Lazy, day_in_words
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables import queries
from cocrea.tables.models import Reminder, Task, TaskState
from cocrea.tables.timing import days_left


def remind(*, person: Person | None, about: str, subject: Any, template: str, now: datetime, **values: Any) -> bool:
    """Write one e-mail to someone unless one went out about this already, by any process; whether it was written.

    `about` names the thing and the occasion (`OAX-TAR-0001:due`): with another name there is another reminder.
    """
    if person is None or not add_once(Reminder, about=about, person_id=person.id, sent_at=now):
        return False
    tell(person, subject, template, **values)
    return True


def forget(reference: str) -> None:
    """What was a reminder of how a thing stood before: as it stands now, people are reminded again."""
    db.session.execute(sa.delete(Reminder).where(Reminder.about.startswith(f"{reference}:")))


def remind_of_tasks(*, now: datetime) -> int:
    """The day before a task is due, and once it is overdue; how many e-mails were written."""
    written = 0
    for task in queries.tasks_to_remind(now):
        late = task.state(now) is TaskState.OVERDUE
        about = f"{task.reference}:{'overdue' if late else 'due'}"
        told = {"subject": _subject(task, now), "task": task, "late": late}
        written += remind(person=task.assignee, about=about, template="tables/task_due", now=now, **told)
    return written


def _subject(task: Task, now: datetime) -> Any:
    """With the day in words: a letter may be read days later."""
    tz = task.table.cycle.timezone
    day = Lazy(day_in_words, task.due_at, tz)
    if task.state(now) is TaskState.OVERDUE:
        return _l("Venció una tarea tuya: era para el %(day)s", day=day)
    if days_left(task.due_at, now, tz) == 1:
        return _l("Mañana, %(day)s, vence una tarea tuya", day=day)
    return _l("Hoy, %(day)s, vence una tarea tuya", day=day)
