"""Where problems are: a map of the 32 entities and, beside it, the same numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from cocrea.consultation import queries
from cocrea.consultation.views import filters
from cocrea.consultation.views.base import bp
from cocrea.core import territories
from cocrea.core.access import visible
from cocrea.core.territories import NATIONAL
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle

SHADES = 3
PLACE = {"estado", "municipio"}  # the map itself is this filter


@dataclass(frozen=True)
class Tile:
    """An entity on the map. `shade` goes from 0 (none) to `SHADES` (as many as where there are most)."""

    name: Any
    number: int
    shade: int
    href: str
    column: int = 0
    row: int = 0
    letters: str = ""


@bp.get("/ciclos/<slug>/problematicas/mapa")
@same_for_visitors
@visible(visible_cycle)
def problem_map(cycle: Cycle) -> str:
    topics = queries.topics(cycle)
    view = filters.read(cycle, topics)
    for name in PLACE:
        view.asked.pop(name, None)
    view = replace(view, chosen=replace(view.chosen, territory="", municipality=()))
    numbers = queries.by_territory(cycle, view.chosen)
    tiles = _tiles(cycle, view, numbers)
    return render_template(
        "consultation/map.html",
        cycle=cycle,
        view=view,
        chosen=view.chosen,
        choices=[field for field in filters.choices(view, topics) if field["name"] not in PLACE],
        chips=filters.chips(view, cycle, "consultation.problem_map"),
        tiles=tiles,
        everywhere=_tile(cycle, view, NATIONAL, _("Todo el país o varios estados"), numbers, 0),
        named=sum(1 for tile in tiles if tile.number),
        total=sum(numbers.values()),
    )


def _tiles(cycle: Cycle, view: filters.View, numbers: dict[str, int]) -> list[Tile]:
    most = max((number for code, number in numbers.items() if code != NATIONAL), default=0)
    return [_tile(cycle, view, code, name, numbers, most) for code, name in territories.names().items()]


def _tile(cycle: Cycle, view: filters.View, code: str, name: Any, numbers: dict[str, int], most: int) -> Tile:
    number = numbers.get(code, 0)
    shade = -(-number * SHADES // most) if most else 0
    place = territories.TILES.get(code, (0, 0, ""))
    return Tile(name, number, shade, view.address("consultation.problems", cycle.slug, estado=code), *place)
