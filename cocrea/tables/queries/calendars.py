"""Reading sessions for calendars."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from cocrea.accounts.models import Person, Role
from cocrea.core.errors import NotFound
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.tables.calendars import claim
from cocrea.tables.models import CalendarKey, Restriction, Room, Session, Table, TableMember
from cocrea.tables.queries.whole import is_whole

_OFFICES = (Role.FACILITATOR, Role.COFACILITATOR, Role.RAPPORTEUR)
MOST = 1000  # sessions in a calendar, the latest


def calendar_of(cycle: Cycle) -> list[Session]:
    """The sessions of a cycle, also the cancelled ones: calendars must hear of those."""
    return _listed(sa.select(Session).join(Session.table).where(Table.cycle_id == cycle.id, is_whole()))


def own_calendar(person: Person) -> list[Room]:
    """The sessions of the tables at which someone sits, or that they facilitate or report, in cycles that are public;
    each as they find it."""
    own = sa.and_(TableMember.table_id == Table.id, TableMember.person_id == person.id)
    kept = sa.and_(Restriction.session_id == Session.id, Restriction.person_id == person.id)
    statement = (
        sa.select(Session, TableMember, Restriction)
        .join(Session.table)
        .join(Table.cycle)
        .outerjoin(TableMember, own)
        .outerjoin(Restriction, kept)
        .where(
            Cycle.published_at.is_not(None), is_whole(), sa.or_(TableMember.person_id.is_not(None), *_office(person))
        )
    )
    loaded = contains_eager(Session.table).options(lazyload(Table.topic), contains_eager(Table.cycle))
    rows = db.session.execute(_latest(statement).options(loaded))
    return [Room(session, member, restriction=restriction) for session, member, restriction in rows][::-1]


def _office(person: Person) -> list[sa.ColumnElement[bool]]:
    """That someone facilitates or reports at a table, or in its whole cycle."""
    tables = {found for role in _OFFICES for found in person.scope_ids(role, "table")}
    cycles = {found for role in _OFFICES for found in person.scope_ids(role, "cycle")}
    return [Table.id.in_(tables), Table.cycle_id.in_(cycles)]


def key_of(person: Person) -> CalendarKey | None:
    return db.session.get(CalendarKey, person.id)


def owner_of(_actor: object, token: str) -> Person:
    """Whose calendar a secret address opens; `NotFound` once it was taken away or the account is not active."""
    claimed = claim(token)
    key = db.session.get(CalendarKey, claimed[0], options=[joinedload(CalendarKey.person)]) if claimed else None
    if claimed is None or key is None or key.nonce != claimed[1] or not key.person.is_active:
        raise NotFound
    return key.person


def _listed(statement: sa.Select[Any]) -> list[Session]:
    loaded = contains_eager(Session.table).options(lazyload(Table.topic))
    return list(db.session.scalars(_latest(statement).options(loaded)))[::-1]


def _latest(statement: Any) -> Any:
    return statement.order_by(Session.starts_at.desc(), Session.id.desc()).limit(MOST)
