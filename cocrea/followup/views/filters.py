"""What the address of a board asks for, for the page and its downloads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from cocrea.accounts.models import Organisation
from cocrea.commitments.models import Origin
from cocrea.consultation.models import Topic
from cocrea.consultation.queries import topics
from cocrea.core import finding, sdg
from cocrea.cycles.models import Cycle
from cocrea.followup import queries
from cocrea.followup.queries import Filter, Found, State

NAMES = ("q", "estado", "evaluacion", "institucion", "tema", "ods", "origen")


@dataclass(frozen=True)
class View(finding.View):
    """A board, and what of the cycle it can be narrowed by."""

    leads: Sequence[Organisation] = ()
    topics: Sequence[Topic] = ()


def read(cycle: Cycle) -> View:
    """What the address asks for; what does not exist is not found."""
    asked = finding.asked(NAMES)
    leads, found = queries.leads(cycle), topics(cycle)
    chosen = Filter(
        institution=finding.one_of({each.slug: each for each in leads}, asked.get("institucion")),
        topic=finding.one_of({topic.slug: topic for topic in found}, asked.get("tema")),
        goal=finding.goal(asked.get("ods", "")),
        origin=finding.member(Origin, asked.get("origen")),
        state=finding.member(State, asked.get("estado")),
        found=finding.member(Found, asked.get("evaluacion")),
        words=finding.words(asked),
    )
    return View(chosen, None, 0, asked, leads, found)


def choices(view: View) -> list[dict[str, Any]]:
    """The fields of the form that narrow, each with what it offers; those that offer nothing are left out."""
    offered: list[tuple[str, Any, Any, list[Any]]] = [
        ("estado", _("Estado"), _("Todos"), finding.members(State)),
        ("evaluacion", _("Evaluación independiente"), _("Todos"), finding.members(Found)),
        ("institucion", _("Institución"), _("Todas"), [(each.slug, each.name) for each in view.leads]),
        ("tema", _("Tema"), _("Todos"), [(topic.slug, topic.title) for topic in view.topics]),
        ("ods", _("Objetivo de Desarrollo Sostenible"), _("Todos"), finding.goals(view.chosen.goal)),
        ("origen", _("Origen"), _("Todos"), finding.members(Origin)),
    ]
    return [
        {"name": name, "label": label, "all": every, "options": options}
        for name, label, every, options in offered
        if options
    ]


def chips(view: View, cycle: Cycle) -> list[tuple[Any, str]]:
    """What narrows the board now, in words, each with the address of the board without it."""
    chosen = view.chosen
    said = {
        "q": chosen.words and _("Dicen «%(words)s»", words=chosen.words),
        "estado": chosen.state and chosen.state.label,
        "evaluacion": chosen.found and _("Evaluación: %(found)s", found=chosen.found.label),
        "institucion": chosen.institution and chosen.institution.name,
        "tema": chosen.topic and chosen.topic.title,
        "ods": chosen.goal
        and _("ODS %(code)s: %(label)s", code=chosen.goal, label=sdg.chips([chosen.goal])[0].label),
        "origen": chosen.origin and chosen.origin.label,
    }
    return [
        (words, view.address("followup.board", cycle.slug, without=name)) for name, words in said.items() if words
    ]
