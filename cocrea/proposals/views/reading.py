"""The list of proposals, the page of one, and several side by side."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.core import clock, exports, sdg
from cocrea.core.access import current_actor, visible
from cocrea.core.i18n import day_in_words
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_facilitate
from cocrea.cycles.queries import cycle_to_take_along, visible_cycle
from cocrea.discussion.lists import Sort
from cocrea.discussion.models import Channel, Visibility
from cocrea.proposals import policies, queries, rules
from cocrea.proposals.models import Proposal
from cocrea.proposals.views import filters
from cocrea.proposals.views.base import bp, page_of

MOST_COMPARED = 4


@bp.get("/ciclos/<slug>/propuestas")
@same_for_visitors
@visible(visible_cycle)
def index(cycle: Cycle) -> str:
    view = filters.read(cycle)
    return render_template(
        "proposals/index.html",
        cycle=cycle,
        page=queries.listing(cycle, view.chosen, view.sort, view.start),
        found=filters.how_many(queries.count(cycle, view.chosen)),
        view=view,
        choices=filters.choices(view),
        chips=filters.chips(view, cycle),
        sorts=list(Sort),
        row_meta=_row_meta,
        may_facilitate=can_facilitate(current_actor(), cycle, clock.now()),
        criteria=rules.criteria(cycle),
        may_write=policies.can_write(current_actor(), cycle, clock.now()),
        may_record=policies.can_record(current_actor(), cycle, clock.now()),
    )


@bp.get("/ciclos/<slug>/propuestas.<extension>")
@visible(cycle_to_take_along)
def download(found: tuple[Cycle, str]) -> Response:
    """The list with the same filters and order, whole, to take along."""
    cycle, extension = found
    view = filters.read(cycle)
    return exports.answer(
        f"{cycle.slug}-propuestas",
        extension,
        list(queries.EXPORTED),
        queries.taken_along(cycle, view.chosen, view.sort, view.start),
        title=f"{cycle.title} · {_('Propuestas')}",
        source=view.address("proposals.index", cycle.slug),
    )


@bp.get("/ciclos/<slug>/propuestas/comparacion")
@same_for_visitors
@visible(visible_cycle)
def side_by_side(cycle: Cycle) -> str:
    """Up to four proposals side by side, named in the address; what cannot be shown is said, not dropped in silence."""
    asked = list(dict.fromkeys(request.args.getlist("p")))
    shown = queries.compared(cycle, asked[:MOST_COMPARED])
    return render_template(
        "proposals/compare.html",
        cycle=cycle,
        proposals=shown,
        most=MOST_COMPARED,
        is_cut=len(asked) > MOST_COMPARED,
        missing=min(len(asked), MOST_COMPARED) - len(shown),
        chips={each.id: sdg.chips(each.codes) for each in shown},
        causes={each.id: queries.causes(each) for each in shown},
        responses=queries.responses_to(shown),
    )


@bp.get("/propuestas/<reference>")
@same_for_visitors
@visible(queries.visible_proposal)
def show(proposal: Proposal) -> str:
    return page_of(proposal)


def _row_meta(row: Any) -> list[Any]:
    """Who, when and how, under the title of a card. Of what is no longer public: when it went and why."""
    if row.visibility is not Visibility.PUBLIC:
        return [day_in_words(row.visibility_at), *([row.visibility_reason] if row.visibility_reason else [])]
    who = _("Persona que se retiró") if row.author_withdrawn_at else row.author_name or row.attribution
    if row.coauthor_count:
        who = ngettext("%(who)s y %(num)s persona más", "%(who)s y %(num)s personas más", row.coauthor_count, who=who)
    shown = [who, day_in_words(row.published_at)]
    if row.channel is not Channel.ONLINE:
        shown.append(row.channel.label)
    if row.comment_count:
        shown.append(ngettext("%(num)s comentario", "%(num)s comentarios", row.comment_count))
    return shown
