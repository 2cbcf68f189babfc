"""How institutions answer what a cycle routes to them: as a page and to take along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, url_for
from flask_babel import gettext as _

from cocrea.core import clock, exports
from cocrea.core.access import visible
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import cycle_to_take_along, visible_cycle
from cocrea.proposals import queries
from cocrea.proposals.models import ResponseKind
from cocrea.proposals.promptness import Promptness
from cocrea.proposals.views.base import bp

EXPORTED = (
    "institution", "name", "routed", "answered", "answered_late", "waiting", "waiting_late", "median_working_days",
    *(str(kind) for kind in ResponseKind),
)  # fmt: skip


@bp.get("/ciclos/<slug>/respuestas")
@same_for_visitors
@visible(visible_cycle)
def promptness(cycle: Cycle) -> str:
    found = queries.promptness(cycle, clock.now())
    return render_template(
        "proposals/promptness.html",
        cycle=cycle,
        found=found,
        total=sum((figures for _body, figures in found), Promptness()),
        kinds=list(ResponseKind),
    )


@bp.get("/ciclos/<slug>/respuestas.<extension>")
@visible(cycle_to_take_along)
def download_promptness(found: tuple[Cycle, str]) -> Response:
    """The same figures, an institution a row."""
    cycle, extension = found
    return exports.answer(
        f"{cycle.slug}-respuestas",
        extension,
        list(EXPORTED),
        _rows(cycle),
        title=f"{cycle.title} · {_('Cómo responden las instituciones')}",
        source=url_for("proposals.promptness", slug=cycle.slug),
    )


def _rows(cycle: Cycle) -> Iterator[list[Any]]:
    for body, figures in queries.promptness(cycle, clock.now()):
        counts = (figures.routed, figures.answered, figures.late, figures.waiting, figures.waiting_late)
        yield [body.slug, body.name, *counts, figures.median, *figures.by_kind]
