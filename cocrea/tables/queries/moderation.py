"""Reading who takes part in a session: who was heard, and whom the facilitation keeps from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from cocrea.accounts.models import Person
from cocrea.core.errors import NotFound
from cocrea.cycles.figures import REST, withhold_small
from cocrea.extensions import db
from cocrea.tables.models import Message, Participant, Restriction, Session, TableMember, Turn
from cocrea.tables.policies import facilitates
from cocrea.tables.queries.rooms import visible_session
from cocrea.tables.queries.tables import SHOWN_MEMBERS
from cocrea.tables.speaking import UNDECLARED


@dataclass(frozen=True)
class Voices:
    """How many were heard: by sector, of how many who sit at the table; by gender, once the session is over."""

    by_sector: dict[str, tuple[int, int]]
    by_gender: dict[str, int]


def voices(session: Session) -> Voices:
    """How many members were heard, in one statement. Small groups are joined; see `_by_sector` and `_by_gender`."""
    heard = sa.or_(_has_written(session), _has_spoken(session)).label("heard")
    found = sa.select(TableMember.sector, Person.gender, heard).join(TableMember.person)
    rows = found.where(TableMember.table_id == session.table_id).subquery()
    counts = sa.select(*rows.c, sa.func.count()).group_by(*rows.c)
    groups = [tuple(row) for row in db.session.execute(counts)]
    return Voices(_by_sector(groups), _by_gender(groups) if session.ended_at and not session.is_group else {})


def _by_sector(groups: Iterable[tuple[Any, ...]]) -> dict[str, tuple[int, int]]:
    """A sector stands beside each name in the conversation: of those that five or more belong to, all is told."""
    there, heard = Counter[str](), Counter[str]()
    for sector, _gender, is_heard, people in groups:
        there[sector or UNDECLARED] += people
        heard[sector or UNDECLARED] += people if is_heard else 0
    told = withhold_small(there)
    joined = sum(heard[group] for group in there if group not in told)
    return {group: (joined if group == REST else heard[group], people) for group, people in told.items()}


def _by_gender(groups: Iterable[tuple[Any, ...]]) -> dict[str, int]:
    """A gender stands nowhere: while people speak, each change of a count would tell that of whoever just spoke."""
    heard = Counter[str]()
    for _sector, gender, is_heard, people in groups:
        heard[gender or UNDECLARED] += people if is_heard else 0
    return withhold_small({group: people for group, people in heard.items() if people})


def participant(session: Session, person: Person) -> Participant | None:
    """A member of the table in a session, which is locked, read afresh; None who has no seat."""
    statement = _participants(session).where(TableMember.person_id == person.id)
    row = db.session.execute(statement, execution_options={"populate_existing": True}).first()
    return Participant(session, *row) if row else None


def participants(session: Session, now: datetime) -> list[Participant]:
    """The members of a table with what they did in one of its sessions and what keeps them from it now, in the order in
    which they sat down; one more than is shown, where there are."""
    named = _participants(session).options(joinedload(TableMember.person).options(lazyload("*")))
    ordered = named.order_by(TableMember.joined_at, TableMember.person_id).limit(SHOWN_MEMBERS + 1)
    found = db.session.execute(ordered)
    return [Participant(session, who, kept if kept and kept.holds(now) else None, *did) for who, kept, *did in found]


def visible_participant(actor: Any, reference: str, person: str) -> Participant:
    """A member, by public id, in a session this actor may read; raises `NotFound`."""
    session = visible_session(actor, reference)
    statement = _participants(session).join(TableMember.person).where(Person.public_id == person)
    row = db.session.execute(statement.options(contains_eager(TableMember.person).lazyload("*"))).first()
    if row is None:
        raise NotFound
    return Participant(session, *row)


def visible_restriction(actor: Any, reference: str, person: str) -> Restriction:
    """What keeps someone from a session. Only for those a policy lets lift it: nobody else is to know whom."""
    session = visible_session(actor, reference)
    if not facilitates(actor, session.table):
        raise NotFound
    own = Restriction.session_id == session.whole_id, Person.public_id == person
    statement = sa.select(Restriction).join(Restriction.person).where(*own)
    found = db.session.scalar(statement.options(contains_eager(Restriction.person).lazyload("*")))
    if found is None:
        raise NotFound
    return found


def _participants(session: Session) -> Any:
    kept = sa.and_(Restriction.session_id == session.whole_id, Restriction.person_id == TableMember.person_id)
    found: Any = sa.select(TableMember, Restriction, _has_written(session), _has_spoken(session))
    return found.outerjoin(Restriction, kept).where(TableMember.table_id == session.table_id)


def _has_written(session: Session) -> sa.ColumnElement[bool]:
    own = Message.session_id == session.id, Message.author_id == TableMember.person_id
    return sa.select(sa.literal(1)).select_from(Message).where(*own).exists()


def _has_spoken(session: Session) -> sa.ColumnElement[bool]:
    begun = Turn.session_id == session.id, Turn.person_id == TableMember.person_id, Turn.started_at.is_not(None)
    return sa.exists().where(*begun)
