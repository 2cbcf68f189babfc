"""The work of officials: what waits for them, and reporting how an activity goes on one screen."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict
from cocrea.followup import operations, policies, queries
from cocrea.followup.forms import ReportForm
from cocrea.followup.models import Activity
from cocrea.followup.views.base import KINDS, bp


@bp.get("/seguimiento/mi-trabajo")
@requires(policies.can_see_work)
def my_work() -> str:
    groups, has_more = queries.work(current_actor(), clock.now())
    return render_template("followup/my_work.html", groups=groups, has_more=has_more, kinds=KINDS)


@bp.get("/actividades/<reference>/avance")
@requires(policies.can_report, queries.visible_activity)
def report(found: Activity) -> str:
    form = ReportForm(formdata=None)
    form.start_from(found)
    return _page(found, form)


@bp.post("/actividades/<reference>/avance")
@requires(policies.can_report, queries.visible_activity)
def send_report(found: Activity) -> Any:
    form = ReportForm()
    form.offer(found)
    is_whole = form.validate_on_submit()
    if _fits(form, found) and is_whole:
        try:
            with transaction():
                is_new = operations.report(
                    actor=current_actor(),
                    activity=found,
                    content=form.content(),
                    now=clock.now(),
                    base=form.base.data or "",
                )
            if is_new:
                flash(_("Registramos el avance. El tablero ya lo muestra."), "success")
            else:
                flash(_("Eso ya estaba registrado: no cambió nada."), "info")
            return redirect(url_for("followup.activity", reference=found.reference), 303)
        except CocreaError as error:
            form.reject(error)
            if isinstance(error, Conflict):
                form.start_from(found)
    form.ask_for_the_file_again()
    return _page(found, form), 422


def _fits(form: ReportForm, found: Activity) -> bool:
    """Whether nothing keeps the report from being made; all that does is said at once, each beside its field."""
    said = {field.name for field in form if field.errors}
    wrong = list(operations.problems(found, form.content()))
    for each in wrong:
        if each.field not in said and (each.field or not said):
            form.reject(each)
    return not wrong


def _page(found: Activity, form: ReportForm) -> str:
    form.offer(found)
    commitment = found.key_action.commitment
    return render_template(
        "followup/report.html",
        cycle=commitment.cycle,
        commitment=commitment,
        activity=found,
        form=form,
        kinds=KINDS,
        is_late=found.is_late(queries.today(commitment.cycle, clock.now())),
    )
