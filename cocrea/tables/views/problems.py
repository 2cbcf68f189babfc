"""Giving many problems to a table at once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.consultation.queries import topics
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.forms import pairs
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.tables import operations, policies, queries
from cocrea.tables.forms import AssignForm
from cocrea.tables.views.base import bp


@bp.route("/ciclos/<slug>/mesas/problematicas", methods=["GET", "POST"])
@requires(policies.can_create, visible_cycle)
def assign(cycle: Cycle) -> Any:
    """The problems of the cycle with the table of each; those that are marked go to the one that is chosen."""
    tables = {card.table.reference: card.table for card in queries.tables_of(cycle, clock.now())}
    form = AssignForm()
    form.table.choices = pairs(
        [*((key, table.name) for key, table in tables.items()), ("", _("A ninguna: quitarlas de su mesa"))]
    )
    if form.validate_on_submit():
        try:
            with transaction():
                moved = operations.assign_problems(
                    actor=current_actor(),
                    cycle=cycle,
                    problems=queries.problems_by_reference(cycle, form.problems.data or []),
                    table=tables.get(form.table.data or ""),
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            words = ngettext(
                "%(num)s problemática cambió de mesa.", "%(num)s problemáticas cambiaron de mesa.", moved
            )
            flash(words if moved else _("Ya estaban ahí: nada cambió."), "success")
            return redirect(request.full_path.rstrip("?"), 303)
        except CocreaError as error:
            form.reject(error)
    return _page(cycle, form, has_tables=bool(tables)), 422 if form.is_submitted() else 200


def _page(cycle: Cycle, form: AssignForm, *, has_tables: bool) -> str:
    found = topics(cycle)
    topic = next((topic for topic in found if topic.slug == request.args.get("tema")), None)
    only_without = bool(request.args.get("sin-mesa"))
    return render_template(
        "tables/assign.html",
        cycle=cycle,
        form=form,
        has_tables=has_tables,
        topics=found,
        chosen=topic,
        only_without=only_without,
        page=queries.assignable(cycle, topic.id if topic else None, only_without=only_without),
        marked=set(form.problems.data or []),
    )
