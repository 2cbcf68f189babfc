"""Supports and answers that people gave on paper in a workshop: counts of sheets, never of anyone's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from cocrea.consultation import policies, queries
from cocrea.consultation.models import PaperAnswers, PaperSupports, Workshop
from cocrea.consultation.operations.history import note
from cocrea.consultation.rules import hides_results, supports_per_person
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db


class Said(NamedTuple):
    """How many sheets agree with a statement, disagree with it and pass."""

    agree: int = 0
    disagree: int = 0
    passed: int = 0


def count_paper(
    *,
    actor: Any,
    workshop: Workshop,
    supports: Mapping[int, int],
    answers: Mapping[int, Said],
    based_on: str,
    now: datetime,
) -> None:
    """Write down what the sheets of a workshop say. Replaces the count that it was written on (`paper_version`); what
    was counted of statements that nobody can read now stays, for when they are shown again.

    `supports` by id of topic, `answers` by id of statement; what is missing or zero counts nobody. Nobody has more
    on paper than online: a topic gets at most one support of each who came, all topics together at most what the
    cycle gives each of them, a statement one answer. Raises `Conflict` before people were counted, and when somebody
    counted meanwhile.
    """
    enforce(policies.can_enter, actor, lock(workshop), now)
    _check(workshop, supports, answers, now)
    if based_on != queries.paper_version(workshop):
        raise Conflict(
            _l("Alguien guardó otra cuenta mientras escribías. Ábrela en otra pestaña y junta los números.")
        )
    old = _told(workshop, now)
    shown = queries.sentences(workshop.cycle)
    db.session.execute(sa.delete(PaperSupports).filter_by(workshop_id=workshop.id))
    db.session.execute(
        sa.delete(PaperAnswers).filter_by(workshop_id=workshop.id).where(PaperAnswers.statement_id.in_(shown))
    )
    of = {"workshop_id": workshop.id, "counted_at": now}
    given = {topic: people for topic, people in supports.items() if people}
    said = {statement: sheets._asdict() for statement, sheets in answers.items() if any(sheets)}
    db.session.add_all(PaperSupports(topic_id=topic, people=people, **of) for topic, people in given.items())
    db.session.add_all(PaperAnswers(statement_id=statement, **counts, **of) for statement, counts in said.items())
    db.session.flush()
    note(actor, workshop, "workshop.paper_counted", now, old=old, new=_told(workshop, now))


def most_on_paper(workshop: Workshop, now: datetime) -> int:
    """How many people must have come for what is on paper: the headcount is not corrected to fewer."""
    supports, answers = queries.on_paper(workshop)
    each = supports_per_person(workshop.cycle.stages, now)
    needed = [*supports.values(), -(-sum(supports.values()) // each), *map(sum, answers.values())]
    return max(needed, default=0)


def _told(workshop: Workshop, now: datetime) -> dict[str, Any]:
    """What the history keeps of a count: supports by topic, unless the stage hides them, and how many answers."""
    supports, answers = queries.on_paper(workshop)
    slugs = {topic.id: topic.slug for topic in queries.topics(workshop.cycle)}
    by_topic = {slugs[topic]: people for topic, people in sorted(supports.items())}
    return {
        "supports": sum(by_topic.values()) if hides_results(workshop.cycle, now) else by_topic,
        "answers": sum(map(sum, answers.values())),
    }


def _check(workshop: Workshop, supports: Mapping[int, int], answers: Mapping[int, Said], now: datetime) -> None:
    if workshop.attended is None:
        raise Conflict(_l("Anota primero cuántas personas fueron: de ahí sale el máximo de apoyos y respuestas."))
    known = {topic.id for topic in queries.topics(workshop.cycle)}, set(queries.sentences(workshop.cycle))
    if not (set(supports) <= known[0] and set(answers) <= known[1]):
        raise Invalid(_l("Algo cambió mientras escribías: abre la página de nuevo."))
    if min([*supports.values(), *(n for said in answers.values() for n in said)], default=0) < 0:
        raise Invalid(_l("Escribe números que no sean negativos."))
    for topic, people in supports.items():
        if people > workshop.attended:
            raise Invalid(_too_many(workshop), f"topic_{topic}")
    each = supports_per_person(workshop.cycle.stages, now)
    if (given := sum(supports.values())) > (most := each * workshop.attended):
        wrong = _l(
            "Son %(given)s apoyos y pueden ser hasta %(most)s: fueron %(people)s personas y cada una tiene %(each)s.",
            given=given,
            most=most,
            people=workshop.attended,
            each=each,
        )
        raise Invalid(wrong)
    for statement, said in answers.items():
        if sum(said) > workshop.attended:
            raise Invalid(_too_many(workshop), f"statement_{statement}_agree")


def _too_many(workshop: Workshop) -> Any:
    return _l("No pueden ser más que las %(people)s personas que fueron.", people=workshop.attended)
