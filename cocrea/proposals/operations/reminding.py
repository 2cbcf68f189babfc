"""Telling the officials of an institution what was put before it, and what of it is due or late. Written by jobs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.mails import write
from cocrea.accounts.models import Person
from cocrea.core.i18n import Lazy, day_in_words
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.proposals import queries
from cocrea.proposals.models import Routing
from cocrea.tables.operations import remind

SHOWN = 50  # proposals that one letter names


def tell_of_routings(*, now: datetime) -> int:
    """One letter to each official for all that was routed to their institution together; how many were written.

    What is told of is marked first, so that no two processes tell it.
    """
    claimed = sa.update(Routing).where(Routing.id.in_(queries.untold(now)), Routing.told_at.is_(None))
    ids = db.session.scalars(claimed.values(told_at=now).returning(Routing.id)).all()
    found = queries.to_answer(ids) if ids else {}
    written = 0
    for organisation_id, credentials in (queries.official_credentials(found) if found else {}).items():
        routings = found[organisation_id]
        subject = _l("Turnaron propuestas a %(name)s para que las responda", name=routings[0].organisation.name)
        for credential in credentials:
            write(credential, subject, "proposals/routed", **_told(routings))
            written += 1
    return written


def tell_of_moving(*, proposals: Collection[int]) -> int:
    """One letter to each official of institutions that were to answer some of these and had not: where each goes on, or
    that it waits again. How many were written."""
    found = queries.moved(proposals)
    into = queries.came_of(proposals) if found else {}
    written = 0
    for organisation_id, credentials in (queries.official_credentials(found) if found else {}).items():
        routings = found[organisation_id]
        subject = _l("Cambió lo que %(name)s tiene por responder", name=routings[0].organisation.name)
        for credential in credentials:
            write(credential, subject, "proposals/routing_moved", **_told(routings), into=into)
            written += 1
    return written


def tell_of_unpublished(routings: Collection[Routing]) -> None:
    """One letter to each official for all answers of their institution that were not published at their moment."""
    found = defaultdict(list)
    for routing in routings:
        found[routing.organisation_id].append(routing)
    for organisation_id, credentials in (queries.official_credentials(found) if found else {}).items():
        told = found[organisation_id]
        subject = _l("No se publicó lo que %(name)s tenía programado", name=told[0].organisation.name)
        for credential in credentials:
            write(credential, subject, "proposals/answer_unpublished", **_told(told))


def remind_of_answers(*, now: datetime) -> int:
    """One letter to each official, some days before answers of their institution are due, and one once they are late:
    all that is due on one day together. How many were written."""
    together: dict[tuple[Person, int, int, bool], list[Routing]] = defaultdict(list)
    for routing, person in queries.answers_to_remind(now):
        together[person, routing.organisation_id, routing.due_day, routing.due_at <= now].append(routing)
    written = 0
    for (person, organisation_id, due_day, late), routings in together.items():
        written += remind(
            person=person,
            about=f"turno-{organisation_id}-{due_day}:{'late' if late else 'due'}",
            subject=_subject(routings[0], late),
            template="proposals/answer_due",
            now=now,
            late=late,
            **_told(routings),
        )
    return written


def _told(routings: list[Routing]) -> dict[str, Any]:
    """What a letter says of them; of drafts and notes nothing."""
    return {
        "institution": routings[0].organisation.name,
        "routings": routings[:SHOWN],
        "due_on": routings[0].due_on,
        "more": max(len(routings) - SHOWN, 0),
        "number": len(routings),
    }


def _subject(routing: Routing, late: bool) -> Any:
    day = Lazy(day_in_words, routing.due_on)
    if late:
        return _l("Venció el plazo para responder propuestas: era el %(day)s", day=day)
    return _l("El %(day)s vence el plazo para responder propuestas", day=day)
