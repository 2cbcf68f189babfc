"""The page of a stage: what it is for, what came in, and the report that closes it for good."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles import figures, operations, policies, queries, report_sections
from cocrea.cycles.forms import ReportForm
from cocrea.cycles.models import Stage
from cocrea.cycles.views.base import bp, stage_url
from cocrea.cycles.views.report_tables import received, tables
from cocrea.cycles.views.stages import AT_STAGE


@bp.get(f"{AT_STAGE}/informe")
@same_for_visitors
@visible(queries.visible_stage)
def report(stage: Stage) -> str:
    return _page(stage)


@bp.post(f"{AT_STAGE}/informe")
@requires(policies.can_report, queries.visible_stage)
def publish_report(stage: Stage) -> Any:
    form = ReportForm()
    if form.validate_on_submit():
        try:
            report_sections.refresh(stage.cycle_id)
            with transaction():
                operations.publish_report(
                    actor=current_actor(), stage=stage, source=form.source.data or "", now=clock.now()
                )
            flash(_("El informe ya es público y la etapa quedó cerrada para siempre."), "success")
            return redirect(stage_url("cycles.report", stage), 303)
        except CocreaError as error:
            form.reject(error)
    return _page(stage, form), 422


def _page(stage: Stage, form: ReportForm | None = None) -> str:
    actor, now = current_actor(), clock.now()
    may_report = policies.can_report(actor, stage, now)
    kept = stage.report.sections if stage.report else report_sections.gather(stage, now) if may_report else {}
    return render_template(
        "cycles/report.html",
        cycle=stage.cycle,
        stage=stage,
        **received(_figures(stage)),
        tables=tables(kept),
        withheld=report_sections.withheld(kept),
        may_report=may_report,
        may_edit=policies.can_edit_stage(actor, stage, now),
        before=_neighbour(stage, -1),
        after=_neighbour(stage, 1),
        form=form or ReportForm(formdata=None),
        stage_url=stage_url,
        now=now,
    )


def _neighbour(stage: Stage, step: int) -> Stage | None:
    stages = stage.cycle.stages
    place = stages.index(stage) + step
    return stages[place] if 0 <= place < len(stages) else None


def _figures(stage: Stage) -> figures.Figures:
    """Those the report froze; before it, today's. A draft has none."""
    if stage.report:
        frozen: figures.Figures = stage.report.figures
        return frozen
    return figures.gather(stage.cycle, stage) if stage.cycle.published_at else {}
