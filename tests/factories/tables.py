"""Tables and live sessions for tests, made through the operations people use."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle, StageKind
from cocrea.extensions import db
from cocrea.tables import operations
from cocrea.tables.models import Message, Session, SessionMode, Table
from tests.conftest import NOW
from tests.factories import cycles
from tests.factories.accounts import person


def meeting_cycle(*more: StageKind) -> Cycle:
    """A cycle whose tables can be joined and meet."""
    return cycles.cycle(StageKind.TABLES, *more)


def table(cycle: Cycle | None = None, *, facilitator: Person | None = None, **columns: Any) -> Table:
    cycle = cycle or meeting_cycle()
    columns = {"name": "Mesa de agua", "purpose": "Acordar qué hacer con las fugas.", **columns}
    with transaction():
        return operations.create_table(
            actor=facilitator or cycles.facilitator(cycle), cycle=cycle, now=NOW, **columns
        )


def member(of: Table, someone: Person | None = None) -> Person:
    someone = someone or person()
    with transaction():
        operations.join(actor=someone, table=of, now=NOW)
    return someone


def session(of: Table, facilitator: Person, *, live: bool = True, **columns: Any) -> Session:
    """A session of the table; open unless `live` is false."""
    moments = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=2)}
    plan = operations.SessionPlan(**{"title": "Primera sesión", "mode": SessionMode.ONLINE, **moments, **columns})
    with transaction():
        made = operations.schedule_session(actor=facilitator, table=of, plan=plan, now=NOW)
        if live:
            operations.open_session(actor=facilitator, session=made, now=NOW)
    return made


def live_session() -> tuple[Session, Person]:
    """An open session of a new table, and who facilitates it."""
    cycle = meeting_cycle()
    facilitator = cycles.facilitator(cycle)
    return session(table(cycle, facilitator=facilitator), facilitator), facilitator


def said(where: Session, by: Person, body: str = "Buenas tardes.", key: str = "") -> Message:
    """A message posted in a live session."""
    with transaction():
        event = operations.post_message(
            actor=by, session=where, body=body, client_key=key or secrets.token_hex(8), now=NOW
        )
        seq = event.seq
    return db.session.scalars(db.select(Message).filter_by(session_id=where.id, seq=seq)).one()
