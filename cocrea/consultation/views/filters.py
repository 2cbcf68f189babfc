"""What the address of a list of problems asks for: filters, search and order, read once for page, map and downloads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import format_number, ngettext
from flask_babel import gettext as _

from cocrea.accounts.models import Sector
from cocrea.consultation import queries
from cocrea.consultation.models import Topic
from cocrea.consultation.queries import COUNTED_UP_TO, Filter, Sort
from cocrea.core import clock, sdg, territories, text
from cocrea.core.access import current_actor
from cocrea.core.errors import NotFound
from cocrea.core.pagination import HIGHEST, position
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Channel, Visibility

LONGEST = 200  # characters of a search
STATES = (Visibility.PUBLIC, Visibility.MERGED, Visibility.WITHDRAWN, Visibility.HIDDEN)
NAMES = ("q", "tema", "estado", "municipio", "ods", "canal", "sector", "situacion")


@dataclass(frozen=True)
class View:
    """One list: which problems, in which order, and for the random one where its ring begins."""

    chosen: Filter
    sort: Sort
    start: int
    asked: dict[str, str]
    municipalities: Sequence[tuple[str, ...]] = ()  # of the chosen entity

    def address(self, endpoint: str, cycle: Cycle, *, without: str = "", **more: Any) -> str:
        """Another page about the same problems."""
        kept = {name: value for name, value in self.asked.items() if name != without}
        return url_for(endpoint, slug=cycle.slug, **{**kept, **more})


def read(cycle: Cycle, topics: Sequence[Topic]) -> View:
    """What the address asks for; values that do not exist narrow nothing down silently: they are not found.

    A municipality that the chosen entity does not have was of the one chosen before, and is let go.
    """
    asked = {name: value for name in NAMES if (value := request.args.get(name, "").strip())}
    within = queries.municipalities(cycle, asked["estado"]) if asked.get("estado") in territories.NAMES else []
    municipality = next((names for names in within if asked.get("municipio") in names), ())
    if not municipality:
        asked.pop("municipio", None)
    chosen = Filter(
        topic=_one_of({topic.slug: topic for topic in topics}, asked.get("tema")),
        territory=_one_of({code: code for code in _places()}, asked.get("estado")) or "",
        municipality=municipality,
        goal=_goal(asked.get("ods", "")),
        channel=_one_of({str(channel): channel for channel in Channel}, asked.get("canal")),
        sector=_one_of({str(sector): sector for sector in Sector}, asked.get("sector")),
        state=_one_of({str(state): state for state in STATES}, asked.get("situacion")) or Visibility.PUBLIC,
        words=text.plain(asked.get("q", ""))[:LONGEST],
    )
    sort = _one_of({str(sort): sort for sort in Sort}, request.args.get("orden") or None) or Sort.NEWEST
    if sort is not Sort.NEWEST:
        asked["orden"] = sort.value
    start = _start(cycle)
    if sort is Sort.RANDOM:
        asked["sorteo"] = str(start)
    return View(chosen, sort, start, asked, within)


def choices(view: View, topics: Sequence[Topic]) -> list[dict[str, Any]]:
    """The fields of the form that narrow, each with what it offers. The first option of each narrows nothing."""
    goals = [(goal.code, f"{goal.number}. {goal.label}") for goal in sdg.goals()]
    if "." in view.chosen.goal:
        goals += [(chip.code, f"{chip.code} {chip.label}") for chip in sdg.chips([view.chosen.goal])]
    return [
        {"name": "tema", "label": _("Tema"), "all": _("Todos"), "options": [(t.slug, t.title) for t in topics]},
        {"name": "estado", "label": _("Entidad"), "all": _("Todas"), "options": list(_places().items())},
        *_municipalities(view),
        {"name": "ods", "label": _("Objetivo de Desarrollo Sostenible"), "all": _("Todos"), "options": goals},
        {"name": "canal", "label": _("Cómo llegó"), "all": _("Por cualquier canal"), "options": _members(Channel)},
        {"name": "sector", "label": _("Sector de quien la escribió"), "all": _("Todos"), "options": _members(Sector)},
        {"name": "situacion", "label": _("Situación"), "all": _("Publicadas"), "options": _members(STATES[1:])},
    ]


def chips(view: View, cycle: Cycle, endpoint: str) -> list[tuple[Any, str]]:
    """What narrows the list now, in words, each with the address of the list without it."""
    chosen = view.chosen
    said = {
        "q": chosen.words and _("Dicen «%(words)s»", words=chosen.words),
        "tema": chosen.topic and chosen.topic.title,
        "estado": _places().get(chosen.territory),
        "municipio": chosen.municipality and chosen.municipality[0],
        "ods": chosen.goal
        and _("ODS %(code)s: %(label)s", code=chosen.goal, label=sdg.chips([chosen.goal])[0].label),
        "canal": chosen.channel and chosen.channel.label,
        "sector": chosen.sector and chosen.sector.label,
        "situacion": chosen.state is not Visibility.PUBLIC and chosen.state.label,
    }
    return [(words, view.address(endpoint, cycle, without=name)) for name, words in said.items() if words]


def _municipalities(view: View) -> list[dict[str, Any]]:
    """The field for them, once an entity is chosen in which somebody named one."""
    if not view.municipalities:
        return []
    options = [(names[0], names[0]) for names in view.municipalities]
    return [{"name": "municipio", "label": _("Municipio o alcaldía"), "all": _("Todos"), "options": options}]


def how_many(found: int, chosen: Filter) -> Any:
    if found > COUNTED_UP_TO and chosen.is_counted_only:
        return _("Más de %(most)s problemáticas", most=format_number(COUNTED_UP_TO))
    return ngettext("%(count)s problemática", "%(count)s problemáticas", found, count=format_number(found))


def _one_of(known: dict[str, Any], asked: str | None) -> Any:
    if asked is None:
        return None
    if asked not in known:
        raise NotFound
    return known[asked]


def _goal(asked: str) -> str:
    if asked and not sdg.is_code(asked):
        raise NotFound
    return asked


def _start(cycle: Cycle) -> int:
    """Where the ring of the random order begins: as the address says, so that a list can be shared and read on; else
    each person's own, and for visitors, who share their pages, another every hour."""
    if (given := position("sorteo")) is not None:
        return given
    actor = current_actor()
    own = f"person:{actor.id}" if actor.is_authenticated else f"hour:{clock.now():%Y-%m-%dT%H}"
    return int(text.fingerprint(own, cycle.scope)[:8], 16) % HIGHEST


def _places() -> dict[str, Any]:
    return {**territories.names(), territories.NATIONAL: _("Todo el país o varios estados")}


def _members(of: Any) -> list[tuple[str, Any]]:
    return [(member.value, member.label) for member in of]
