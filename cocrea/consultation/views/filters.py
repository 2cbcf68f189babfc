"""What the address of a list of problems asks for: filters, search and order, read once for page, map and downloads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_number, ngettext
from flask_babel import gettext as _

from cocrea.accounts.models import Sector
from cocrea.consultation import queries
from cocrea.consultation.models import Topic
from cocrea.consultation.queries import Filter
from cocrea.core import finding, sdg, territories
from cocrea.cycles.models import Cycle
from cocrea.discussion.lists import COUNTED_UP_TO, Sort
from cocrea.discussion.models import Channel, Visibility

STATES = (Visibility.PUBLIC, Visibility.MERGED, Visibility.WITHDRAWN, Visibility.HIDDEN)
NAMES = ("q", "tema", "estado", "municipio", "ods", "canal", "sector", "situacion")


@dataclass(frozen=True)
class View(finding.View):
    """A list of problems. `municipalities`: those of the chosen entity."""

    municipalities: Sequence[tuple[str, ...]] = ()


def read(cycle: Cycle, topics: Sequence[Topic]) -> View:
    """What the address asks for; values that do not exist narrow nothing down silently: they are not found.

    A municipality that the chosen entity does not have was of the one chosen before, and is let go.
    """
    asked = finding.asked(NAMES)
    within = queries.municipalities(cycle, asked["estado"]) if asked.get("estado") in territories.NAMES else []
    municipality = next((names for names in within if asked.get("municipio") in names), ())
    if not municipality:
        asked.pop("municipio", None)
    chosen = Filter(
        topic=finding.one_of({topic.slug: topic for topic in topics}, asked.get("tema")),
        territory=finding.one_of({code: code for code in finding.places()}, asked.get("estado")) or "",
        municipality=municipality,
        goal=finding.goal(asked.get("ods", "")),
        channel=finding.member(Channel, asked.get("canal")),
        sector=finding.member(Sector, asked.get("sector")),
        state=finding.member(STATES, asked.get("situacion")) or Visibility.PUBLIC,
        words=finding.words(asked),
    )
    sort, start = finding.ordering(Sort, asked, cycle.scope)
    return View(chosen, sort, start, asked, within)


def choices(view: View, topics: Sequence[Topic]) -> list[dict[str, Any]]:
    """The fields of the form that narrow, each with what it offers. The first option of each narrows nothing."""
    goals = finding.goals(view.chosen.goal)
    return [
        {"name": "tema", "label": _("Tema"), "all": _("Todos"), "options": [(t.slug, t.title) for t in topics]},
        {"name": "estado", "label": _("Entidad"), "all": _("Todas"), "options": list(finding.places().items())},
        *_municipalities(view),
        {"name": "ods", "label": _("Objetivo de Desarrollo Sostenible"), "all": _("Todos"), "options": goals},
        {
            "name": "canal",
            "label": _("Cómo llegó"),
            "all": _("Por cualquier canal"),
            "options": finding.members(Channel),
        },
        {
            "name": "sector",
            "label": _("Sector de quien la escribió"),
            "all": _("Todos"),
            "options": finding.members(Sector),
        },
        {
            "name": "situacion",
            "label": _("Situación"),
            "all": _("Publicadas"),
            "options": finding.members(STATES[1:]),
        },
    ]


def chips(view: View, cycle: Cycle, endpoint: str) -> list[tuple[Any, str]]:
    """What narrows the list now, in words, each with the address of the list without it."""
    chosen = view.chosen
    said = {
        "q": chosen.words and _("Dicen «%(words)s»", words=chosen.words),
        "tema": chosen.topic and chosen.topic.title,
        "estado": finding.places().get(chosen.territory),
        "municipio": chosen.municipality and chosen.municipality[0],
        "ods": chosen.goal
        and _("ODS %(code)s: %(label)s", code=chosen.goal, label=sdg.chips([chosen.goal])[0].label),
        "canal": chosen.channel and chosen.channel.label,
        "sector": chosen.sector and chosen.sector.label,
        "situacion": chosen.state is not Visibility.PUBLIC and chosen.state.label,
    }
    return [(words, view.address(endpoint, cycle.slug, without=name)) for name, words in said.items() if words]


def _municipalities(view: View) -> list[dict[str, Any]]:
    """The field for them, once an entity is chosen in which somebody named one."""
    if not view.municipalities:
        return []
    options = [(names[0], names[0]) for names in view.municipalities]
    field = {"name": "municipio", "label": _("Municipio o alcaldía"), "all": _("Todos"), "options": options}
    return [{**field, "chosen": view.chosen.municipality[0] if view.chosen.municipality else ""}]


def how_many(found: int, chosen: Filter) -> Any:
    if found > COUNTED_UP_TO and chosen.is_counted_only:
        return _("Más de %(most)s problemáticas", most=format_number(COUNTED_UP_TO))
    return ngettext("%(count)s problemática", "%(count)s problemáticas", found, count=format_number(found))
