"""Who may give a task of a table, say that it is done, and take it from someone's hands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.tables.models import Table, Task
from cocrea.tables.policies.tables import NOT_YOURS, facilitates


def can_give_task(actor: Any, table: Table, _now: datetime) -> Decision:
    """The facilitation, also when the stage is over: what was agreed is followed up then."""
    return allow_if(facilitates(actor, table), NOT_YOURS)


def can_finish_task(actor: Any, task: Task, _now: datetime) -> Decision:
    """Whoever took it on, while they sit at the table; or the facilitation, for those without an account or a seat."""
    if not task.is_open:
        return _settled(task)
    may = is_theirs(actor, task) or facilitates(actor, task.table)
    return allow_if(may, _l("La da por hecha quien la tomó o la facilitación."))


def can_change_task(actor: Any, task: Task, _now: datetime) -> Decision:
    """Give it to someone else, or withdraw it: the facilitation."""
    if not task.is_open:
        return _settled(task)
    return allow_if(facilitates(actor, task.table), NOT_YOURS)


def can_return_task(actor: Any, task: Task, _now: datetime) -> Decision:
    """Whoever it was given to may say that they will not do it."""
    if not task.is_open:
        return _settled(task)
    return allow_if(is_theirs(actor, task), _l("La devuelve quien la tiene."))


def is_theirs(actor: Any, task: Task) -> bool:
    """Took it on, and still sits at the table."""
    return task.assignee_id is not None and task.assignee_id == actor.id and task.seat is not None


def _settled(task: Task) -> Decision:
    return deny(_l("Esta tarea ya se retiró.") if task.withdrawn_at else _l("Esta tarea ya está hecha."))
