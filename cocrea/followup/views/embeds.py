"""The progress of a commitment and of a plan in a frame, for the pages of others: nothing to press but the way here."""

from __future__ import annotations

from flask import render_template

from cocrea.commitments.models import Commitment
from cocrea.core import clock
from cocrea.core.access import current_actor, visible
from cocrea.core.http import embeddable
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.followup import progress, queries
from cocrea.followup.queries import Filter
from cocrea.followup.views.base import KINDS, bp, panel, signed


@bp.get("/compromisos/<reference>/tarjeta")
@embeddable
@same_for_visitors
@visible(signed)
def commitment_card(commitment: Commitment) -> str:
    """How far one commitment is, who answers for it and what is late."""
    now = clock.now()
    shown = panel(current_actor(), commitment, now)
    late = sum(each.is_late(shown["today"]) for action in shown["actions"] for each in action.activities)
    return render_template("followup/card.html", commitment=commitment, panel=shown, late=late, made_at=now)


@bp.get("/ciclos/<slug>/tablero/grafica")
@embeddable
@same_for_visitors
@visible(visible_cycle)
def board_chart(cycle: Cycle) -> str:
    """How far the whole plan is, as the board says it."""
    now = clock.now()
    figures = queries.together(queries.whole(cycle, Filter(), queries.today(cycle, now)).values())
    return render_template(
        "followup/chart.html",
        cycle=cycle,
        figures=figures,
        whole=progress.percentages(figures.progress),
        kinds=KINDS,
        made_at=now,
    )
