"""Putting proposals before institutions, and the calendar of each."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.accounts.models import Organisation
from cocrea.core import clock, workdays
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.core.forms import pairs
from cocrea.core.i18n import zone
from cocrea.core.settings import current_settings
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_facilitate
from cocrea.cycles.queries import visible_cycle
from cocrea.extensions import db
from cocrea.proposals import operations, policies, queries, rules
from cocrea.proposals.forms import DaysOffForm, RoutingForm, UnroutingForm
from cocrea.proposals.models import Duty, Proposal
from cocrea.proposals.models.routings import day_of
from cocrea.proposals.queries import QueueState
from cocrea.proposals.views.base import bp


def institution(_actor: Any, slug: str) -> Organisation:
    found = queries.institution(slug)
    if found is None:
        raise NotFound
    return found


@bp.get("/respuestas-pendientes")
@requires(policies.can_see_queue)
def queue() -> str:
    actor, now = current_actor(), clock.now()
    asked = request.args.get("estado", "")
    chosen = QueueState(asked) if asked in list(QueueState) else QueueState.WAITING
    return render_template(
        "proposals/queue.html",
        page=queries.queue(actor, chosen, now),
        chosen=chosen,
        states=[
            {"label": state.label, "href": url_for("proposals.queue", estado=state.value), "current": state is chosen}
            for state in QueueState
        ],
        institutions=queries.institutions_of(actor),
        due_on=lambda row: day_of(row.due_day),
        now=now,
    )


@bp.get("/ciclos/<slug>/propuestas/sin-turnar")
@requires(can_facilitate, visible_cycle)
def unrouted(cycle: Cycle) -> str:
    return render_template("proposals/unrouted.html", cycle=cycle, page=queries.unrouted(cycle))


@bp.get("/propuestas/<reference>/turno")
@requires(policies.can_route, queries.visible_proposal)
def routing(proposal: Proposal) -> str:
    return _routing_page(proposal)


@bp.post("/propuestas/<reference>/turno")
@requires(policies.can_route, queries.visible_proposal)
def route(proposal: Proposal) -> Any:
    form = _chosen(RoutingForm())
    if form.validate_on_submit():
        try:
            with transaction():
                operations.route(
                    actor=current_actor(),
                    proposal=proposal,
                    organisation=db.session.get_one(Organisation, form.organisation.data),
                    duty=Duty(form.duty.data),
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            flash(_("La propuesta quedó turnada. Es público quién la responde y hasta cuándo."), "success")
            return redirect(url_for("proposals.routing", reference=proposal.reference), 303)
        except CocreaError as error:
            form.reject(error)
    return _routing_page(proposal, form=form), 422


@bp.post("/propuestas/<reference>/turno/retiro")
@requires(policies.can_route, queries.visible_proposal)
def unroute(proposal: Proposal) -> Any:
    form = _held(proposal, UnroutingForm())
    if form.validate_on_submit():
        try:
            with transaction():
                operations.unroute(
                    actor=current_actor(),
                    proposal=proposal,
                    organisation=db.session.get_one(Organisation, form.organisation.data),
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            flash(_("Esa institución ya no tiene la propuesta. La razón quedó en el historial."), "success")
            return redirect(url_for("proposals.routing", reference=proposal.reference), 303)
        except CocreaError as error:
            form.reject(error)
    return _routing_page(proposal, drop_form=form), 422


@bp.get("/instituciones/<slug>/dias-inhabiles")
@visible(institution)
def days_off(organisation: Organisation) -> str:
    return _calendar_page(organisation)


@bp.post("/instituciones/<slug>/dias-inhabiles")
@requires(policies.can_keep_days_off, institution)
def declare_days_off(organisation: Organisation) -> Any:
    form = DaysOffForm()
    if form.validate_on_submit():
        try:
            with transaction():
                added = operations.declare_days_off(
                    actor=current_actor(),
                    organisation=organisation,
                    first=form.first.data,
                    last=form.last.data,
                    name=form.name.data or "",
                    now=clock.now(),
                )
            told = ngettext("Agregaste %(num)s día inhábil.", "Agregaste %(num)s días inhábiles.", added)
            flash(told, "success")
            return redirect(url_for("proposals.days_off", slug=organisation.slug), 303)
        except CocreaError as error:
            form.reject(error)
    return _calendar_page(organisation, form=form), 422


@bp.post("/instituciones/<slug>/dias-inhabiles/retiro")
@requires(policies.can_keep_days_off, institution)
def drop_day_off(organisation: Organisation) -> Any:
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return _calendar_page(organisation), 422
    with transaction():
        operations.drop_day_off(actor=current_actor(), organisation=organisation, day=day, now=clock.now())
    flash(_("Ese día vuelve a ser hábil. Los plazos que ya estaban fijados no cambian."), "success")
    return redirect(url_for("proposals.days_off", slug=organisation.slug), 303)


def _routing_page(proposal: Proposal, **forms: Any) -> str:
    offered = {
        "form": _chosen(RoutingForm(formdata=None)),
        "drop_form": _held(proposal, UnroutingForm(formdata=None)),
    }
    return render_template(
        "proposals/routing.html",
        cycle=proposal.cycle,
        proposal=proposal,
        routings=queries.routings(proposal),
        days=rules.answer_days(proposal.cycle),
        **{**offered, **forms},
    )


def _chosen(form: RoutingForm) -> RoutingForm:
    known = ((found.id, found.name) for found in queries.public_institutions())
    form.organisation.choices = pairs([("", _("Elige una institución")), *known])
    return form


def _held(proposal: Proposal, form: UnroutingForm) -> UnroutingForm:
    """The form with those that have not answered: from who did the proposal is not taken back."""
    routings, responses = queries.routed_and_answered(proposal)
    done = {response.organisation_id for response in responses}
    waiting = (found.organisation for found in routings if found.organisation_id not in done)
    form.organisation.choices = pairs((found.id, found.name) for found in waiting)
    return form


def _calendar_page(organisation: Organisation, form: DaysOffForm | None = None) -> str:
    now = clock.now()
    today = now.astimezone(zone(current_settings().timezone)).date()
    return render_template(
        "proposals/days_off.html",
        organisation=organisation,
        days=queries.days_off_from(organisation, today.replace(day=1)),
        cycles=queries.cycles_answered_by(organisation),
        law=sorted(workdays.rest_days(today.year) | workdays.rest_days(today.year + 1)),
        form=form or DaysOffForm(formdata=None),
        may_keep=policies.can_keep_days_off(current_actor(), organisation, now),
    )
