"""The board of a plan, its figures by institution, topic and goal, and its list to take along."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _

from cocrea.audit import words
from cocrea.commitments.queries import plan_of
from cocrea.consultation.queries import topics
from cocrea.core import clock, exports, sdg
from cocrea.core.access import visible
from cocrea.core.errors import NotFound
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import cycle_to_take_along, visible_cycle
from cocrea.followup import progress, queries
from cocrea.followup.queries import By, Figures, Found
from cocrea.followup.views import filters
from cocrea.followup.views.base import KINDS, bp

GROUPS = {"instituciones": By.INSTITUTION, "temas": By.TOPIC, "ods": By.GOAL, "evaluacion": By.FOUND}


@bp.get("/ciclos/<slug>/tablero")
@same_for_visitors
@visible(visible_cycle)
def board(cycle: Cycle) -> str:
    """Where the plan stands, what is late or disputed, what changed this week, and every commitment."""
    view, now = filters.read(cycle), clock.now()
    day = queries.today(cycle, now)
    by_origin = queries.whole(cycle, view.chosen, day)
    figures = queries.together(by_origin.values())
    return render_template(
        "followup/board.html",
        cycle=cycle,
        plan=plan_of(cycle),
        view=view,
        choices=filters.choices(view),
        chips=filters.chips(view, cycle),
        page=queries.listing(cycle, view.chosen, day) if figures.commitments else None,
        figures=figures,
        by_origin=by_origin,
        whole=progress.percentages(figures.progress),
        percentages=progress.percentages,
        kinds=KINDS,
        day=day,
        said=words.action,
        **_home(cycle, view, now),
    )


@bp.get("/ciclos/<slug>/tablero.<extension>")
@visible(cycle_to_take_along)
def download_board(found: tuple[Cycle, str]) -> Response:
    """The commitments of the board with the same filters, whole, to take along."""
    cycle, extension = found
    view = filters.read(cycle)
    return exports.answer(
        f"{cycle.slug}-tablero",
        extension,
        list(queries.EXPORTED),
        queries.taken_along(cycle, view.chosen, queries.today(cycle, clock.now())),
        title=f"{cycle.title} · {_('Tablero de seguimiento')}",
        source=view.address("followup.board", cycle.slug),
    )


@bp.get("/ciclos/<slug>/tablero/<by>")
@same_for_visitors
@visible(lambda actor, slug, by: (visible_cycle(actor, slug), _group(by)))
def grouped_board(found: tuple[Cycle, str]) -> str:
    """The same figures by institution, topic or goal, each with the way to its commitments."""
    cycle, name = found
    rows = queries.grouped(cycle, GROUPS[name], queries.today(cycle, clock.now()))
    return render_template(
        "followup/grouped.html",
        cycle=cycle,
        by=name,
        groups=_named(cycle, name, rows),
        percentages=progress.percentages,
        kinds=KINDS,
    )


def _group(name: str) -> str:
    if name not in GROUPS:
        raise NotFound
    return name


def _home(cycle: Cycle, view: filters.View, now: datetime) -> dict[str, Any]:
    """What the board shows of the whole plan, and not of a list that is narrowed."""
    if view.chosen:
        return {"attention": [], "changes": []}
    day = queries.today(cycle, now)
    return {"attention": queries.attention(cycle, day), "changes": queries.changes(cycle, since=now - queries.WEEK)}


def _named(cycle: Cycle, name: str, rows: dict[Any, Figures]) -> list[tuple[Any, str, Figures]]:
    """Title, address of the board narrowed to it, and figures, in the order of the cycle's own lists."""
    known: list[tuple[Any, Any, str, str]]
    if name == "instituciones":
        known = [(each.id, each.name, "institucion", each.slug) for each in queries.leads(cycle)]
    elif name == "temas":
        known = [(topic.id, topic.title, "tema", topic.slug) for topic in topics(cycle)]
    elif name == "evaluacion":
        known = [(found.completion, found.label, "evaluacion", found.value) for found in Found]
    else:
        known = [(goal.code, f"{goal.number}. {goal.label}", "ods", goal.code) for goal in sdg.goals()]
    board = url_for("followup.board", slug=cycle.slug)
    return [
        (title, f"{board}?{filter_name}={value}", rows[key])
        for key, title, filter_name, value in known
        if key in rows
    ]
