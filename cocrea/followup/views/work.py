"""The work of officials: what waits for them, and reporting how an activity goes on one screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.followup import operations, policies, queries
from cocrea.followup.forms import ReportForm, SeveralForm
from cocrea.followup.models import Activity
from cocrea.followup.views.base import KINDS, bp

BASE = "base-"  # with the reference of an activity: how it stood


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


@bp.route("/seguimiento/avances", methods=["GET", "POST"])
@requires(policies.can_see_work)
def report_several() -> Any:
    """One report of the activities that were marked, which is read back before it is published."""
    listed = _listed()
    if not listed:
        flash(_("Marca primero las actividades que se actualizan juntas."), "warning")
        return redirect(url_for("followup.my_work"), 303)
    marked = [one for one in listed if one.reference in request.values.getlist("actividad")]
    form, hindered, is_stale = SeveralForm(), dict[str, Any](), False
    if form.validate_on_submit() and "change" not in request.form:
        hindered = _hindered(marked, form)
        try:
            if not hindered and not form.errors:
                return _publish(marked, form)
        except CocreaError as error:
            is_stale = isinstance(error, Conflict)
            form.reject(error)
    page = render_template(
        "followup/report_several.html",
        activities=listed,
        marked=marked,
        form=form,
        hindered=hindered,
        bases=_bases(listed, anew=is_stale),
        kinds=KINDS,
    )
    return page, 422 if form.errors or hindered else 200


def _publish(found: Sequence[Activity], form: SeveralForm) -> Any:
    """The page that reads the report back or, once that is confirmed, the report published."""
    content, bases = form.content(), _bases(found)
    if "confirmed" not in request.form:
        return render_template(
            "followup/several_read_back.html", activities=found, content=content, bases=bases, sent=form.typed()
        )
    with transaction():
        told = operations.report_several(
            actor=current_actor(), activities=found, content=content, bases=bases, now=clock.now()
        )
    if told:
        said = ngettext(
            "Registramos el avance de una actividad. El tablero ya lo muestra.",
            "Registramos el avance de %(num)s actividades. El tablero ya lo muestra.",
            told,
        )
        flash(said, "success")
    else:
        flash(_("Eso ya estaba registrado: no cambió nada."), "info")
    return redirect(url_for("followup.my_work"), 303)


def _listed() -> list[Activity]:
    """The activities that were marked to begin with, whether or not they still are."""
    before = {name.removeprefix(BASE) for name in request.form if name.startswith(BASE)}
    references = before | set(request.values.getlist("actividad"))
    if len(references) > operations.AT_ONCE:
        raise Invalid(_l("Actualiza como máximo %(most)s actividades a la vez.", most=operations.AT_ONCE))
    return queries.followed_activities(references) if references else []


def _bases(found: Sequence[Activity], *, anew: bool = False) -> dict[str, str]:
    """How each stood when the writer began, by reference; `anew` as they stand now, which the page is about to show."""
    sent = {} if anew or request.method == "GET" else request.form
    return {one.reference: sent.get(BASE + one.reference, "") or operations.state_of(one) for one in found}


def _hindered(found: Sequence[Activity], form: SeveralForm) -> dict[str, Any]:
    """What keeps each activity from it, by reference; what is wrong with the report itself stands in the form."""
    content, actor, now = form.content(), current_actor(), clock.now()
    if not found:
        form.reject(Invalid(_l("Marca al menos una actividad.")))
    for wrong in operations.content_problems(content):
        form.reject(wrong)
    said = {one.reference: operations.hindrance(actor=actor, activity=one, content=content, now=now) for one in found}
    return {reference: why for reference, why in said.items() if why}


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
