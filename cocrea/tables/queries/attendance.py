"""Reading who came to a session."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Gender, Person, Sector
from cocrea.consultation.models import Trait
from cocrea.core.errors import NotFound
from cocrea.discussion.models import Channel, Contribution
from cocrea.extensions import db
from cocrea.tables.attending import Attendance
from cocrea.tables.models import Attendee, Headcount, Message, Poll, PollAnswer, Session, SheetName, TableMember, Turn
from cocrea.tables.queries.rooms import visible_session

SHOWN = 500


def took_part(session: Session | None = None) -> sa.CompoundSelect[Any]:
    """Session and person, once each: whoever wrote, had the floor, answered a poll with names, or said they are there.
    In all sessions, or in one and its small groups.

    Presence in the room is never kept, nor who answered a poll without names.
    """
    shared, held = Contribution.__table__.c, Message.__table__.c.session_id
    wrote = sa.select(held, shared.author_id.label("person_id")).join(
        Contribution.__table__, shared.id == Message.__table__.c.id
    )
    spoke = sa.select(Turn.session_id, Turn.person_id).where(Turn.started_at.is_not(None))
    answered = sa.select(Poll.session_id, PollAnswer.person_id).join(Poll, Poll.id == PollAnswer.poll_id)
    return sa.union(
        wrote.where(shared.channel == Channel.ONLINE, shared.author_id.is_not(None), *_within(session, held)),
        spoke.where(Turn.person_id.is_not(None), *_within(session, Turn.session_id)),
        answered.where(Poll.is_named, *_within(session, Poll.session_id)),
        sa.select(Attendee.session_id, Attendee.person_id).where(*_within(session, Attendee.session_id)),
    )


def _within(session: Session | None, column: Any) -> list[Any]:
    """That a column names a session or one of its small groups: nothing where all are asked for."""
    if session is None:
        return []
    return [
        column.in_(sa.select(Session.id).where(sa.or_(Session.id == session.id, Session.parent_id == session.id)))
    ]


def attending(session: Session | None = None) -> sa.Subquery:
    """Session, person and the channel they came by: online unless somebody saw them in the hall. Whoever took part in
    a small group took part in the session that divided. In all sessions, or in one alone."""
    parts = took_part(session).subquery()
    whole = sa.func.coalesce(Session.parent_id, Session.id).label("session_id")
    there = sa.select(whole, parts.c.person_id).distinct().join(parts, parts.c.session_id == Session.id).subquery()
    own = sa.and_(Attendee.session_id == there.c.session_id, Attendee.person_id == there.c.person_id)
    channel = sa.func.coalesce(sa.type_coerce(Attendee.channel, sa.String), Channel.ONLINE.value).label("channel")
    return sa.select(there.c.session_id, there.c.person_id, channel).outerjoin(Attendee, own).subquery()


def attendance(session: Session) -> Attendance:
    """How many came, by sector, channel and gender; who is on a sheet, on paper. Three statements."""
    there = attending(session)
    statement = (
        sa.select(Person.sector, there.c.channel, Person.gender, sa.func.count())
        .join(Person, Person.id == there.c.person_id)
        .where(there.c.session_id == session.id)
        .group_by(Person.sector, there.c.channel, Person.gender)
    )
    by_sector: Counter[Any] = Counter()
    genders: Counter[Any] = Counter()
    for sector, channel, gender, number in db.session.execute(statement):
        by_sector[sector, Channel(channel)] += number
        if gender is not None:
            genders[gender] += number
    sheet = sa.select(SheetName.sector, sa.func.count()).where(SheetName.session_id == session.id)
    for sector, number in db.session.execute(sheet.group_by(SheetName.sector)):
        by_sector[sector, Channel.PAPER] += number
    counted = headcount(session)
    return Attendance(
        by_sector,
        genders,
        counted.get(("", ""), 0),
        {Sector(value): people for (trait, value), people in counted.items() if trait == Trait.SECTOR},
        {Gender(value): people for (trait, value), people in counted.items() if trait == Trait.GENDER},
    )


def headcount(session: Session) -> dict[tuple[str, str], int]:
    """Who was only counted, by trait and value; all of them under two empty words."""
    found = db.session.scalars(sa.select(Headcount).filter_by(session_id=session.id))
    return {(row.trait, row.value): row.people for row in found}


def own_attendance(actor: Any, session: Session) -> Attendee | None:
    return db.session.get(Attendee, (session.id, actor.id)) if actor.is_authenticated else None


def attendees(session: Session) -> list[Any]:
    """By name, for the facilitation: public id, name, channel, whether they were ticked, whether they sit at the table.

    The table's members, and whoever else is known to have come.
    """
    there = attending(session)
    here = sa.and_(there.c.person_id == Person.id, there.c.session_id == session.id)
    seat = sa.and_(TableMember.person_id == Person.id, TableMember.table_id == session.table_id)
    own = sa.and_(Attendee.person_id == Person.id, Attendee.session_id == session.id)
    statement = (
        sa.select(Person.public_id, Person.name, there.c.channel, Attendee.listed_by_id, TableMember.role)
        .outerjoin(there, here)
        .outerjoin(TableMember, seat)
        .outerjoin(Attendee, own)
        .where(sa.or_(there.c.person_id.is_not(None), TableMember.person_id.is_not(None)))
        .where(Person.withdrawn_at.is_(None))
    )
    return list(db.session.execute(statement.order_by(Person.name, Person.id).limit(SHOWN)))


def sheet_names(session: Session) -> list[SheetName]:
    """The names typed from the sheet, in their order."""
    statement = sa.select(SheetName).where(SheetName.session_id == session.id)
    return list(db.session.scalars(statement.order_by(SheetName.id).limit(SHOWN)))


def visible_sheet_name(actor: Any, reference: str, name: int) -> SheetName:
    """A name on the sheet of a session this actor may read; a policy says who may read names."""
    session = visible_session(actor, reference)
    found = db.session.get(SheetName, name)
    if found is None or found.session_id != session.id:
        raise NotFound
    return found
