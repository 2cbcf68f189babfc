"""Reading the roadmap of a commitment, and writing it before the signatures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, render_template
from flask_babel import gettext as _

from cocrea.accounts.models import Sector
from cocrea.commitments import checks, sections
from cocrea.commitments.models import Commitment
from cocrea.commitments.policies import can_edit
from cocrea.commitments.queries import organisations
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict
from cocrea.core.forms import pairs
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.followup import operations, queries
from cocrea.followup.forms import ActionForm, ActivityForm
from cocrea.followup.models import Activity, KeyAction
from cocrea.followup.views.base import bp, commitment, form_page, panel, to_roadmap


def _may_edit_action(actor: Any, action: KeyAction, now: datetime) -> Any:
    return can_edit(actor, action.commitment, now)


def _may_edit_activity(actor: Any, activity: Activity, now: datetime) -> Any:
    return can_edit(actor, activity.key_action.commitment, now)


@bp.get("/compromisos/<reference>/hoja-de-ruta")
@same_for_visitors
@visible(commitment)
def roadmap(commitment: Commitment) -> str:
    """The roadmap with its activities and evidence, and, before the signatures, the ways to write it."""
    found = panel(current_actor(), commitment, clock.now())
    return render_template(
        "followup/roadmap.html", cycle=commitment.cycle, commitment=commitment, panel=found, **_missing(commitment)
    )


@bp.route("/compromisos/<reference>/hoja-de-ruta/acciones/nueva", methods=["GET", "POST"])
@requires(can_edit, commitment)
def create_action(commitment: Commitment) -> Any:
    form = ActionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.add_action(
                    actor=current_actor(), commitment=commitment, content=form.content(), now=clock.now()
                )
            flash(_("Agregamos la acción clave. Ahora agrega sus actividades."), "success")
            return to_roadmap(commitment)
        except CocreaError as error:
            form.reject(error)
    return form_page("followup/action_form.html", commitment, form)


@bp.route("/compromisos/<reference>/hoja-de-ruta/acciones/<int:position>", methods=["GET", "POST"])
@requires(_may_edit_action, queries.visible_action)
def edit_action(action: KeyAction) -> Any:
    form, there = ActionForm(obj=action), None
    if form.validate_on_submit():
        try:
            with transaction():
                operations.change_action(
                    actor=current_actor(),
                    action=action,
                    content=form.content(),
                    base=form.base.data or "",
                    now=clock.now(),
                )
            flash(_("Guardamos la acción clave."), "success")
            return to_roadmap(action.commitment)
        except Conflict as error:
            form.reject(error)
            form.start_from(action)
            there = action
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.start_from(action)
    return form_page("followup/action_form.html", action.commitment, form, action=action, there=there)


@bp.post("/compromisos/<reference>/hoja-de-ruta/acciones/<int:position>/retiro")
@requires(_may_edit_action, queries.visible_action)
def remove_action(action: KeyAction) -> Any:
    commitment = action.commitment
    with transaction():
        operations.remove_action(actor=current_actor(), action=action, now=clock.now())
    flash(_("Quitamos la acción clave y sus actividades. Lo que decía queda en las versiones."), "success")
    return to_roadmap(commitment)


@bp.route("/compromisos/<reference>/hoja-de-ruta/acciones/<int:position>/actividades/nueva", methods=["GET", "POST"])
@requires(_may_edit_action, queries.visible_action)
def create_activity(action: KeyAction) -> Any:
    form = _activity_form()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.add_activity(actor=current_actor(), action=action, content=form.content(), now=clock.now())
            flash(_("Agregamos la actividad."), "success")
            return to_roadmap(action.commitment)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.responsible_id.data = action.commitment.lead_id or 0
    return form_page("followup/activity_form.html", action.commitment, form, action=action)


@bp.route("/actividades/<reference>/edicion", methods=["GET", "POST"])
@requires(_may_edit_activity, queries.visible_activity)
def edit_activity(activity: Activity) -> Any:
    commitment = activity.key_action.commitment
    form, there = _activity_form(obj=activity), None
    if form.validate_on_submit():
        try:
            with transaction():
                operations.change_activity(
                    actor=current_actor(),
                    activity=activity,
                    content=form.content(),
                    base=form.base.data or "",
                    now=clock.now(),
                )
            flash(_("Guardamos la actividad."), "success")
            return to_roadmap(commitment)
        except Conflict as error:
            form.reject(error)
            form.start_from(activity)
            there = activity
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.responsible_id.data = activity.responsible_id or 0
        form.start_from(activity)
    return form_page("followup/activity_form.html", commitment, form, activity=activity, there=there)


@bp.post("/actividades/<reference>/retiro")
@requires(_may_edit_activity, queries.visible_activity)
def remove_activity(activity: Activity) -> Any:
    commitment = activity.key_action.commitment
    with transaction():
        operations.remove_activity(actor=current_actor(), activity=activity, now=clock.now())
    flash(_("Quitamos la actividad. Lo que decía queda en las versiones."), "success")
    return to_roadmap(commitment)


def _activity_form(**kwargs: Any) -> ActivityForm:
    form = ActivityForm(**kwargs)
    form.responsible_id.choices = pairs([(0, _("Todavía no se decide")), *organisations(list(Sector))])
    return form


def _missing(commitment: Commitment) -> dict[str, Any]:
    """What the roadmap still lacks before it can be signed."""
    if commitment.is_signed:
        return {"findings": []}
    found = checks.findings(commitment, queries.planned(commitment))
    return {"findings": [finding for finding in found if finding.section == sections.ROADMAP]}
