"""Tasks of a table: given, and done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.mails import tell
from cocrea.accounts.models import Person
from cocrea.core import references, text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables import policies, queries
from cocrea.tables.models import Table, Task
from cocrea.tables.operations.events import check_key
from cocrea.tables.operations.history import note_table

LONGEST_TASK = 500


@dataclass(frozen=True)
class TaskContent:
    """What is asked, until when, and of whom: someone who sits at the table, or else an organisation by its name."""

    text: str
    due_at: datetime
    assignee: Person | None = None
    organisation: str = ""


def give_task(*, actor: Any, table: Table, content: TaskContent, client_key: str, now: datetime) -> Task:
    """Give someone a task and tell them by e-mail. A form sent twice gives one."""
    enforce(policies.can_give_task, actor, table, now)
    check_key(client_key)
    lock(table, is_referred_to=True)
    known = db.session.scalar(sa.select(Task).filter_by(table_id=table.id, client_key=client_key))
    if known is not None:
        return known
    asked, organisation = _checked(table, content, now)
    task = add(
        Task(
            reference=references.allot(table.cycle.prefix, "TAR"),
            table_id=table.id,
            client_key=client_key,
            text=asked,
            assignee=content.assignee,
            organisation=organisation,
            due_at=content.due_at,
            given_at=now,
        )
    )
    new = {"due_at": content.due_at, "text": text.fingerprint(asked)}
    note_table(actor, table, task.reference, "task.given", now, new=new)
    if content.assignee is not None and content.assignee.id != actor.id:
        tell(content.assignee, _l("Te encargaron una tarea en tu mesa"), "tables/task_given", task=task)
    return task


def finish_task(*, actor: Any, task: Task, note: str, now: datetime) -> None:
    """Say that a task is done and how; public."""
    enforce(policies.can_finish_task, actor, lock(task), now)
    told = text.plain(note)[:LONGEST_TASK]
    if not told:
        raise Invalid(_l("Di qué se hizo: se publica junto a la tarea."), "note")
    task.done_at, task.note = now, told
    note_table(actor, task.table, task.reference, "task.done", now, new={"text": text.fingerprint(told)})


def _checked(table: Table, content: TaskContent, now: datetime) -> tuple[str, str]:
    """The task's text and the organisation that takes it on, if no person does."""
    asked = text.plain(content.text)[:LONGEST_TASK]
    organisation = "" if content.assignee else text.plain(content.organisation)[:200]
    if not asked:
        raise Invalid(_l("Escribe qué hay que hacer."), "text")
    if content.assignee is None and not organisation:
        raise Invalid(_l("Elige quién la hace, o escribe el nombre de la organización."), "assignee")
    if content.assignee is not None and queries.membership(content.assignee, table) is None:
        raise Conflict(_l("Esa persona ya no tiene asiento en esta mesa."))
    if content.assignee is not None and not content.assignee.is_active:
        raise Conflict(policies.GONE)
    if content.due_at <= now:
        raise Invalid(_l("Elige un día que no haya pasado."), "due")
    return asked, organisation
