"""Reading tables: who sits at them and what they work on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload, lazyload

from cocrea.accounts.models import Credential, Grant, Invitation, Person, Role
from cocrea.consultation.models import Problem, Topic
from cocrea.core.errors import NotFound
from cocrea.core.pagination import Page, newest_first
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.cycles.publicity import scopes
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion.models import Contribution, ContributionKind, Visibility
from cocrea.extensions import db
from cocrea.forums.models import Space
from cocrea.tables.models import (
    COUNTED,
    Place,
    Removal,
    SeatRequest,
    Session,
    Table,
    TableMember,
    TableProblem,
)
from cocrea.tables.offices import Staff
from cocrea.tables.policies import facilitates
from cocrea.tables.queries.whole import is_whole

_Seat = TypeVar("_Seat", TableMember, Removal)

SHOWN_MEMBERS = 200
ASSIGNABLE_SHOWN = 50


@dataclass(frozen=True)
class TableCard:
    """A table in the list of its cycle, with how many sit at it and when it meets next, or else met last."""

    table: Table
    members: int
    meets_at: datetime | None


def tables_of(cycle: Cycle, now: datetime) -> list[TableCard]:
    """The tables of a cycle in order of reference, without those at which forums meet."""
    members = sa.select(TableMember.table_id, sa.func.count().label("n")).group_by(TableMember.table_id).subquery()
    waits = sa.and_(Session.ended_at.is_(None), sa.or_(Session.ends_at > now, Session.opened_at.is_not(None)))
    following = sa.func.min(sa.case((waits, Session.starts_at)))
    at = sa.func.coalesce(following, sa.func.max(Session.starts_at)).label("at")
    meets = sa.select(Session.table_id, at)
    held = meets.where(Session.cancelled_at.is_(None), is_whole())
    last = held.group_by(Session.table_id).subquery()
    statement = (
        sa.select(Table, sa.func.coalesce(members.c.n, 0), last.c.at)
        .outerjoin(members, members.c.table_id == Table.id)
        .outerjoin(last, last.c.table_id == Table.id)
        .where(Table.cycle_id == cycle.id, Table.forum_id.is_(None))
        .order_by(Table.id)
        .options(joinedload(Table.topic))
    )
    return [TableCard(*row) for row in db.session.execute(statement)]


def scopes_on(topic: Topic) -> list[str]:
    """Where functions are held at the tables that work on a topic."""
    of_topic = sa.select(Table).where(Table.cycle_id == topic.cycle_id, Table.topic_id == topic.id)
    return [table.scope for table in db.session.scalars(of_topic)]


def problems_of(table: Table) -> list[Any]:
    """The public problems that a table works on, most supported first: reference, title, how many."""
    shared = Contribution.__table__.c
    statement = (
        sa.select(shared.reference, shared.title, shared.support_count)
        .join(TableProblem, TableProblem.problem_id == shared.id)
        .where(TableProblem.table_id == table.id, shared.visibility == Visibility.PUBLIC)
    )
    return list(db.session.execute(statement.order_by(shared.support_count.desc(), shared.id)))


def table_of(problem: Problem) -> Any:
    """Reference and name of the table that works on a problem, and why it was given to it; None when there is none."""
    statement = sa.select(Table.reference, Table.name, TableProblem.reason).join(TableProblem)
    return db.session.execute(statement.where(TableProblem.problem_id == problem.id)).first()


def problems_by_reference(cycle: Cycle, references: Iterable[str]) -> list[Problem]:
    """The problems of a cycle with these references; what is not public any more is left out."""
    statement = sa.select(Problem).where(
        Problem.cycle_id == cycle.id, Problem.visibility == Visibility.PUBLIC, Problem.reference.in_(list(references))
    )
    return list(db.session.scalars(statement.order_by(Problem.id)))


def assignable(cycle: Cycle, topic: int | None, *, only_without: bool) -> Page[Any]:
    """A page of the public problems of a cycle, of one topic or all, with the table of each, newest first."""
    shared, own = Contribution.__table__.c, Problem.__table__.c
    columns = (shared.id, shared.reference, shared.title, shared.support_count, Table.name.label("table_name"))
    statement = (
        sa.select(*columns)
        .select_from(Contribution.__table__)
        .join(Problem.__table__, own.id == shared.id)
        .outerjoin(TableProblem, TableProblem.problem_id == shared.id)
        .outerjoin(Table, Table.id == TableProblem.table_id)
        .where(
            shared.cycle_id == cycle.id,
            shared.kind == ContributionKind.PROBLEM,
            shared.visibility == Visibility.PUBLIC,
        )
    )
    if topic:
        statement = statement.where(own.topic_id == topic)
    if only_without:
        statement = statement.where(TableProblem.problem_id.is_(None))
    key: Any = shared.id
    return newest_first(statement, key, size=ASSIGNABLE_SHOWN, scalars=False)


def visible_table(actor: Any, reference: str) -> Table:
    """The table with its cycle and topic; `NotFound` where the cycle is not public."""
    table = db.session.scalar(
        sa.select(Table).where(Table.reference == reference).options(joinedload(Table.cycle), joinedload(Table.topic))
    )
    if table is None or not can_read_cycle(actor, table.cycle, table.created_at):
        raise NotFound
    return table


def visible_staff(actor: Any, slug: str) -> Staff:
    """The cycle with its tables; `NotFound` where it is not public."""
    cycle = visible_cycle(actor, slug)
    tables = sa.select(Table).where(Table.cycle_id == cycle.id).order_by(Table.id)
    return Staff(cycle, list(db.session.scalars(tables)))


def known_in(staff: Staff) -> sa.Select[tuple[int]]:
    """Ids of the people whose names are already public here: who sits at a table or holds a function."""
    scopes = [*staff.places, f"space:{staff.cycle.space_id}"]
    seated = sa.select(TableMember.person_id).join(Table).where(Table.cycle_id == staff.cycle.id)
    return sa.select(sa.union(seated, sa.select(Grant.person_id).where(Grant.scope.in_(scopes))).subquery().c[0])


def seated_in(space: Space) -> sa.Select[Any]:
    """Ids of the people who sit at a table of a public cycle of a space: their names are public there."""
    statement = sa.select(TableMember.person_id).join(TableMember.table).join(Table.cycle)
    return statement.where(Cycle.space_id == space.id, Cycle.published_at.is_not(None))


def seats_of(person: Person) -> list[TableMember]:
    """Every seat someone holds, with its table and cycle."""
    statement = sa.select(TableMember).where(TableMember.person_id == person.id)
    return list(db.session.scalars(statement.options(joinedload(TableMember.table).joinedload(Table.cycle))))


def membership(actor: Any, table: Table) -> TableMember | None:
    """The actor's own place at a table; no statement for visitors."""
    return db.session.get(TableMember, (table.id, actor.id)) if actor.is_authenticated else None


def place(actor: Any, table: Table) -> Place:
    """The table with what ties the actor to it, read afresh."""
    found = db.session.execute(_places(actor).where(Table.id == table.id).execution_options(populate_existing=True))
    return Place(*found.one())


def _places(actor: Any) -> sa.Select[Any]:
    """Tables with the columns of a `Place`."""
    request = sa.and_(SeatRequest.table_id == Table.id, SeatRequest.person_id == actor.id)
    removal = sa.and_(Removal.table_id == Table.id, Removal.person_id == actor.id)
    member = sa.and_(TableMember.table_id == Table.id, TableMember.person_id == actor.id)
    return (
        sa.select(Table, TableMember, Removal, SeatRequest, Invitation, _taken(actor), *_line())
        .outerjoin(TableMember, member)
        .outerjoin(Removal, removal)
        .outerjoin(SeatRequest, request)
        .outerjoin(Invitation, _invites(actor))
        .options(lazyload(Invitation.invited_by))
    )


def _invites(actor: Any) -> Any:
    """That an offer of a seat went to the actor's address, once they have proved that it is theirs."""
    own = sa.select(Credential.email).where(Credential.person_id == actor.id).scalar_subquery()
    here = Invitation.scope == sa.literal("table:") + sa.cast(Table.id, sa.String)
    return sa.and_(here, Invitation.role == Role.MEMBER, Invitation.email == own if actor.is_verified else sa.false())


def is_there(person: Any = Person) -> sa.ColumnElement[bool]:
    """That someone takes part: neither suspended nor gone. Others keep a seat that counts for nothing meanwhile."""
    return sa.and_(person.suspended_at.is_(None), person.withdrawn_at.is_(None))


def _taken(actor: Any) -> Any:
    """How many seats of the actor's sector are taken."""
    seat, who = aliased(TableMember), aliased(Person)
    seats = sa.select(sa.func.count()).select_from(seat).join(who, who.id == seat.person_id)
    seats = seats.where(seat.table_id == Table.id, seat.role.in_(COUNTED), is_there(who))
    return seats.where(seat.sector == actor.sector).correlate(Table).scalar_subquery()


def _line() -> tuple[Any, Any]:
    """How many requests wait, and how many of their sector came before the one that is joined."""
    other = aliased(SeatRequest)
    waiting = sa.select(sa.func.count()).where(other.table_id == Table.id, other.declined_at.is_(None))
    before = waiting.where(other.sector == SeatRequest.sector, other.asked_at < SeatRequest.asked_at)
    return waiting.correlate(Table).scalar_subquery(), before.correlate(Table, SeatRequest).scalar_subquery()


def _removed() -> Any:
    """How many seats were taken away, whosever they were."""
    gone = aliased(Removal)
    return sa.select(sa.func.count()).where(gone.table_id == Table.id).correlate(Table).scalar_subquery()


def seat_of(person: Person, table: Table) -> TableMember | None:
    """Someone's place at a table, locked and read afresh: it is about to change."""
    return db.session.get(TableMember, (table.id, person.id), with_for_update=True, populate_existing=True)


def removal_of(person: Person, table: Table) -> Removal | None:
    """The removal of someone's seat, locked and read afresh."""
    return db.session.get(Removal, (table.id, person.id), with_for_update=True, populate_existing=True)


def visible_seat(actor: Any, reference: str, person: str) -> TableMember:
    """The seat, at a table the actor may read, of the person with this public id."""
    return _at_table(TableMember, visible_table(actor, reference), person)


def visible_removal(actor: Any, reference: str, person: str) -> Removal:
    """The removal of a seat. Only for those a policy lets readmit: nobody else is to know whose it was."""
    table = visible_table(actor, reference)
    if not facilitates(actor, table):
        raise NotFound
    return _at_table(Removal, table, person)


def _at_table(kind: type[_Seat], table: Table, person: str) -> _Seat:
    statement = sa.select(kind).join(kind.person).where(kind.table_id == table.id, Person.public_id == person)
    found = db.session.scalar(statement.options(contains_eager(kind.person).lazyload("*")))
    if found is None:
        raise NotFound
    return found


def visible_place(actor: Any, reference: str) -> Place:
    """The table with its cycle, stages and topic, and what ties the actor to it, in one statement.

    Raises `NotFound` where the cycle is not public.
    """
    loaded = joinedload(Table.cycle).joinedload(Cycle.stages), joinedload(Table.topic)
    statement = _places(actor).add_columns(_removed()).where(Table.reference == reference).options(*loaded)
    row = db.session.execute(statement).unique().one_or_none()
    if row is None or not can_read_cycle(actor, row[0].cycle, row[0].created_at):
        raise NotFound
    return Place(*row)


def members(table: Table) -> list[TableMember]:
    """Who sits at a table, facilitation first, up to a page's worth."""
    statement = (
        sa.select(TableMember)
        .where(TableMember.table_id == table.id)
        .options(joinedload(TableMember.person).options(lazyload(Person.all_grants)))
        .order_by(TableMember.joined_at, TableMember.person_id)
        .limit(SHOWN_MEMBERS)
    )
    return list(db.session.scalars(statement))


def removals(table: Table) -> list[Removal]:
    """Whose seats were taken away, for the facilitation, the latest first."""
    statement = sa.select(Removal).where(Removal.table_id == table.id).order_by(Removal.removed_at.desc())
    listed = statement.options(joinedload(Removal.person).options(lazyload("*"))).limit(SHOWN_MEMBERS)
    return list(db.session.scalars(listed))


def public_scopes() -> sa.Select[Any]:
    """Scope and name of the tables of published cycles, for the public history."""
    return scopes("table", Table.id, Table.name).join(Table.cycle).where(Cycle.published_at.is_not(None))
