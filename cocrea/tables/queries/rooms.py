"""Reading sessions and what happened in their rooms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, lazyload, undefer

from cocrea.accounts.models import Person
from cocrea.core import clock
from cocrea.core.errors import NotFound
from cocrea.discussion.queries import by_author
from cocrea.extensions import db
from cocrea.tables.models import (
    AgendaItem,
    Breakout,
    BreakoutSeat,
    EventKind,
    Heard,
    LiveEvent,
    Message,
    Minutes,
    Reacted,
    Reaction,
    Restriction,
    Room,
    Session,
    Table,
    TableMember,
)
from cocrea.tables.policies import can_read
from cocrea.tables.queries.tables import membership
from cocrea.tables.queries.whole import is_whole

MESSAGES = 50
EVENTS = 200
LATER = 100
_own = Message.__table__.c


@dataclass(frozen=True)
class MessagePage:
    """Messages in the order they were said, replies beneath what they answer; `before` leads to older ones.

    `above` are the numbers of those that are older than the page and stand there because one in it answers them.
    """

    messages: list[Message]
    before: int | None
    above: Set[int] = frozenset()
    reacted: Mapping[int, Reacted] = field(default_factory=dict)  # by number, what who reads gave

    def by_number(self, seq: int | None) -> Message | None:
        return next((message for message in self.messages if message.seq == seq), None)


def visible_session(actor: Any, reference: str) -> Session:
    """The session with its table and cycle; `NotFound` where the cycle is not public."""
    return visible_room(actor, reference).session


def room(actor: Any, session: Session) -> Room:
    """A session as the actor finds it now: what the facilitation keeps them from is read afresh, where it ever did."""
    if not session.ruled_seq or not actor.is_authenticated:
        return Room(session, membership(actor, session.table))
    fresh = {"populate_existing": True}
    given = {"id": session.id, "person": actor.id}
    row = db.session.execute(_KEPT, given, execution_options=fresh).one()
    return Room(session, membership(actor, session.table), False, *row)


def visible_room(actor: Any, reference: str) -> Room:
    """The session with its table and cycle, the actor's own seat, whether it has minutes, what the facilitation keeps
    the actor from, and its small groups: in one statement.

    Raises `NotFound` where the cycle is not public, and where a small group is still at work among others.
    """
    row = db.session.execute(_ROOM, {"reference": reference, "person": actor.id}).first()
    found = Room(*row) if row is not None else None
    if found is None or not can_read(actor, found, clock.now()):
        raise NotFound
    return found


def visible_whole(actor: Any, reference: str) -> Room:
    """A session this actor may read that is no small group, for what a group does not have; raises `NotFound`."""
    found = visible_room(actor, reference)
    if found.session.is_group:
        raise NotFound
    return found


def _is_dealt() -> sa.ColumnElement[bool]:
    return sa.exists().where(BreakoutSeat.group_id == Session.id, BreakoutSeat.person_id == _PERSON)


def _groups_until() -> sa.ColumnElement[Any]:
    ends = sa.select(sa.func.max(Breakout.ends_at)).where(Breakout.session_id == Session.id)
    return ends.correlate(Session).scalar_subquery()


def _wrote_at() -> sa.ColumnElement[Any]:
    """When the person last wrote in the session, which matters in slow mode alone."""
    own = LiveEvent.author_id == _PERSON, LiveEvent.kind == EventKind.MESSAGE
    last = sa.select(sa.func.max(LiveEvent.at)).where(LiveEvent.session_id == Session.id, *own).scalar_subquery()
    return sa.case((Session.slow_seconds > 0, last))


# Asked with every event of a socket: made once, since making them takes longer than the database needs to answer.
_PERSON = sa.bindparam("person", type_=sa.Integer)
# Of the session, or of the one that divided: what holds there holds in its groups.
_WHOLE = sa.func.coalesce(Session.parent_id, Session.id)
_KEPT_FROM = sa.and_(Restriction.session_id == _WHOLE, Restriction.person_id == _PERSON)
_KEPT = (
    sa.select(Restriction, _wrote_at(), _is_dealt(), _groups_until())
    .select_from(Session)
    .outerjoin(Restriction, _KEPT_FROM)
    .where(Session.id == sa.bindparam("id", type_=sa.Integer))
)
_ROOM = (
    sa.select(
        Session,
        TableMember,
        sa.exists().where(Minutes.session_id == Session.id),
        Restriction,
        _wrote_at(),
        _is_dealt(),
        _groups_until(),
    )
    .join(Session.table)
    .outerjoin(TableMember, sa.and_(TableMember.table_id == Session.table_id, TableMember.person_id == _PERSON))
    .outerjoin(Restriction, _KEPT_FROM)
    .where(Session.reference == sa.bindparam("reference", type_=sa.String))
    .options(contains_eager(Session.table).joinedload(Table.cycle))
)


def visible_message(actor: Any, reference: str, seq: int) -> Message:
    """A message of a session by its number."""
    found = message(visible_session(actor, reference), seq)
    if found is None:
        raise NotFound
    return found


def message(session: Session, seq: int) -> Message | None:
    """A message of a session by its number, with its author."""
    statement = sa.select(Message).filter_by(session_id=session.id, seq=seq).options(by_author(Message))
    found: Message | None = db.session.scalar(statement)
    return found


def visible_heard(actor: Any, reference: str, seq: int, reaction: str) -> Heard:
    """A message in a room that this actor may read, to be reacted to; raises `NotFound`."""
    where = visible_room(actor, reference)
    found, given = message(where.session, seq), next((known for known in Reaction if known.slug == reaction), None)
    if found is None or given is None:
        raise NotFound
    return Heard(found, where, given)


def sessions_of(table: Table) -> list[Session]:
    """The meetings of a table, the latest first; each with until when its minutes may be corrected."""
    loaded = lazyload(Session.table), undefer(Session.correction_until)
    statement = sa.select(Session).where(Session.table_id == table.id, is_whole()).options(*loaded)
    return list(db.session.scalars(statement.order_by(Session.starts_at.desc(), Session.id.desc())))


def overlapping(session: Session) -> list[Session]:
    """The other meetings of the same table that are to be held at the same time, in part at least."""
    same = (Session.table_id == session.table_id, Session.id != session.id, is_whole())
    there = (Session.cancelled_at.is_(None), Session.ended_at.is_(None))
    at_once = (Session.starts_at < session.ends_at, Session.ends_at > session.starts_at)
    statement = sa.select(Session).where(*same, *there, *at_once).options(lazyload(Session.table))
    return list(db.session.scalars(statement.order_by(Session.starts_at, Session.id).limit(5)))


def agenda(session: Session) -> list[AgendaItem]:
    """What a session goes through, in its order."""
    statement = sa.select(AgendaItem).where(AgendaItem.session_id == session.id)
    return list(db.session.scalars(statement.order_by(AgendaItem.position, AgendaItem.id)))


def visible_item(actor: Any, reference: str, item: int) -> AgendaItem:
    """An item of the agenda of a session this actor may read; raises `NotFound`."""
    session = visible_session(actor, reference)
    found = db.session.get(AgendaItem, item)
    if found is None or found.session_id != session.id:
        raise NotFound
    return found


def messages(session: Session, before: int | None = None, limit: int = MESSAGES, actor: Any = None) -> MessagePage:
    """The last messages of a session, or those before a number, with what they answer; of those before a number also
    the first replies that came later; and what the actor reacted with. One statement."""
    said = sa.select(_own.seq, _own.parent_seq).where(_own.session_id == session.id)
    upto = said if before is None else said.where(_own.seq < before)
    recent = upto.order_by(_own.seq.desc()).limit(limit + 1).cte("recent")
    parents = sa.select(recent.c.parent_seq).where(recent.c.parent_seq.is_not(None))
    wanted = sa.union(sa.select(recent.c.seq), parents, *_later(session, recent, before))
    own = sa.and_(Reacted.message_id == Message.id, Reacted.person_id == getattr(actor, "id", None))
    statement = sa.select(Message, Reacted).outerjoin(Reacted, own).options(by_author(Message))
    listed = statement.where(Message.session_id == session.id, Message.seq.in_(wanted)).order_by(Message.seq)
    rows: list[Any] = list(db.session.execute(listed))
    page = _page([row[0] for row in rows], before, limit)
    return replace(page, reacted={said.seq: reacted for said, reacted in rows if reacted})


def _later(session: Session, recent: sa.CTE, before: int | None) -> list[sa.Select[Any]]:
    """The numbers of replies to what is on an older page that are not on it themselves."""
    if before is None:
        return []
    replies = sa.select(_own.seq).where(_own.session_id == session.id, _own.seq >= before)
    theirs = replies.where(_own.parent_seq.in_(sa.select(recent.c.seq))).order_by(_own.seq).limit(LATER).subquery()
    return [sa.select(theirs.c.seq)]


def _page(found: list[Message], before: int | None, limit: int) -> MessagePage:
    """`found` in order: the page itself and one more, what stands above it, and later replies to it."""
    upto = [message for message in found if before is None or message.seq < before]
    shown = upto[-limit:]
    numbers = {message.seq for message in shown}
    above = {message.seq for message in upto} & {message.thread for message in shown} - numbers
    listed = [m for m in found if m.seq in numbers | above or (m.seq > max(numbers) and m.thread in numbers)]
    ordered = sorted(listed, key=lambda message: (message.thread, message.seq))
    return MessagePage(ordered, shown[0].seq if len(upto) > limit else None, above)


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
    last = {event.payload["of"]: event.seq for event in listed if event.kind is EventKind.REACTION}
    return [event_payload(event, _subject(event, by_seq, last)) for event in listed]


def _subject(event: LiveEvent, by_seq: Mapping[int, Message], last: Mapping[int, int]) -> Message | None:
    """The message an event is about. Counts of reactions are told once, with the last change in what is told."""
    of = event.payload.get("of", event.seq)
    if event.kind is EventKind.REACTION and last[of] != event.seq:
        return None
    return by_seq.get(of)


def event_payload(event: LiveEvent, message: Message | None) -> dict[str, Any]:
    """One event as clients receive it; `message` is the one that it says or is about."""
    at = event.at.astimezone(UTC).isoformat(timespec="seconds")
    told = {"seq": event.seq, "kind": event.kind.value, "at": at, "key": event.client_key, **event.payload}
    if message is None:
        return told
    if event.kind is EventKind.QUESTION:
        return {**told, "answered": message.answered_at is not None}
    if event.kind is EventKind.REACTION:
        return {**told, "counts": message.reactions}
    return {**told, **_said(message)}


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
        **({"question": True, "answered": message.answered_at is not None} if message.is_question else {}),
        **({"counts": message.reactions} if any(message.reactions.values()) else {}),
    }
