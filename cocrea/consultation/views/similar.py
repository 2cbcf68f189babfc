"""Similar problems while one is being written: suggested, and supported without losing what was typed."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _

from cocrea.consultation import queries
from cocrea.consultation.forms.problems import ProblemForm
from cocrea.consultation.views.base import bp, form_page, suggested
from cocrea.core import clock
from cocrea.core.access import current_actor, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion.operations import support


@bp.get("/ciclos/<slug>/problematicas/parecidas")
@visible(visible_cycle)
def similar(cycle: Cycle) -> str:
    """A piece of a page: the problems near `titulo` and `texto`."""
    near = queries.suggestions(cycle, request.args.get("titulo", ""), request.args.get("texto", ""))
    return render_template("consultation/_similar.html", **suggested(near))


def before_publishing(cycle: Cycle, form: ProblemForm) -> Any:
    """What the buttons beside the suggestions do: support one (`mine`) or look for them. The form stays as typed."""
    form.offer(queries.topics(cycle))
    refused = bool(request.form.get("mine")) and not _supported(request.form["mine"])
    near = queries.suggestions(cycle, form.title.data or "", form.body.data or "")
    page, _status = form_page(cycle, form, near=near)
    return page, 422 if refused else 200


def _supported(reference: str) -> bool:
    """Support the problem that a person says is theirs too; whether it was possible."""
    try:
        with transaction():
            problem = queries.visible_problem(current_actor(), reference)
            support(actor=current_actor(), contribution=problem, now=clock.now())
    except CocreaError as error:
        flash(error.message, "warning")
        return False
    flash(_("Tu apoyo cuenta. Lo que escribiste sigue aquí."), "success")
    return True
