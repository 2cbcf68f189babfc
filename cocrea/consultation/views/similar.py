"""Similar problems while one is being written."""

from __future__ import annotations

from typing import Any

from cocrea.consultation import queries
from cocrea.consultation.forms.problems import ProblemForm
from cocrea.consultation.views.base import bp, form_page
from cocrea.core.access import visible
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion import suggesting
from cocrea.discussion.models import ContributionKind


@bp.get("/ciclos/<slug>/problematicas/parecidas")
@visible(visible_cycle)
def similar(cycle: Cycle) -> str:
    """A piece of a page: the problems near `titulo` and `texto`."""
    return suggesting.piece(cycle, ContributionKind.PROBLEM, "consultation/_similar.html")


def before_publishing(cycle: Cycle, form: ProblemForm) -> Any:
    """What the buttons beside the suggestions do. The form stays as typed."""
    form.offer(queries.topics(cycle))
    near, status = suggesting.looked_for(cycle, ContributionKind.PROBLEM, form, queries.visible_problem)
    page, _status = form_page(cycle, form, near=near)
    return page, status
