"""Topics and problems for tests, made through the operations people use."""

from __future__ import annotations

import itertools
from typing import Any

from cocrea.accounts.models import Person
from cocrea.consultation import operations
from cocrea.consultation.models import Problem, Statement, Topic, TopicSupport
from cocrea.consultation.operations import Content
from cocrea.core import references
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle, StageKind
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import cycles
from tests.factories.accounts import person, save

_numbers = itertools.count(1)
CONTENT = Content(
    title="Nadie avisa cuándo abre la clínica",
    body="La gente llega de madrugada y a veces no hay consulta.",
    affected="A quien vive lejos de la cabecera",
    causes="No hay un lugar donde se publique",
    territory="MX-COL",
    targets=("16.6", "3"),
)


def open_cycle(*more: StageKind) -> Cycle:
    """A cycle in consultation."""
    return cycles.cycle(StageKind.CONSULTATION, *more)


def topic(cycle: Cycle, **columns: Any) -> Topic:
    number = next(_numbers)
    columns = {"slug": f"tema-{number}", "axis": "Bienestar", "title": f"Tema {number}", **columns}
    made: Topic = save(Topic(reference=references.allot(cycle.prefix, "TEM"), cycle_id=cycle.id, **columns))
    return made


def supports(topic: Topic) -> int:
    """How many people support it online."""
    return db.session.query(TopicSupport).filter_by(topic_id=topic.id).count()


def problem(
    cycle: Cycle | None = None,
    *,
    author: Person | None = None,
    within: Topic | None = None,
    content: Content = CONTENT,
    **kwargs: Any,
) -> Problem:
    cycle = cycle or open_cycle()
    within = within or topic(cycle)
    author = author or person()
    with transaction():
        return operations.publish_problem(
            actor=author, cycle=cycle, topic=within, content=content, now=kwargs.pop("now", NOW), **kwargs
        )


def proposed(cycle: Cycle | None = None, *, author: Person | None = None, sentence: str = "") -> Statement:
    """A statement that waits for the facilitation."""
    cycle, author = cycle or open_cycle(), author or person()
    sentence = sentence or f"La afirmación número {next(_numbers)} debe responderse"
    with transaction():
        return operations.propose_statement(actor=author, cycle=cycle, sentence=sentence, now=NOW)


def statement(cycle: Cycle | None = None, *, author: Person | None = None, sentence: str = "") -> Statement:
    """A statement that can be answered."""
    made = proposed(cycle, author=author, sentence=sentence)
    with transaction():
        return operations.admit_statement(
            actor=cycles.facilitator(made.cycle), statement=made, read=made.fingerprint, now=NOW
        )


def recorded(cycle: Cycle, channel: Channel = Channel.IN_PERSON, **kwargs: Any) -> Problem:
    """A problem said in an assembly and written down by a facilitator."""
    facilitator = cycles.facilitator(cycle)
    return problem(cycle, author=facilitator, channel=channel, attribution="Asamblea en Comala", **kwargs)
