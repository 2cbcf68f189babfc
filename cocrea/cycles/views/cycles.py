"""Pages of cycles: all of them, one with its stages, a new one, and making its calendar public."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, render_template
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, public, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.i18n import in_words
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles import figures, operations, panels, policies, queries
from cocrea.cycles.forms import CycleForm, NewStageForm, PublishForm
from cocrea.cycles.methodologies import METHODOLOGIES
from cocrea.cycles.models import Cycle, Stage
from cocrea.cycles.outlook import outlook
from cocrea.cycles.views.base import bp, stage_url, to_cycle
from cocrea.forums.models import Space
from cocrea.forums.queries import visible_space


def _space(actor: Any, space_slug: str) -> Space:
    return visible_space(actor, space_slug)


@bp.get("/ciclos")
@same_for_visitors
@public
def index() -> str:
    now = clock.now()
    return render_template("cycles/index.html", page=queries.listing(current_actor(), now), now=now)


@bp.get("/ciclos/<slug>")
@same_for_visitors
@visible(queries.visible_cycle)
def show(cycle: Cycle) -> str:
    return _show(cycle)


@bp.route("/espacios/<space_slug>/ciclos/nuevo", methods=["GET", "POST"])
@requires(policies.can_create, _space)
def create(space: Space) -> Any:
    form = CycleForm()
    if form.validate_on_submit():
        try:
            with transaction():
                cycle = operations.create_cycle(
                    actor=current_actor(),
                    space=space,
                    methodology=METHODOLOGIES[form.methodology.data],
                    title=form.title.data or "",
                    prefix=form.prefix.data or "",
                    summary=form.summary.data or "",
                    first_day=form.first_day.data,
                    timezone=form.timezone.data,
                    now=clock.now(),
                )
            flash(_("El ciclo quedó como borrador. Revisa sus etapas y publica el calendario."), "success")
            return to_cycle(cycle)
        except CocreaError as error:
            form.reject(error)
    page = render_template("cycles/form.html", space=space, form=form, methodologies=METHODOLOGIES)
    return page, 422 if form.is_submitted() else 200


@bp.post("/ciclos/<slug>/publicacion")
@requires(policies.can_publish, queries.visible_cycle)
def publish(cycle: Cycle) -> Any:
    form = PublishForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.publish_cycle(
                    actor=current_actor(),
                    cycle=cycle,
                    notice_waiver=form.notice_waiver.data or "",
                    now=clock.now(),
                )
            flash(_("El calendario ya es público. Desde ahora, cada fecha que se mueva llevará su razón."), "success")
            return to_cycle(cycle)
        except CocreaError as error:
            form.reject(error)
    return _show(cycle, publish_form=form), 422


def _show(cycle: Cycle, publish_form: PublishForm | None = None) -> str:
    actor, now = current_actor(), clock.now()
    seen = outlook(cycle, now)
    return render_template(
        "cycles/show.html",
        cycle=cycle,
        seen=seen,
        stops=[_stop(stage, now, is_here=stage is seen.here) for stage in cycle.stages],
        waived=[stage for stage in cycle.stages if stage.notice_waiver],
        received=figures.rows(figures.gather(cycle)) if cycle.published_at else [],
        panels=panels.of(actor, cycle, now),
        may_publish=policies.can_publish(actor, cycle, now),
        may_steer=policies.can_steer(actor, cycle, now),
        publish_form=publish_form or PublishForm(formdata=None),
        stage_form=NewStageForm(formdata=None),
        stage_url=stage_url,
        policies=policies,
        actor=actor,
        now=now,
    )


def _stop(stage: Stage, now: datetime, *, is_here: bool) -> dict[str, Any]:
    """A stage as the timeline shows it."""
    return {
        "title": stage.title,
        "status": stage.state(now).value,
        "status_label": _("Cerrada con informe") if stage.report else None,
        "dates": _span(stage),
        "purpose": stage.purpose,
        "product": stage.product,
        "href": stage_url("cycles.report", stage),
        "current": is_here,
    }


def _span(stage: Stage) -> Any:
    if stage.starts_at is None or stage.ends_at is None:
        return _("Todavía sin fechas")
    zone = stage.cycle.timezone
    return _("Del %(start)s al %(end)s", start=in_words(stage.starts_at, zone), end=in_words(stage.ends_at, zone))
