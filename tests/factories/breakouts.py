"""Small groups for tests, opened through the operations people use."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import BreakoutGroup, BreakoutSeat, Session
from cocrea.tables.operations import RoundPlan
from tests.conftest import NOW

QUESTION = "¿Qué harían primero?"


def opened(
    session: Session, by: Person, *here: Person, now: datetime = NOW, seed: str = "s", key: str = "", **said: Any
) -> list[BreakoutGroup]:
    """The groups of a round that was just opened, with these people dealt."""
    plan = RoundPlan(**{"groups": 2, "minutes": 10, "questions": [QUESTION], **said})
    ids: Collection[str] = [one.public_id for one in here]
    with transaction():
        operations.open_groups(actor=by, session=session, plan=plan, now=now, here=ids, seed=seed, client_key=key)
    return groups(session)


def groups(session: Session) -> list[BreakoutGroup]:
    found = queries.last_round(session)
    return list(found.groups) if found else []


def group_of(someone: Person, session: Session) -> BreakoutGroup:
    """The group of the last round that someone is in."""
    last = queries.last_round(session)
    seat = last and db.session.get(BreakoutSeat, (last.breakout.id, someone.id))
    assert last and seat
    return next(group for group in last.groups if group.session_id == seat.group_id)


def saved(group: BreakoutGroup, by: Person, body: str, base: int | None = None, now: datetime = NOW) -> None:
    base = group.version if base is None else base
    with transaction():
        operations.save_result(actor=by, group=group, body=body, base=base, now=now)


def called_back(session: Session, now: datetime) -> None:
    """What the job does once the time is over."""
    with transaction():
        operations.call_back(session=session, now=now)
