"""Similar proposals while one is being written."""

from __future__ import annotations

from cocrea.core.access import visible
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion import suggesting
from cocrea.discussion.models import ContributionKind
from cocrea.proposals.views.base import bp


@bp.get("/ciclos/<slug>/propuestas/parecidas")
@visible(visible_cycle)
def similar(cycle: Cycle) -> str:
    """A piece of a page: the proposals near `titulo` and `texto`."""
    return suggesting.piece(cycle, ContributionKind.PROPOSAL, "proposals/_similar.html")
