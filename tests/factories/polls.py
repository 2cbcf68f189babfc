"""Straw polls for tests, opened and answered through the operations people use."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.tables import operations
from cocrea.tables.models import Poll, PollKind, Session
from cocrea.tables.operations import PollContent
from tests.conftest import NOW


def opened(session: Session, by: Person, kind: PollKind = PollKind.THUMBS, key: str = "", **said: Any) -> Poll:
    """The newest poll of the session, just opened."""
    content = PollContent(said.pop("question", "¿Seguimos con esto?"), kind, **said)
    with transaction():
        operations.open_poll(actor=by, session=session, content=content, now=NOW, client_key=key)
    return db.session.scalars(sa.select(Poll).filter_by(session_id=session.id).order_by(Poll.id.desc())).first()


def answered(poll: Poll, by: Person, *choices: str, reason: str = "") -> None:
    with transaction():
        operations.answer_poll(actor=by, poll=poll, choices=choices, reason=reason, now=NOW)


def closed(poll: Poll, by: Person) -> None:
    with transaction():
        operations.close_poll(actor=by, poll=poll, now=NOW)


def counted(poll: Poll, by: Person, **people: int) -> None:
    """Hands in the room, as agree=3; of fingers and options as _4=3."""
    with transaction():
        counts = {choice.removeprefix("_"): number for choice, number in people.items()}
        operations.count_in_person(actor=by, poll=poll, counts=counts, now=NOW)
