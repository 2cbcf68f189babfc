"""Reading tables, their sessions and what happened in a room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from cocrea.accounts.models import Grant, Person, Role, Sector
from cocrea.consultation.models import Problem
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import Page, newest_first
from cocrea.core.todo import Todo
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.cycles.publicity import scopes
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion.models import Contribution, ContributionKind, Visibility
from cocrea.discussion.queries import by_author
from cocrea.extensions import db
from cocrea.tables.models import (
    Agreement,
    LiveEvent,
    Message,
    Place,
    Removal,
    Room,
    Session,
    Table,
    TableMember,
    TableProblem,
)
from cocrea.tables.offices import Staff
from cocrea.tables.policies import facilitates

_Seat = TypeVar("_Seat", TableMember, Removal)

MESSAGES = 50
EVENTS = 200
SHOWN_MEMBERS = 200
ASSIGNABLE_SHOWN = 50


@dataclass(frozen=True)
class TableCard:
    """A table in the list of its cycle, with how many sit at it and when it meets next or met last."""

    table: Table
    members: int
    meets_at: datetime | None


@dataclass(frozen=True)
class MessagePage:
    """Messages in the order they were said; `before` leads to older ones."""

    messages: list[Message]
    before: int | None


def tables_of(cycle: Cycle) -> list[TableCard]:
    """The tables of a cycle in order of reference."""
    members = sa.select(TableMember.table_id, sa.func.count().label("n")).group_by(TableMember.table_id).subquery()
    meets = sa.select(Session.table_id, sa.func.max(Session.starts_at).label("at")).group_by(Session.table_id)
    last = meets.subquery()
    statement = (
        sa.select(Table, sa.func.coalesce(members.c.n, 0), last.c.at)
        .outerjoin(members, members.c.table_id == Table.id)
        .outerjoin(last, last.c.table_id == Table.id)
        .where(Table.cycle_id == cycle.id)
        .order_by(Table.id)
        .options(joinedload(Table.topic))
    )
    return [TableCard(*row) for row in db.session.execute(statement)]


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


def seats_of(person: Person) -> list[TableMember]:
    """Every seat someone holds, with its table and cycle."""
    statement = sa.select(TableMember).where(TableMember.person_id == person.id)
    return list(db.session.scalars(statement.options(joinedload(TableMember.table).joinedload(Table.cycle))))


def visible_session(actor: Any, reference: str) -> Session:
    """The session with its table and cycle; `NotFound` where the cycle is not public."""
    return visible_room(actor, reference).session


def membership(actor: Any, table: Table) -> TableMember | None:
    """The actor's own place at a table; no statement for visitors."""
    return db.session.get(TableMember, (table.id, actor.id)) if actor.is_authenticated else None


def place(actor: Any, table: Table) -> Place:
    """The table with what concerns the actor at it: their seat, else its removal."""
    member = membership(actor, table)
    seeks = actor.is_authenticated and member is None
    return Place(table, member, db.session.get(Removal, (table.id, actor.id)) if seeks else None)


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


def room(actor: Any, session: Session) -> Room:
    return Room(session, membership(actor, session.table))


def visible_place(actor: Any, reference: str) -> Place:
    """The table with its cycle and topic, and the actor's own seat or its removal, in one statement.

    Raises `NotFound` where the cycle is not public.
    """
    row = db.session.execute(
        sa.select(Table, TableMember, Removal)
        .outerjoin(TableMember, sa.and_(TableMember.table_id == Table.id, TableMember.person_id == actor.id))
        .outerjoin(Removal, sa.and_(Removal.table_id == Table.id, Removal.person_id == actor.id))
        .where(Table.reference == reference)
        .options(joinedload(Table.cycle), joinedload(Table.topic))
    ).first()
    if row is None or not can_read_cycle(actor, row[0].cycle, row[0].created_at):
        raise NotFound
    return Place(*row)


def visible_room(actor: Any, reference: str) -> Room:
    """The session with its table, its cycle and the actor's own seat, in one statement.

    Raises `NotFound` where the cycle is not public.
    """
    own = sa.and_(TableMember.table_id == Session.table_id, TableMember.person_id == actor.id)
    row = db.session.execute(
        sa.select(Session, TableMember)
        .join(Session.table)
        .outerjoin(TableMember, own)
        .where(Session.reference == reference)
        .options(contains_eager(Session.table).joinedload(Table.cycle))
    ).first()
    if row is None or not can_read_cycle(actor, row[0].cycle, row[0].starts_at):
        raise NotFound
    return Room(*row)


def visible_message(actor: Any, reference: str, seq: int) -> Message:
    """A message of a session by its number."""
    session = visible_session(actor, reference)
    statement = sa.select(Message).filter_by(session_id=session.id, seq=seq).options(by_author(Message))
    message: Message | None = db.session.scalar(statement)
    if message is None:
        raise NotFound
    return message


def members(table: Table) -> list[TableMember]:
    """Who sits at a table, facilitation first, up to a page's worth."""
    statement = (
        sa.select(TableMember)
        .where(TableMember.table_id == table.id)
        .options(joinedload(TableMember.person).options(lazyload("*")))
        .order_by(TableMember.joined_at, TableMember.person_id)
        .limit(SHOWN_MEMBERS)
    )
    return list(db.session.scalars(statement))


def removals(table: Table) -> list[Removal]:
    """Whose seats were taken away, for the facilitation, the latest first."""
    statement = sa.select(Removal).where(Removal.table_id == table.id).order_by(Removal.removed_at.desc())
    listed = statement.options(joinedload(Removal.person).options(lazyload("*"))).limit(SHOWN_MEMBERS)
    return list(db.session.scalars(listed))


def sectors(table: Table) -> dict[Sector | None, int]:
    """How many members of each sector."""
    statement = sa.select(TableMember.sector, sa.func.count()).where(TableMember.table_id == table.id)
    return {sector: number for sector, number in db.session.execute(statement.group_by(TableMember.sector))}  # noqa: C416


def sessions_of(table: Table) -> list[Session]:
    """The meetings of a table, the latest first."""
    statement = sa.select(Session).where(Session.table_id == table.id).options(lazyload(Session.table))
    return list(db.session.scalars(statement.order_by(Session.starts_at.desc(), Session.id.desc())))


def agreements_of(where: Table | Session) -> list[Agreement]:
    """What was agreed at a table, or in one session of it, oldest first; each with its session."""
    key = Session.table_id if isinstance(where, Table) else Session.id
    statement = sa.select(Agreement).join(Agreement.session).where(key == where.id)
    loaded = contains_eager(Agreement.session).lazyload(Session.table)
    return list(db.session.scalars(statement.options(loaded).order_by(Agreement.id)))


def agreement(reference: str) -> Agreement:
    return db.session.scalars(sa.select(Agreement).filter_by(reference=reference)).one()


def messages(session: Session, before: int | None = None, limit: int = MESSAGES) -> MessagePage:
    """The last messages of a session, or those before a number."""
    statement = sa.select(Message).where(Message.session_id == session.id)
    if before is not None:
        statement = statement.where(Message.seq < before)
    statement = statement.options(by_author(Message)).order_by(Message.seq.desc()).limit(limit + 1)
    found = list(db.session.scalars(statement))
    shown = found[:limit][::-1]
    return MessagePage(shown, shown[0].seq if len(found) > limit else None)


def events_since(session: Session, since: int, limit: int = EVENTS) -> list[LiveEvent]:
    """The durable events after a number, in order."""
    statement = sa.select(LiveEvent).where(LiveEvent.session_id == session.id, LiveEvent.seq > since)
    return list(db.session.scalars(statement.order_by(LiveEvent.seq).limit(limit)))


def events_payload(session: Session, events: Iterable[LiveEvent]) -> list[dict[str, Any]]:
    """Events as clients receive them, with the text of messages as it may be read now: three statements at most."""
    listed = list(events)
    numbers = {event.payload.get("of", event.seq) for event in listed}
    statement = sa.select(Message).where(Message.session_id == session.id, Message.seq.in_(numbers))
    by_seq = {m.seq: m for m in db.session.scalars(statement.options(by_author(Message)))} if numbers else {}
    return [event_payload(event, by_seq.get(event.payload.get("of", event.seq))) for event in listed]


def event_payload(event: LiveEvent, message: Message | None) -> dict[str, Any]:
    """One event as clients receive it; `message` is the one it says or hides."""
    at = event.at.astimezone(UTC).isoformat(timespec="seconds")
    told = {"seq": event.seq, "kind": event.kind.value, "at": at, "key": event.client_key, **event.payload}
    return {**told, **_said(message)} if message else told


def public_scopes() -> sa.Select[Any]:
    """Scope and name of the tables of published cycles, for the public history."""
    return scopes("table", Table.id, Table.name).join(Table.cycle).where(Cycle.published_at.is_not(None))


def _said(message: Message) -> dict[str, Any]:
    """A message for clients: no text once it is hidden, no name once its author left."""
    shown = {"reference": message.reference, "hidden": message.is_tombstone}
    if message.is_tombstone:
        return {**shown, "reason": message.visibility_reason}
    author: Person | None = message.author
    return {
        **shown,
        "byline": message.attribution if author is None else None if author.withdrawn_at else author.name,
        "sector": message.author_sector.value if message.author_sector else None,
        "channel": message.channel.value,
        "body_html": message.body_html,
    }


def todo(actor: Any, now: datetime) -> list[Todo]:
    """Facilitators: sessions due to be opened or left open. Members: sessions that are live now. One statement."""
    cycles = actor.scope_ids(Role.FACILITATOR, "cycle")
    tables = actor.scope_ids(Role.FACILITATOR, "table")
    runs = sa.or_(Table.cycle_id.in_(cycles), Table.id.in_(tables))
    own = sa.select(TableMember.table_id).where(TableMember.person_id == actor.id)
    statement = (
        sa.select(Session)
        .join(Session.table)
        .where(Session.ended_at.is_(None), sa.or_(runs, Table.id.in_(own)))
        .options(contains_eager(Session.table))
        .order_by(Session.starts_at)
        .limit(10)
    )

    found = [_chore(session, _runs(session, cycles, tables), now) for session in db.session.scalars(statement)]
    return [item for item in found if item is not None]


def _runs(session: Session, cycles: set[int], tables: set[int]) -> bool:
    return session.table.cycle_id in cycles or session.table_id in tables


def _chore(session: Session, runs: bool, now: datetime) -> Todo | None:
    href = url_for("tables.session", reference=session.reference)
    if session.is_live:
        late = runs and session.ends_at <= now
        title = _l("Termina la sesión") if late else _l("Entra a la sesión: está en vivo")
        return Todo(title, session.title, href, session.ends_at)
    if runs and session.starts_at <= now:
        return Todo(_l("Abre la sesión"), session.title, href, session.starts_at)
    return None
