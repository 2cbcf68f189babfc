"""The tasks of a table: read, given, done, given to someone else, given back, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.forms import Form
from cocrea.core.i18n import zone
from cocrea.tables import operations, policies, queries
from cocrea.tables.forms import ORGANISATION, DoneForm, TaskChangeForm, TaskForm, TaskReasonForm, WhoForm
from cocrea.tables.models import Table, Task
from cocrea.tables.operations import TaskContent
from cocrea.tables.views.base import bp

USUAL = timedelta(days=14)


@bp.get("/mesas/<reference>/tareas")
@visible(queries.visible_table)
def tasks(table: Table) -> str:
    return _page(table, _form(table))


@bp.post("/mesas/<reference>/tareas")
@requires(policies.can_give_task, queries.visible_table)
def give_task(table: Table) -> Any:
    form = _form(table)
    if form.validate_on_submit():
        try:
            content = _content(table, form)
            with transaction():
                operations.give_task(
                    actor=current_actor(),
                    table=table,
                    content=content,
                    client_key=form.client_key.data or "",
                    now=clock.now(),
                )
            flash(_("La tarea quedó encargada. Si es de una persona con correo, le avisamos."), "success")
            return redirect(url_for("tables.tasks", reference=table.reference), 303)
        except CocreaError as error:
            form.reject(error)
    return _page(table, form), 422


@bp.route("/tareas/<reference>/cierre", methods=["GET", "POST"])
@requires(policies.can_finish_task, queries.visible_task)
def finish_task(task: Task) -> Any:
    form, words = DoneForm(), _("La tarea está hecha. Tu nota se lee junto a ella.")

    def operation() -> None:
        operations.finish_task(actor=current_actor(), task=task, note=form.note.data or "", now=clock.now())

    return _carried_out(task, form, operation, words, "task_done")


@bp.route("/tareas/<reference>/cambio", methods=["GET", "POST"])
@requires(policies.can_change_task, queries.visible_task)
def reassign_task(task: Task) -> Any:
    tz, table = zone(task.table.cycle.timezone), task.table
    due = task.due_at.astimezone(tz).date()
    whom = task.assignee.public_id if task.assignee else ORGANISATION if task.organisation else ""
    known = {"due": due, "assignee": whom, "organisation": task.organisation, "base": task.standing}
    form = TaskChangeForm(data=known)
    form.offer(_seated(table))
    form.today = min(clock.now().astimezone(tz).date(), due)
    words = _("La tarea cambió, con tu razón a la vista. Les avisamos por correo.")

    def operation() -> None:
        content = _content(table, form)
        kept = replace(content, due_at=task.due_at) if form.due.data == due else content
        base, form.base.data = (
            form.base.data or "",
            task.standing,
        )  # whoever saves again has read what stands there now
        _act(operations.reassign_task, task, form, content=kept, base=base)

    return _carried_out(task, form, operation, words, "task_change")


@bp.route("/tareas/<reference>/devolucion", methods=["GET", "POST"])
@requires(policies.can_return_task, queries.visible_task)
def return_task(task: Task) -> Any:
    form, words = TaskReasonForm(), _("Devolviste la tarea, con tu razón a la vista.")
    return _carried_out(task, form, partial(_act, operations.return_task, task, form), words, "task_return")


@bp.route("/tareas/<reference>/retiro", methods=["GET", "POST"])
@requires(policies.can_change_task, queries.visible_task)
def withdraw_task(task: Task) -> Any:
    form, words = TaskReasonForm(), _("La tarea se retiró, con tu razón a la vista.")
    return _carried_out(task, form, partial(_act, operations.withdraw_task, task, form), words, "task_withdraw")


def _act(operation: Callable[..., Any], task: Task, form: Any, **more: Any) -> None:
    operation(actor=current_actor(), task=task, reason=form.reason.data or "", now=clock.now(), **more)


def _carried_out(task: Task, form: Form, operation: Callable[[], None], words: str, template: str) -> Any:
    """What the form asks for, then the table's tasks; else the form as it was typed."""
    table = task.table
    if form.validate_on_submit():
        try:
            with transaction():
                operation()
            flash(words, "success")
            return redirect(url_for("tables.tasks", reference=table.reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template(f"tables/{template}.html", cycle=table.cycle, table=table, task=task, form=form)
    return page, 422 if form.is_submitted() else 200


def _form(table: Table) -> TaskForm:
    """The form with the people of the table to choose from, for who may give a task; two weeks are the usual time."""
    today = clock.now().astimezone(zone(table.cycle.timezone)).date()
    form = TaskForm(data={"due": today + USUAL})
    form.offer(_seated(table) if policies.can_give_task(current_actor(), table, clock.now()) else [])
    form.today = today
    return form


def _seated(table: Table) -> list[tuple[str, Any]]:
    return [(member.person.public_id, member.person.label) for member in queries.members(table)]


def _content(table: Table, form: WhoForm) -> TaskContent:
    chosen = form.person
    return TaskContent(
        text=form.text.data or "" if isinstance(form, TaskForm) else "",
        due_at=datetime.combine(form.due.data, time(23, 59), zone(table.cycle.timezone)),
        assignee=queries.visible_seat(current_actor(), table.reference, chosen).person if chosen else None,
        organisation=form.organisation.data or "",
    )


def _page(table: Table, form: TaskForm) -> str:
    actor, now = current_actor(), clock.now()
    found = queries.tasks_of(table)
    return render_template(
        "tables/tasks.html",
        cycle=table.cycle,
        table=table,
        tasks=found,
        now=now,
        form=form,
        may_give=policies.can_give_task(actor, table, now),
        may_finish={task.id for task in found if policies.can_finish_task(actor, task, now)},
        may_change={task.id for task in found if policies.can_change_task(actor, task, now)},
        may_return={task.id for task in found if policies.can_return_task(actor, task, now)},
    )
