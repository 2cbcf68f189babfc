"""Tasks of a table: given, done, given to someone else, given back and withdrawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.mails import tell
from cocrea.accounts.models import Person
from cocrea.audit.reasons import public_reason
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
from cocrea.tables.operations.reminders import forget

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
            given_by_id=actor.id,
        )
    )
    new = {"due_at": content.due_at, "text": text.fingerprint(asked)}
    note_table(actor, table, task.reference, "task.given", now, new=new)
    _tell(actor, content.assignee, _l("Te encargaron una tarea"), "task_given", task)
    return task


def reassign_task(*, actor: Any, task: Task, content: TaskContent, base: str, reason: str, now: datetime) -> None:
    """Give a task to someone else or until another day, with a public reason. Who had it and who has it are told.

    `base` is the task's `standing` that was read: `Conflict` where somebody changed it since.
    """
    enforce(policies.can_change_task, actor, lock(task), now)
    if base != task.standing:
        raise Conflict(_l("Alguien cambió esta tarea mientras escribías. Arriba está como quedó; revisa y guarda."))
    before, due_at = task.assignee, task.due_at
    why = public_reason(reason, _l("Di por qué cambia: se lee junto a la tarea."), before.name if before else "")
    content = replace(content, text=task.text)
    _asked, organisation = _checked(task.table, content, now, but_due=due_at)
    if (content.assignee, organisation, content.due_at) == (before, task.organisation, due_at):
        raise Conflict(_l("Así está ya la tarea: cambia quién la hace o para cuándo."))
    task.assignee, task.organisation, task.due_at, task.because = content.assignee, organisation, content.due_at, why
    dates = {"old": {"due_at": due_at}, "new": {"due_at": content.due_at}} if content.due_at != due_at else {}
    note_table(actor, task.table, task.reference, "task.reassigned", now, reason=why, **dates)
    forget(task.reference)
    if before is content.assignee:
        return _tell(actor, before, _l("Cambió el plazo de una tarea tuya"), "task_changed", task, kind="due")
    _tell(actor, before, _l("Una tarea que tenías cambió de manos"), "task_changed", task, kind="taken")
    return _tell(actor, content.assignee, _l("Te encargaron una tarea"), "task_given", task)


def return_task(*, actor: Any, task: Task, reason: str, now: datetime) -> None:
    """Say that one will not do what one was given, with a public reason; whoever gave it is told."""
    enforce(policies.can_return_task, actor, lock(task), now)
    why = public_reason(reason, _l("Di por qué la devuelves: se lee junto a la tarea."), actor.name)
    task.assignee, task.because = None, why
    note_table(actor, task.table, task.reference, "task.returned", now, reason=why)
    _tell(actor, task.given_by, _l("Te devolvieron una tarea que encargaste"), "task_changed", task, kind="returned")


def withdraw_task(*, actor: Any, task: Task, reason: str, now: datetime) -> None:
    """Ask for it no more, with a public reason; who had it is told."""
    enforce(policies.can_change_task, actor, lock(task), now)
    named = task.assignee.name if task.assignee else ""
    why = public_reason(reason, _l("Di por qué se retira: se lee junto a la tarea."), named)
    task.withdrawn_at, task.because = now, why
    note_table(actor, task.table, task.reference, "task.withdrawn", now, reason=why)
    _tell(actor, task.assignee, _l("Se retiró una tarea que tenías"), "task_changed", task, kind="withdrawn")


def _tell(actor: Any, person: Person | None, subject: Any, template: str, task: Task, **values: Any) -> None:
    """Nobody is told what they just did."""
    if person is not None and person.id != actor.id and person.is_active:
        tell(person, subject, f"tables/{template}", task=task, **values)


def finish_task(*, actor: Any, task: Task, note: str, now: datetime) -> None:
    """Say that a task is done and how; public."""
    enforce(policies.can_finish_task, actor, lock(task), now)
    told = text.plain(note)[:LONGEST_TASK]
    if not told:
        raise Invalid(_l("Di qué se hizo: se publica junto a la tarea."), "note")
    task.done_at, task.note = now, told
    note_table(actor, task.table, task.reference, "task.done", now, new={"text": text.fingerprint(told)})


def _checked(table: Table, content: TaskContent, now: datetime, but_due: datetime | None = None) -> tuple[str, str]:
    """The task's text and the organisation that takes it on, if no person does. A day that stays `but_due` may have
    passed."""
    asked = text.plain(content.text)[:LONGEST_TASK]
    organisation = "" if content.assignee else text.plain(content.organisation)[:200]
    if not asked:
        raise Invalid(_l("Escribe qué hay que hacer."), "text")
    if content.assignee is None and not organisation:
        raise Invalid(_l("Elige quién la hace, o escribe el nombre de la organización."), "assignee")
    if content.assignee is not None and queries.membership(content.assignee, table) is None:
        raise Conflict(_l("Esa persona ya no tiene su asiento."))
    if content.assignee is not None and not content.assignee.is_active:
        raise Conflict(policies.GONE)
    if content.due_at <= now and content.due_at != but_due:
        raise Invalid(_l("Elige un día que no haya pasado."), "due")
    return asked, organisation
