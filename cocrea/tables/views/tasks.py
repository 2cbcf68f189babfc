"""The tasks of a table: read, given, done."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.forms import pairs
from cocrea.core.i18n import zone
from cocrea.tables import operations, policies, queries
from cocrea.tables.forms import DoneForm, TaskForm
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
    form, table = DoneForm(), task.table
    if form.validate_on_submit():
        try:
            with transaction():
                operations.finish_task(actor=current_actor(), task=task, note=form.note.data or "", now=clock.now())
            flash(_("La tarea está hecha. Tu nota se lee junto a ella."), "success")
            return redirect(url_for("tables.tasks", reference=table.reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template("tables/task_done.html", cycle=table.cycle, table=table, task=task, form=form)
    return page, 422 if form.is_submitted() else 200


def _form(table: Table) -> TaskForm:
    """The form with the people of the table to choose from, for who may give a task; two weeks are the usual time."""
    form = TaskForm(data={"due": (clock.now() + USUAL).date()})
    seated = queries.members(table) if policies.can_give_task(current_actor(), table, clock.now()) else []
    people = [(member.person.public_id, member.person.label) for member in seated]
    form.assignee.choices = pairs([("", _("Una organización, por su nombre")), *people])
    return form


def _content(table: Table, form: TaskForm) -> TaskContent:
    chosen = form.assignee.data
    return TaskContent(
        text=form.text.data or "",
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
    )
