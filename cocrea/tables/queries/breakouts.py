"""Reading the small groups of a session."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from cocrea.accounts.models import Person, Sector
from cocrea.core.errors import NotFound
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.tables.models import (
    Attendee,
    Breakout,
    BreakoutGroup,
    BreakoutSeat,
    Grouped,
    MemberRole,
    Message,
    Restriction,
    RestrictionKind,
    Round,
    Session,
    TableMember,
    ToldGroup,
)
from cocrea.tables.queries.rooms import visible_room
from cocrea.tables.queries.tables import is_there

SHOWN_DEALT = 300
_UNDEALT = (MemberRole.FACILITATOR, MemberRole.COFACILITATOR, MemberRole.OBSERVER)


@dataclass(frozen=True)
class Dealt:
    """Someone who may be in a group of the round under way, and the number of theirs, if they have one."""

    public_id: str
    name: str
    sector: Sector | None
    group: int | None


def rounds(session: Session, actor: Any = None) -> list[Round]:
    """The rounds of a session with their groups and how many of each sector are in them, the latest first; and in
    which the actor is. One statement."""
    reader = actor.id if actor is not None and actor.is_authenticated else None
    keys = BreakoutSeat.group_id, BreakoutSeat.sector
    own = sa.func.max(sa.case((BreakoutSeat.person_id == reader, 1), else_=0)).label("own")
    counted = sa.select(*keys, sa.func.count().label("people"), own).join(
        Breakout, Breakout.id == BreakoutSeat.breakout_id
    )
    held = Breakout.session_id == session.id, _still_counts(session)
    seats = counted.where(*held).group_by(*keys).subquery()
    statement = (
        sa.select(BreakoutGroup, seats.c.sector, seats.c.people, seats.c.own)
        .join(BreakoutGroup.breakout)
        .join(BreakoutGroup.session)
        .outerjoin(seats, seats.c.group_id == BreakoutGroup.session_id)
        .where(Breakout.session_id == session.id)
        .options(
            contains_eager(BreakoutGroup.breakout), contains_eager(BreakoutGroup.session).lazyload(Session.table)
        )
        .order_by(Breakout.number.desc(), BreakoutGroup.number, seats.c.sector)
    )
    rows = list(db.session.execute(statement))
    sectors: defaultdict[int, Counter[Sector | None]] = defaultdict(Counter)
    for group, sector, people, _own in rows:
        sectors[group.session_id].update({sector: people} if people else {})
    groups = dict.fromkeys(row[0] for row in rows)
    mine = {group.session_id for group, _sector, _people, own in rows if own}
    return [
        Round(
            breakout,
            list(listed),
            sectors,
            next((g for g in groups if g.breakout is breakout and g.session_id in mine), None),
        )
        for breakout, listed in groupby(groups, key=lambda group: group.breakout)
    ]


def last_round(session: Session) -> Round | None:
    """The latest round of a session, which is locked: read afresh."""
    found = db.session.scalar(
        sa.select(Breakout)
        .where(Breakout.session_id == session.id)
        .order_by(Breakout.number.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return _with_groups(found) if found else None


def rounds_to_return(session: Session) -> list[Round]:
    """The rounds of a session, which is locked, whose results have not all been brought back."""
    waits = Breakout.session_id == session.id, Breakout.returned_at.is_(None)
    found = db.session.scalars(sa.select(Breakout).where(*waits).order_by(Breakout.number))
    return [_with_groups(breakout) for breakout in found]


def _with_groups(breakout: Breakout) -> Round:
    own = BreakoutGroup.breakout_id == breakout.id
    statement = sa.select(BreakoutGroup).where(own).options(joinedload(BreakoutGroup.session).lazyload(Session.table))
    fresh = {"populate_existing": True}
    return Round(
        breakout, list(db.session.scalars(statement.order_by(BreakoutGroup.number), execution_options=fresh))
    )


def sessions_to_call_back(now: datetime) -> list[Session]:
    """Those whose groups have run out of time and whose results nobody has brought back yet."""
    over = Breakout.returned_at.is_(None), Breakout.ends_at <= now
    divided = sa.select(Breakout.session_id).where(*over)
    return list(db.session.scalars(sa.select(Session).where(Session.id.in_(divided)).order_by(Session.id)))


def groups_at_work(session: Session, now: datetime) -> list[Session]:
    """The rooms of a session's groups that are open now, in a fixed order."""
    open_now = Session.parent_id == session.id, Session.ended_at > now
    return list(db.session.scalars(sa.select(Session).where(*open_now).order_by(Session.id)))


def group(session: Session) -> BreakoutGroup:
    """What a small group discusses and has come to, with its round, and the session that divided."""
    statement = sa.select(BreakoutGroup).where(BreakoutGroup.session_id == session.id)
    loaded = joinedload(BreakoutGroup.breakout).joinedload(Breakout.session).lazyload(Session.table)
    return db.session.scalars(statement.options(loaded)).one()


def visible_group(actor: Any, reference: str) -> Grouped:
    """A small group that this actor may read; raises `NotFound`."""
    room = visible_room(actor, reference)
    if not room.session.is_group:
        raise NotFound
    return Grouped(group(room.session), room)


def own_group(actor: Any, breakout: Breakout) -> int | None:
    """The id of the group that the actor is in."""
    seat = db.session.get(BreakoutSeat, (breakout.id, actor.id)) if actor.is_authenticated else None
    return seat.group_id if seat else None


def sizes(breakout: Breakout) -> dict[int, int]:
    """How many people are in each group, by its id; groups without anybody are not there."""
    statement = sa.select(BreakoutSeat.group_id, sa.func.count()).join(
        Breakout, Breakout.id == BreakoutSeat.breakout_id
    )
    held = statement.where(Breakout.id == breakout.id, _still_counts(breakout.session))
    return {row[0]: row[1] for row in db.session.execute(held.group_by(BreakoutSeat.group_id))}


def told_groups(session: Session) -> list[ToldGroup]:
    """The groups of all rounds, the first one first. What a group has come to is told once it was brought back, as
    long as nobody hid it there."""
    found = rounds(session)[::-1]
    if not found:
        return []
    public = Message.session_id == session.id, Message.visibility == Visibility.PUBLIC
    shown = set(db.session.scalars(sa.select(Message.seq).where(*public, Message.author_id.is_(None))))
    return [
        ToldGroup(one, round_.sectors[one.session_id], one.result if one.returned_seq in shown else "")
        for round_ in found
        for one in round_.groups
    ]


def dealt(session: Session, breakout: Breakout) -> list[Dealt]:
    """Whom the facilitation may put into a group of a round, by name, with the group they are in."""
    seat = sa.and_(BreakoutSeat.person_id == TableMember.person_id, BreakoutSeat.breakout_id == breakout.id)
    columns = Person.public_id, Person.name, TableMember.sector, BreakoutGroup.number
    statement = sa.select(*columns).select_from(TableMember).join(TableMember.person).outerjoin(BreakoutSeat, seat)
    grouped = statement.outerjoin(BreakoutGroup, BreakoutGroup.session_id == BreakoutSeat.group_id)
    listed = grouped.where(*_seatable(session)).order_by(Person.name, Person.id).limit(SHOWN_DEALT)
    return [Dealt(*row) for row in db.session.execute(listed)]


def people_in(group: BreakoutGroup) -> list[Any]:
    """Name and sector of everyone who is in a group. For those who may read it while it works."""
    statement = sa.select(Person.name, BreakoutSeat.sector).join(BreakoutSeat, BreakoutSeat.person_id == Person.id)
    held = BreakoutSeat.group_id == group.session_id, _still_counts(group.breakout.session)
    listed = statement.join(Breakout, Breakout.id == BreakoutSeat.breakout_id).where(*held)
    return list(db.session.execute(listed.order_by(Person.name, Person.id)))


def to_be_dealt(session: Session, here: Collection[str]) -> list[TableMember]:
    """The members who take part in a session now: those `here`, by public id, and who said that they came to it."""
    came = sa.exists().where(Attendee.session_id == session.id, Attendee.person_id == TableMember.person_id)
    there = sa.or_(Person.public_id.in_(here), came)
    statement = sa.select(TableMember).join(TableMember.person).where(there, *_seatable(session))
    loaded = contains_eager(TableMember.person).options(lazyload("*"))
    return list(db.session.scalars(statement.options(loaded).order_by(TableMember.person_id)))


def seatable(session: Session, public_id: str) -> TableMember:
    """A member, by public id, who may be in a group; raises `NotFound`."""
    statement = sa.select(TableMember).join(TableMember.person).where(Person.public_id == public_id)
    loaded = contains_eager(TableMember.person).options(lazyload("*"))
    found = db.session.scalar(statement.where(*_seatable(session)).options(loaded))
    if found is None:
        raise NotFound
    return found


def _still_counts(session: Session) -> sa.ColumnElement[bool]:
    """That someone's place in a group, joined to its round, counts: while the round goes on, as long as they may be in
    one. How many were in a group that is over stays as it was."""
    member = sa.select(TableMember.person_id).join(TableMember.person)
    may_be = member.where(TableMember.person_id == BreakoutSeat.person_id, *_seatable(session)).exists()
    return sa.or_(Breakout.returned_at.is_not(None), may_be)


def _seatable(session: Session) -> tuple[sa.ColumnElement[bool], ...]:
    """Members of the table who neither facilitate nor only watch, and were not put out of the session."""
    out = Restriction.session_id == session.id, Restriction.kind == RestrictionKind.REMOVED
    is_out = sa.exists().where(*out, Restriction.person_id == TableMember.person_id)
    return TableMember.table_id == session.table_id, TableMember.role.not_in(_UNDEALT), is_there(), ~is_out
