"""Pages of workshops: the list, one of them, calling and changing one, and who came."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.accounts.models import Gender
from cocrea.audit.queries import history_of
from cocrea.consultation import operations, policies, queries
from cocrea.consultation.forms.workshops import AttendanceForm, CancelWorkshopForm, WorkshopForm
from cocrea.consultation.models import Trait, Workshop
from cocrea.consultation.queries.workshops import UNDECLARED
from cocrea.consultation.views.base import HISTORY_SHOWN, bp, status
from cocrea.core import clock, territories
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.figures import REST
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_facilitate, stage_opens
from cocrea.cycles.queries import visible_cycle


@bp.get("/ciclos/<slug>/jornadas")
@same_for_visitors
@visible(visible_cycle)
def workshops(cycle: Cycle) -> str:
    now = clock.now()
    return render_template(
        "consultation/workshops.html",
        cycle=cycle,
        page=queries.workshops(cycle),
        in_words=territories.place,
        may_plan=can_facilitate(current_actor(), cycle, now),
        opens=stage_opens(Action.PUBLISH_PROBLEM, cycle, now),
        now=now,
    )


@bp.get("/jornadas/<reference>")
@same_for_visitors
@visible(queries.visible_workshop)
def workshop(workshop: Workshop) -> str:
    actor, now = current_actor(), clock.now()
    return render_template(
        "consultation/workshop.html",
        cycle=workshop.cycle,
        workshop=workshop,
        territory=territories.place(workshop.territory, workshop.municipality),
        came=_came(workshop),
        may_run=policies.can_run_workshop(actor, workshop, now),
        page=queries.entries(workshop),
        entered=queries.entry_count(workshop),
        photos=queries.photo_count(workshop),
        may_see_photos=policies.can_see_photos(actor, workshop, now),
        may_enter=policies.can_enter(actor, workshop, now),
        may_cancel=policies.can_cancel_workshop(actor, workshop, now),
        may_send=policies.can_send_entries(actor, workshop, now),
        may_count=policies.can_count_people(actor, workshop, now),
        history=history_of(workshop.reference, limit=HISTORY_SHOWN),
        now=now,
    )


@bp.route("/ciclos/<slug>/jornadas/nueva", methods=["GET", "POST"])
@requires(can_facilitate, visible_cycle)
def plan_workshop(cycle: Cycle) -> Any:
    form = WorkshopForm()
    if form.validate_on_submit():
        try:
            with transaction():
                made = operations.plan_workshop(
                    actor=current_actor(), cycle=cycle, plan=form.plan(cycle), now=clock.now()
                )
                reference = made.reference
            flash(_("La jornada ya es pública. Comparte su página para que la gente vaya."), "success")
            return _to(reference)
        except CocreaError as error:
            form.reject(error)
    return render_template(
        "consultation/workshop_form.html", cycle=cycle, form=form, workshop=None, begun=False
    ), status(form)


@bp.route("/jornadas/<reference>/edicion", methods=["GET", "POST"])
@requires(policies.can_run_workshop, queries.visible_workshop)
def edit_workshop(workshop: Workshop) -> Any:
    form = WorkshopForm(obj=workshop)
    if form.validate_on_submit():
        try:
            with transaction():
                plan = form.plan(workshop.cycle)
                operations.edit_workshop(actor=current_actor(), workshop=workshop, plan=plan, now=clock.now())
            flash(_("Guardamos tus cambios."), "success")
            return _to(workshop.reference)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.start_from(workshop)
    page = render_template(
        "consultation/workshop_form.html",
        cycle=workshop.cycle,
        form=form,
        workshop=workshop,
        begun=workshop.has_begun(clock.now()),
    )
    return page, status(form)


@bp.route("/jornadas/<reference>/cancelacion", methods=["GET", "POST"])
@requires(policies.can_cancel_workshop, queries.visible_workshop)
def cancel_workshop(workshop: Workshop) -> Any:
    form = CancelWorkshopForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.cancel_workshop(
                    actor=current_actor(), workshop=workshop, reason=form.reason.data or "", now=clock.now()
                )
            flash(_("La jornada quedó cancelada. Su página dice por qué."), "success")
            return _to(workshop.reference)
        except CocreaError as error:
            form.reject(error)
    page = render_template("consultation/workshop_cancel.html", cycle=workshop.cycle, form=form, workshop=workshop)
    return page, status(form)


@bp.route("/jornadas/<reference>/asistencia", methods=["GET", "POST"])
@requires(policies.can_count_people, queries.visible_workshop)
def count_people(workshop: Workshop) -> Any:
    form = AttendanceForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.count_people(
                    actor=current_actor(),
                    workshop=workshop,
                    attended=form.attended.data or 0,
                    counts=form.counts(),
                    now=clock.now(),
                )
            flash(_("La asistencia quedó anotada."), "success")
            return _to(workshop.reference)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.start_from(workshop)
    page = render_template(
        "consultation/workshop_attendance.html", cycle=workshop.cycle, form=form, workshop=workshop, traits=Trait
    )
    return page, status(form)


def _came(workshop: Workshop) -> dict[str, Any]:
    """What the page shows of who came: by sector, and the rows of a table by gender."""
    counts = queries.attendance(workshop)
    names = {**{gender.value: gender.label for gender in Gender}, UNDECLARED: _("No lo dijeron")}
    names[REST] = _("Otros géneros o no lo dijeron")
    order = list(names)
    genders = sorted(counts[Trait.GENDER].items(), key=lambda row: order.index(row[0]))
    sectors = counts[Trait.SECTOR]
    joined = _("Otros sectores o no lo dijeron") if REST in sectors or not sectors else None
    return {"sectors": sectors, "joined": joined, "genders": [(names[name], people) for name, people in genders]}


def _to(reference: str) -> Response:
    return redirect(url_for("consultation.workshop", reference=reference), 303)
