"""The public board, the roadmap of a commitment, and its activities with their evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Sector
from cocrea.audit.queries import history_of
from cocrea.commitments import checks, sections
from cocrea.commitments.models import Commitment
from cocrea.commitments.policies import can_edit
from cocrea.commitments.queries import organisations, plan_of, visible_commitment
from cocrea.core import clock, files
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, NotFound
from cocrea.core.forms import members, pairs
from cocrea.core.i18n import day_in_words
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.followup import operations, policies, progress, queries, words
from cocrea.followup.forms import ActionForm, ActivityForm, EvidenceForm, StatusForm, VerdictForm
from cocrea.followup.models import TRANSITIONS, Activity, ActivityStatus, Evidence, KeyAction

__all__ = ["bp", "words"]

bp = Blueprint("followup", __name__)
KINDS = {
    ActivityStatus.NOT_STARTED: "planned",
    ActivityStatus.STARTED: "open",
    ActivityStatus.COMPLETE: "closed",
    ActivityStatus.VERIFIED: "success",
}
STATES = {"con-retraso": "late", "por-verificar": "is_waiting", "cumplidos": "is_done"}


def _may_edit_action(actor: Any, action: KeyAction, now: datetime) -> Any:
    return can_edit(actor, action.commitment, now)


def _may_edit_activity(actor: Any, activity: Activity, now: datetime) -> Any:
    return can_edit(actor, activity.key_action.commitment, now)


def _commitment(actor: Any, reference: str) -> Commitment:
    found = visible_commitment(actor, reference)
    if found.is_tombstone:
        raise NotFound
    return found


@bp.get("/ciclos/<slug>/tablero")
@same_for_visitors
@visible(visible_cycle)
def board(cycle: Cycle) -> str:
    """Where the whole plan stands, what is late, and every commitment."""
    rows = queries.board(cycle, clock.now())
    institution, state = request.args.get("institucion", type=int), request.args.get("estado", "")
    shown = [
        row
        for row in rows
        if (not institution or row.lead_id == institution) and (state not in STATES or getattr(row, STATES[state]))
    ]
    return render_template(
        "followup/board.html",
        cycle=cycle,
        plan=plan_of(cycle),
        rows=rows,
        shown=shown,
        whole=progress.percentages(progress.mean(row.progress for row in rows)),
        percentages=progress.percentages,
        leads=sorted({(row.lead_name, row.lead_id) for row in rows if row.lead_id}),
        institution=institution,
        state=state,
        kinds=KINDS,
        late=sum(row.late for row in rows),
        activities=sum(row.activities for row in rows),
    )


@bp.get("/compromisos/<reference>/hoja-de-ruta")
@same_for_visitors
@visible(_commitment)
def roadmap(commitment: Commitment) -> str:
    """The roadmap with its activities and evidence, and, before the signatures, the ways to write it."""
    found = panel(current_actor(), commitment, clock.now())
    return render_template(
        "followup/roadmap.html", cycle=commitment.cycle, commitment=commitment, panel=found, **_missing(commitment)
    )


def panel(actor: Any, commitment: Commitment, now: datetime) -> dict[str, Any]:
    """What the roadmap partial shows, on its own page and on the commitment's."""
    actions = queries.key_actions(commitment)
    return {
        "actions": actions,
        "percentages": progress.percentages(queries.progress_of(actions)),
        "kinds": KINDS,
        "today": queries.today(commitment.cycle, now),
        "may_edit": can_edit(actor, commitment, now),
        "stop": _stop,
    }


@bp.route("/compromisos/<reference>/hoja-de-ruta/acciones/nueva", methods=["GET", "POST"])
@requires(can_edit, _commitment)
def create_action(commitment: Commitment) -> Any:
    form = ActionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.add_action(
                    actor=current_actor(), commitment=commitment, content=form.content(), now=clock.now()
                )
            flash(_("Agregamos la acción clave. Ahora agrega sus actividades."), "success")
            return _to_roadmap(commitment)
        except CocreaError as error:
            form.reject(error)
    return _form_page("followup/action_form.html", commitment, form)


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
            return _to_roadmap(action.commitment)
        except Conflict as error:
            form.reject(error)
            form.start_from(action)
            there = action
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.start_from(action)
    return _form_page("followup/action_form.html", action.commitment, form, action=action, there=there)


@bp.post("/compromisos/<reference>/hoja-de-ruta/acciones/<int:position>/retiro")
@requires(_may_edit_action, queries.visible_action)
def remove_action(action: KeyAction) -> Any:
    commitment = action.commitment
    with transaction():
        operations.remove_action(actor=current_actor(), action=action, now=clock.now())
    flash(_("Quitamos la acción clave y sus actividades. Lo que decía queda en las versiones."), "success")
    return _to_roadmap(commitment)


@bp.route("/compromisos/<reference>/hoja-de-ruta/acciones/<int:position>/actividades/nueva", methods=["GET", "POST"])
@requires(_may_edit_action, queries.visible_action)
def create_activity(action: KeyAction) -> Any:
    form = _activity_form()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.add_activity(actor=current_actor(), action=action, content=form.content(), now=clock.now())
            flash(_("Agregamos la actividad."), "success")
            return _to_roadmap(action.commitment)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.responsible_id.data = action.commitment.lead_id or 0
    return _form_page("followup/activity_form.html", action.commitment, form, action=action)


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
            return _to_roadmap(commitment)
        except Conflict as error:
            form.reject(error)
            form.start_from(activity)
            there = activity
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.responsible_id.data = activity.responsible_id or 0
        form.start_from(activity)
    return _form_page("followup/activity_form.html", commitment, form, activity=activity, there=there)


@bp.post("/actividades/<reference>/retiro")
@requires(_may_edit_activity, queries.visible_activity)
def remove_activity(activity: Activity) -> Any:
    commitment = activity.key_action.commitment
    with transaction():
        operations.remove_activity(actor=current_actor(), activity=activity, now=clock.now())
    flash(_("Quitamos la actividad. Lo que decía queda en las versiones."), "success")
    return _to_roadmap(commitment)


@bp.get("/actividades/<reference>")
@same_for_visitors
@visible(queries.visible_activity)
def activity(found: Activity) -> str:
    return _activity_page(found)


@bp.post("/actividades/<reference>/estado")
@requires(policies.can_report, queries.visible_activity)
def set_status(found: Activity) -> Any:
    form = _status_form(found)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.set_status(
                    actor=current_actor(),
                    activity=found,
                    status=ActivityStatus(form.status.data),
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            flash(_("Registramos el avance. El tablero ya lo muestra."), "success")
            return redirect(url_for("followup.activity", reference=found.reference), 303)
        except CocreaError as error:
            form.reject(error)
    return _activity_page(found, status_form=form), 422


@bp.post("/actividades/<reference>/evidencia")
@requires(policies.can_report, queries.visible_activity)
def add_evidence(found: Activity) -> Any:
    form = EvidenceForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.add_evidence(
                    actor=current_actor(),
                    activity=found,
                    title=form.title.data or "",
                    url=form.url.data or "",
                    upload=form.upload.data or None,
                    now=clock.now(),
                )
            flash(_("Agregamos la evidencia. Cualquiera puede consultarla."), "success")
            return redirect(url_for("followup.activity", reference=found.reference), 303)
        except CocreaError as error:
            form.reject(error)
    return _activity_page(found, evidence_form=form), 422


@bp.post("/actividades/<reference>/veredicto")
@requires(policies.can_verify, queries.visible_activity)
def judge(found: Activity) -> Any:
    form = VerdictForm()
    if form.validate_on_submit():
        try:
            with transaction():
                _judge(found, form)
            flash(_("Tu veredicto ya es público."), "success")
            return redirect(url_for("followup.activity", reference=found.reference), 303)
        except CocreaError as error:
            form.reject(error)
    return _activity_page(found, verdict_form=form), 422


@bp.get("/actividades/<reference>/evidencia/<int:evidence_id>")
@visible(queries.visible_evidence)
def evidence_file(found: Evidence) -> Response:
    """The file itself, as a download, for whoever may read the activity."""
    if found.file is None:
        raise NotFound
    return files.send(found.file)


def _judge(found: Activity, form: VerdictForm) -> None:
    actor, now = current_actor(), clock.now()
    if form.verdict.data == "verify":
        operations.verify(actor=actor, activity=found, now=now)
    else:
        operations.dispute(actor=actor, activity=found, reason=form.reason.data or "", now=now)


def _activity_page(found: Activity, **forms: Any) -> str:
    """The page of an activity; `forms` are those that come back with errors, by their name in the template."""
    actor, now = current_actor(), clock.now()
    commitment = found.key_action.commitment
    offered = {
        "status_form": _status_form(found, formdata=None),
        "evidence_form": EvidenceForm(formdata=None),
        "verdict_form": VerdictForm(formdata=None),
    }
    return render_template(
        "followup/activity.html",
        cycle=commitment.cycle,
        commitment=commitment,
        activity=found,
        kinds=KINDS,
        is_late=found.is_late(queries.today(commitment.cycle, now)),
        may_edit=can_edit(actor, commitment, now),
        may_report=policies.can_report(actor, found, now),
        may_verify=policies.can_verify(actor, found, now),
        history=history_of(found.reference, limit=20),
        **{**offered, **forms},
    )


def _status_form(found: Activity, **kwargs: Any) -> StatusForm:
    form = StatusForm(**kwargs)
    allowed = TRANSITIONS[found.status]
    form.status.choices = members(status for status in ActivityStatus if status in allowed)
    return form


def _activity_form(**kwargs: Any) -> ActivityForm:
    form = ActivityForm(**kwargs)
    form.responsible_id.choices = pairs([(0, _("Todavía no se decide")), *organisations(list(Sector))])
    return form


def _form_page(template: str, commitment: Commitment, form: Any, **values: Any) -> Any:
    status = 422 if form.is_submitted() else 200
    values = {"cycle": commitment.cycle, "commitment": commitment, "form": form, **values}
    return render_template(template, **values), status


def _to_roadmap(commitment: Commitment) -> Any:
    return redirect(url_for("followup.roadmap", reference=commitment.reference), 303)


def _missing(commitment: Commitment) -> dict[str, Any]:
    """What the roadmap still lacks before it can be signed."""
    if commitment.is_signed:
        return {"findings": []}
    found = checks.findings(commitment, queries.planned(commitment))
    return {"findings": [finding for finding in found if finding.section == sections.ROADMAP]}


def _stop(found: Activity, today: Any) -> dict[str, Any]:
    """An activity as a stop of the road."""
    late = found.is_late(today)
    disputed = bool(found.dispute_reason) and found.status is ActivityStatus.STARTED
    label = found.status.label
    if late:
        label = _("%(status)s, con retraso", status=label)
    elif disputed:
        label = _("Objetada por la contraparte")
    return {
        "title": found.title,
        "href": url_for("followup.activity", reference=found.reference),
        "status": "late" if late else "disputed" if disputed else found.status.value,
        "status_label": label,
        "dates": _("Del %(start)s al %(end)s", start=day_in_words(found.starts_on), end=day_in_words(found.ends_on)),
        "proof": found.means_of_verification,
    }
