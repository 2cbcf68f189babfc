"""The list of proposals and the page of one."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.core import clock
from cocrea.core.access import current_actor, visible
from cocrea.core.i18n import day_in_words
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.proposals import policies, queries
from cocrea.proposals.models import Proposal, ProposalStatus
from cocrea.proposals.views.base import bp, page_of


@bp.get("/ciclos/<slug>/propuestas")
@same_for_visitors
@visible(visible_cycle)
def index(cycle: Cycle) -> str:
    status = request.args.get("estado", "")
    chosen = ProposalStatus(status) if status in list(ProposalStatus)[1:] else None
    return render_template(
        "proposals/index.html",
        cycle=cycle,
        page=queries.listing(cycle, status=chosen),
        chosen=chosen,
        status_links=[_status_link(cycle, status, chosen) for status in list(ProposalStatus)[1:]],
        row_meta=_row_meta,
        may_write=policies.can_write(current_actor(), cycle, clock.now()),
    )


@bp.get("/propuestas/<reference>")
@same_for_visitors
@visible(queries.visible_proposal)
def show(proposal: Proposal) -> str:
    return page_of(proposal)


def _status_link(cycle: Cycle, status: ProposalStatus, chosen: ProposalStatus | None) -> dict[str, Any]:
    href = url_for("proposals.index", slug=cycle.slug, estado=status.value)
    return {"label": status.label, "href": href, "current": status is chosen}


def _row_meta(row: Any) -> list[Any]:
    """Who, when and how, under the title of a card."""
    who = _("Persona que se retiró") if row.author_withdrawn_at else row.author_name or row.attribution
    shown = [who, day_in_words(row.published_at)]
    if row.comment_count:
        shown.append(ngettext("%(num)s comentario", "%(num)s comentarios", row.comment_count))
    return shown
