"""What the address of a list of proposals asks for, for the page and its downloads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_number, ngettext
from flask_babel import gettext as _

from cocrea.accounts.models import Organisation, Sector
from cocrea.consultation.models import Topic
from cocrea.consultation.queries import topics
from cocrea.core import finding, sdg
from cocrea.core.access import current_actor
from cocrea.cycles.models import Cycle
from cocrea.discussion.lists import COUNTED_UP_TO, Sort
from cocrea.discussion.models import Channel, Visibility
from cocrea.proposals import queries
from cocrea.proposals.models import ProposalStatus, ResponseKind
from cocrea.proposals.queries import Filter
from cocrea.tables.models import Table

NAMES = (
    "q", "estado", "mesa", "tema", "entidad", "ods", "canal", "sector", "institucion", "respuesta", "autoria",
)  # fmt: skip
GONE = (Visibility.MERGED, Visibility.SPLIT, Visibility.WITHDRAWN, Visibility.HIDDEN)
STATES: dict[str, Any] = {str(each): each for each in [*list(ProposalStatus)[1:], *GONE]}  # what is no draft any more
UNANSWERED, MINE = "sin", "propias"


@dataclass(frozen=True)
class View(finding.View):
    """A list of proposals, and what of the cycle it can be narrowed by."""

    topics: Sequence[Topic] = ()
    tables: Sequence[Table] = ()
    institutions: Sequence[Organisation] = ()


def read(cycle: Cycle) -> View:
    """What the address asks for; what does not exist is not found. «Mine» narrows nothing for visitors."""
    asked, actor = finding.asked(NAMES), current_actor()
    found, tables, institutions = topics(cycle), queries.tables(cycle), queries.institutions(cycle)
    state = finding.one_of(STATES, asked.get("estado"))
    answer = finding.one_of({UNANSWERED: None, **{str(kind): kind for kind in ResponseKind}}, asked.get("respuesta"))
    mine = finding.one_of({MINE: True}, asked.get("autoria")) and actor.is_authenticated
    chosen = Filter(
        status=state if isinstance(state, ProposalStatus) else None,
        state=state if isinstance(state, Visibility) else Visibility.PUBLIC,
        table=finding.one_of({table.reference: table for table in tables}, asked.get("mesa")),
        topic=finding.one_of({topic.slug: topic for topic in found}, asked.get("tema")),
        territory=finding.one_of({code: code for code in finding.places()}, asked.get("entidad")) or "",
        goal=finding.goal(asked.get("ods", "")),
        channel=finding.member(Channel, asked.get("canal")),
        sector=finding.member(Sector, asked.get("sector")),
        institution=finding.one_of({each.slug: each for each in institutions}, asked.get("institucion")),
        answer=answer,
        is_unanswered=asked.get("respuesta") == UNANSWERED,
        author_id=actor.id if mine else None,
        words=finding.words(asked),
    )
    sort, start = finding.ordering(Sort, asked, cycle.scope)
    return View(chosen, sort, start, asked, found, tables, institutions)


def choices(view: View) -> list[dict[str, Any]]:
    """The fields of the form that narrow, each with what it offers; those that offer nothing are left out."""
    kinds = [(UNANSWERED, _("Todavía sin respuesta")), *finding.members(ResponseKind)]
    states = [(value, state.label) for value, state in STATES.items()]
    offered: list[tuple[str, Any, Any, list[Any]]] = [
        ("estado", _("Situación"), _("Todas las publicadas"), states),
        ("tema", _("Tema"), _("Todos"), [(topic.slug, topic.title) for topic in view.topics]),
        ("mesa", _("Mesa"), _("Todas"), [(table.reference, table.name) for table in view.tables]),
        ("entidad", _("Entidad"), _("Todas"), list(finding.places().items())),
        ("ods", _("Objetivo de Desarrollo Sostenible"), _("Todos"), finding.goals(view.chosen.goal)),
        (
            "institucion",
            _("Institución que responde"),
            _("Cualquiera"),
            [(o.slug, o.name) for o in view.institutions],
        ),
        ("respuesta", _("Respuesta"), _("Cualquiera"), kinds),
        ("canal", _("Cómo llegó"), _("Por cualquier canal"), finding.members(Channel)),
        ("sector", _("Sector de quien la escribió"), _("Todos"), finding.members(Sector)),
    ]
    if current_actor().is_authenticated:
        offered.append(("autoria", _("Autoría"), _("De cualquier persona"), [(MINE, _("Las mías"))]))
    return [
        {"name": name, "label": label, "all": every, "options": options}
        for name, label, every, options in offered
        if options
    ]


def chips(view: View, cycle: Cycle) -> list[tuple[Any, str]]:
    """What narrows the list now, in words, each with the address of the list without it."""
    chosen = view.chosen
    said = {
        "q": chosen.words and _("Dicen «%(words)s»", words=chosen.words),
        "estado": "estado" in view.asked and STATES[view.asked["estado"]].label,
        "mesa": chosen.table and chosen.table.name,
        "tema": chosen.topic and chosen.topic.title,
        "entidad": finding.places().get(chosen.territory),
        "ods": chosen.goal
        and _("ODS %(code)s: %(label)s", code=chosen.goal, label=sdg.chips([chosen.goal])[0].label),
        "canal": chosen.channel and chosen.channel.label,
        "sector": chosen.sector and chosen.sector.label,
        "institucion": chosen.institution and chosen.institution.name,
        "respuesta": (chosen.is_unanswered and _("Todavía sin respuesta")) or (chosen.answer and chosen.answer.label),
        "autoria": chosen.author_id and _("Las mías"),
    }
    return [
        (words, view.address("proposals.index", cycle.slug, without=name)) for name, words in said.items() if words
    ]


def how_many(found: int) -> Any:
    """The count of the list in words."""
    if found > COUNTED_UP_TO:
        return _("Más de %(most)s propuestas", most=format_number(COUNTED_UP_TO))
    return ngettext("%(count)s propuesta", "%(count)s propuestas", found, count=format_number(found))
