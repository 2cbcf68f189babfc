"""Changing the stages of a cycle, for those who answer for its space."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.forms import Form
from cocrea.cycles import operations, policies, queries, rules
from cocrea.cycles.forms import CloseForm, NewStageForm, RemoveForm, StageForm, rules_form
from cocrea.cycles.models import Cycle, Stage, StageKind
from cocrea.cycles.views.base import bp, stage_url, to_cycle

AT_STAGE = "/ciclos/<slug>/etapas/<int:position>"


@bp.post("/ciclos/<slug>/etapas")
@requires(policies.can_steer, queries.visible_cycle)
def add_stage(cycle: Cycle) -> Any:
    form = NewStageForm()
    if not form.validate_on_submit():
        return to_cycle(cycle, "responsable")
    with transaction():
        kind = StageKind(form.kind.data)
        stage = operations.add_stage(actor=current_actor(), cycle=cycle, kind=kind, now=clock.now())
    flash(_("Agregamos la etapa al final. Escribe para qué es y qué debe quedar hecho."), "success")
    return redirect(stage_url("cycles.edit_stage", stage), 303)


@bp.route(f"{AT_STAGE}/edicion", methods=["GET", "POST"])
@requires(policies.can_edit_stage, queries.visible_stage)
def edit_stage(stage: Stage) -> Any:
    form = StageForm.of(stage)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.edit_stage(
                    actor=current_actor(),
                    stage=stage,
                    plan=form.plan(stage),
                    reason=form.reason.data or "",
                    notice_waiver=form.notice_waiver.data or "",
                    now=clock.now(),
                )
            flash(_("Guardamos la etapa."), "success")
            return to_cycle(stage.cycle)
        except CocreaError as error:
            form.reject(error)
    return _edit(stage, form), 422 if form.is_submitted() else 200


@bp.post(f"{AT_STAGE}/reglas")
@requires(policies.can_set_rules, queries.visible_stage)
def set_rules(stage: Stage) -> Any:
    form = rules_form(stage)
    if form.validate_on_submit():
        values = {name: form[name].data for name in rules.of_kind(stage.kind)}
        try:
            with transaction():
                operations.set_rules(actor=current_actor(), stage=stage, values=values, now=clock.now())
            flash(_("Guardamos las reglas de la etapa. Todas las personas las verán."), "success")
            return to_cycle(stage.cycle)
        except CocreaError as error:
            form.reject(error)
    return _edit(stage, rules_form=form), 422


@bp.post(f"{AT_STAGE}/retiro")
@requires(policies.can_remove_stage, queries.visible_stage)
def remove_stage(stage: Stage) -> Any:
    form, cycle = RemoveForm(), stage.cycle
    if form.validate_on_submit():
        try:
            with transaction():
                operations.remove_stage(
                    actor=current_actor(), stage=stage, reason=form.reason.data or "", now=clock.now()
                )
            flash(_("Quitamos la etapa."), "success")
            return to_cycle(cycle)
        except CocreaError as error:
            form.reject(error)
    return _edit(stage, remove_form=form), 422


@bp.post(f"{AT_STAGE}/adelanto")
@requires(policies.can_edit_stage, queries.visible_stage)
def move_stage(stage: Stage) -> Any:
    with transaction():
        operations.move_stage_earlier(actor=current_actor(), stage=stage, now=clock.now())
    flash(_("Cambiamos el orden de las etapas. Sus fechas siguen igual."), "success")
    return to_cycle(stage.cycle, "responsable")


@bp.post(f"{AT_STAGE}/cierre")
@requires(policies.can_close_now, queries.visible_stage)
def close_stage(stage: Stage) -> Any:
    form = CloseForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.close_stage_now(
                    actor=current_actor(), stage=stage, reason=form.reason.data or "", now=clock.now()
                )
            flash(_("La etapa está cerrada. Lo que sigue es publicar su informe."), "success")
            return redirect(stage_url("cycles.report", stage), 303)
        except CocreaError as error:
            form.reject(error)
    return _edit(stage, close_form=form), 422


def _edit(stage: Stage, form: StageForm | None = None, **forms: Form) -> str:
    """The page of changes to a stage; `forms` are those that come back with errors."""
    actor, now = current_actor(), clock.now()
    offered = {
        "close_form": CloseForm(formdata=None),
        "remove_form": RemoveForm(formdata=None),
        "rules_form": rules_form(stage, formdata=None),
    }
    return render_template(
        "cycles/stage_form.html",
        cycle=stage.cycle,
        stage=stage,
        form=form or StageForm.of(stage, formdata=None),
        rule_keys=list(rules.of_kind(stage.kind)),
        may_set_rules=policies.can_set_rules(actor, stage, now),
        may_close=policies.can_close_now(actor, stage, now),
        may_remove=policies.can_remove_stage(actor, stage, now),
        has_begun=stage.has_begun(now),
        stage_url=stage_url,
        **{**offered, **forms},
    )
