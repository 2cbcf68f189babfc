"""Who may give a task of a table, and say that it is done."""

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
    if task.done_at is not None:
        return deny(_l("Esta tarea ya está hecha."))
    own = task.assignee_id is not None and task.assignee_id == actor.id and task.seat is not None
    return allow_if(own or facilitates(actor, task.table), _l("La da por hecha quien la tomó o la facilitación."))
