"""Assessing a commitment independently, and reading the report of an assessment."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _

from cocrea.commitments.models import Commitment
from cocrea.core import clock, files
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.followup import operations, policies, queries
from cocrea.followup.forms import AssessmentForm
from cocrea.followup.models import Assessment
from cocrea.followup.views.base import bp, form_page, panel, signed


@bp.route("/compromisos/<reference>/evaluacion", methods=["GET", "POST"])
@requires(policies.can_assess, signed)
def assess(commitment: Commitment) -> Any:
    """The codes, each with what it means; it begins with what this evaluator said last."""
    form = AssessmentForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.assess(
                    actor=current_actor(),
                    commitment=commitment,
                    coding=form.coding(),
                    upload=form.report.data or None,
                    now=clock.now(),
                )
            flash(_("Tu evaluación ya es pública, aparte de lo que reporta la institución."), "success@evaluacion")
            return redirect(url_for("commitments.show", reference=commitment.reference, _anchor="evaluacion"), 303)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted() and (last := queries.own_assessment(current_actor(), commitment)):
        form.start_from(last)
    shown = panel(current_actor(), commitment, clock.now())
    return form_page("followup/assess.html", commitment, form, panel=shown)


@bp.get("/compromisos/<reference>/evaluaciones/<int:number>/informe")
@visible(queries.visible_report)
def assessment_report(assessment: Assessment) -> Response:
    """The PDF, as a download, for whoever may read the commitment."""
    return files.send(assessment.report)
