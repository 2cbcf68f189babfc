"""What was said in a workshop, written down afterwards: each contribution becomes a problem, once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.consultation.models import Problem, Topic, Workshop, WorkshopEntry
from cocrea.consultation.operations.problems import Content, publish_problem
from cocrea.consultation.policies import can_enter
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Denied, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.i18n import zone
from cocrea.cycles.policies import can_facilitate
from cocrea.discussion.models import Channel
from cocrea.discussion.policies import is_owner
from cocrea.extensions import db

KEY = re.compile(r"[\w-]{8,64}", re.ASCII)


def enter(
    *, actor: Any, workshop: Workshop, topic: Topic, content: Content, key: str, now: datetime
) -> WorkshopEntry:
    """Publish a contribution as a problem said in person. The same `key` twice in a workshop gives the one entry.

    What no other place is named for happens in the workshop's place.
    Who sends again what was kept already is answered with it, also after the stage has closed: the first answer
    may have been lost on the way.
    """
    enforce(can_facilitate, actor, workshop.cycle, now)
    if not KEY.fullmatch(key):
        raise Invalid(_l("Recarga la página y vuelve a intentarlo."))
    known = _known(lock(workshop), key)
    if known is not None:
        return known
    enforce(can_enter, actor, workshop, now)
    problem = publish_problem(
        actor=actor,
        cycle=workshop.cycle,
        topic=topic,
        content=content if content.territory else replace(content, **_place(workshop)),
        channel=Channel.IN_PERSON,
        attribution=attribution(workshop),
        form_key=f"{workshop.reference}:{key}",
        now=now,
    )
    own = {"workshop_id": workshop.id, "key": key, "entered_by_id": actor.id, "created_at": now}
    return add(WorkshopEntry(**own, problem_id=problem.id))


def attribution(workshop: Workshop) -> str:
    """How a problem names the workshop in which it was said."""
    day = workshop.starts_at.astimezone(zone(workshop.cycle.timezone))
    return f"{workshop.title}, {day:%d/%m/%Y}"


def _place(workshop: Workshop) -> dict[str, Any]:
    return {"territory": workshop.territory or "", "municipality": workshop.municipality}


def _known(workshop: Workshop, key: str) -> WorkshopEntry | None:
    statement = sa.select(WorkshopEntry).where(WorkshopEntry.workshop_id == workshop.id, WorkshopEntry.key == key)
    found: WorkshopEntry | None = db.session.scalar(statement)
    return found


def tell_workshop(*, actor: Any, problem: Problem, workshop: Workshop, now: datetime) -> WorkshopEntry | None:
    """Show a problem among what came of a workshop whose printed sheet led to the form. Its channel stays what it is.

    A problem belongs to one workshop: the one it was told of first. None, and nothing else is lost, where the workshop
    was called off or has not begun.
    """
    if not is_owner(actor, problem) or problem.cycle_id != workshop.cycle_id:
        raise Denied(_l("Solo quien escribió la problemática puede decir de qué jornada viene."))
    if workshop.is_cancelled or not workshop.has_begun(now):
        return None
    of_problem = sa.select(WorkshopEntry).where(WorkshopEntry.problem_id == lock(problem, is_referred_to=True).id)
    known: WorkshopEntry | None = db.session.scalar(of_problem)
    own = {"workshop_id": workshop.id, "key": f"hoja-{problem.id}", "entered_by_id": actor.id, "created_at": now}
    return known or add(WorkshopEntry(**own, problem_id=problem.id))
