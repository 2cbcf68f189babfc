"""Reading where forums meet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload, undefer

from cocrea.core.errors import NotFound
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.extensions import db
from cocrea.forums.models import Forum, Quorum, Seat, SeatHolder, quorum_of
from cocrea.forums.queries import visible_forum
from cocrea.tables.models import Convening, Plenary, Session, Sitting, SittingKind, Standing, Table, TableMember
from cocrea.tables.policies import can_convene_forum
from cocrea.tables.queries.attendance import attending


def forum_table(convening: Convening) -> Table | None:
    """The table at which a forum meets in a cycle, if it was opened."""
    key = (convening.forum.id, convening.cycle.id)
    statement = sa.select(Table).join(Plenary, Plenary.table_id == Table.id)
    return db.session.scalar(statement.where(Plenary.forum_id == key[0], Plenary.cycle_id == key[1]))


def plenaries_of(forum: Forum) -> list[Table]:
    """The tables at which a forum meets, in every cycle."""
    statement = sa.select(Table).join(Plenary, Plenary.table_id == Table.id).where(Plenary.forum_id == forum.id)
    return list(db.session.scalars(statement.options(joinedload(Table.cycle)).order_by(Table.id)))


def forum_of(table: Table) -> Forum:
    """The forum that meets at a plenary, with its seats and who holds them."""
    found = db.session.get(Forum, table.forum_id, options=[joinedload(Forum.space)])
    if found is None:
        raise NotFound
    return found


def holders_at(table: Table) -> list[SeatHolder]:
    """Who holds the seats of the forum that meets at a table: also who is suspended, who has the place back after.

    Whoever left holds none; who is suspended counts for nothing meanwhile (see `is_there`).
    """
    statement = sa.select(SeatHolder).join(SeatHolder.seat).where(SeatHolder.forum_id == table.forum_id)
    return list(db.session.scalars(statement.order_by(Seat.id, SeatHolder.kind)))


def all_members(table: Table) -> list[TableMember]:
    """Whoever has a place at a table, locked: it is about to change."""
    statement = sa.select(TableMember).where(TableMember.table_id == table.id).with_for_update()
    return list(db.session.scalars(statement.order_by(TableMember.person_id)))


def last_sitting(forum: Forum, kind: SittingKind) -> int:
    """The number of the last session of its kind that a forum called, 0 before the first."""
    statement = sa.select(sa.func.max(Sitting.number)).filter_by(forum_id=forum.id, kind=kind)
    return db.session.scalar(statement) or 0


def sitting_of(session: Session) -> Sitting | None:
    """Which session of its forum it is; no statement for those of other tables."""
    return db.session.get(Sitting, session.id) if session.table.is_plenary else None


def quorum_at(table: Table) -> Quorum:
    """The rule of the forum that meets at a plenary, with the seats it has now, in one statement."""
    statement = sa.select(Forum, Seat.sector, sa.func.count(Seat.id)).outerjoin(Seat, Seat.forum_id == Forum.id)
    rows = db.session.execute(statement.where(Forum.id == table.forum_id).group_by(Forum.id, Seat.sector)).all()
    return quorum_of(rows[0][0], {sector.value: number for _forum, sector, number in rows if sector})


def seats_at(table: Table) -> list[int]:
    """The ids of the seats that the forum which meets at a plenary has now."""
    return list(db.session.scalars(sa.select(Seat.id).where(Seat.forum_id == table.forum_id).order_by(Seat.id)))


def seats_there(session: Session) -> dict[str, int]:
    """How many seats of each sector somebody who holds them took part for in a session of their forum, or confirmed
    that they are there."""
    there = attending(session)
    own = sa.and_(TableMember.person_id == there.c.person_id, TableMember.table_id == session.table_id)
    seats = sa.func.count(sa.distinct(TableMember.seat_id))
    statement = sa.select(TableMember.sector, seats).join(there, own).where(there.c.session_id == session.id)
    return {
        sector.value: number
        for sector, number in db.session.execute(statement.group_by(TableMember.sector))
        if sector
    }


def standing_now(session: Session) -> Standing | None:
    """How the quorum of a forum stands by the seats it has and those that are there; None at any other table."""
    if not session.table.is_plenary:
        return None
    return Standing(quorum_at(session.table), seats_there(session))


def standing_of(session: Session) -> Standing | None:
    """The quorum of a session of a forum: as it was that day, once it is over."""
    if session.ended_at is None:
        return standing_now(session)
    sitting = sitting_of(session)
    if sitting is None or sitting.quorum is None:
        return None
    rule = Quorum(sitting.quorum["least"], sitting.quorum["of_each"], sitting.quorum["seats"])
    return Standing(rule, sitting.quorum["there"], is_over=True)


def visible_convening(actor: Any, slug: str, cycle: str) -> Convening:
    """A forum and a cycle that this actor may read; raises `NotFound`."""
    return Convening(visible_forum(actor, slug), visible_cycle(actor, cycle))


def convenable(actor: Any, forum: Forum, now: datetime) -> list[Convening]:
    """In which cycles of its space this actor may call a forum now, the latest first; no statement for visitors."""
    if not actor.is_authenticated:
        return []
    published = sa.select(Cycle).where(Cycle.space_id == forum.space_id, Cycle.published_at.is_not(None))
    pairs = [Convening(forum, cycle) for cycle in db.session.scalars(published.order_by(Cycle.id.desc()))]
    return [convening for convening in pairs if can_convene_forum(actor, convening, now)]


def sittings_of(forum: Forum) -> list[Session]:
    """The sessions of a forum in every public cycle, the latest first."""
    statement = sa.select(Session).join(Sitting, Sitting.session_id == Session.id).join(Session.table)
    public = statement.join(Table.cycle).where(Sitting.forum_id == forum.id, Cycle.published_at.is_not(None))
    loaded = joinedload(Session.table).options(joinedload(Table.cycle), lazyload(Table.topic))
    ordered = public.order_by(Session.starts_at.desc(), Session.id.desc())
    return list(db.session.scalars(ordered.options(loaded, undefer(Session.correction_until))))
