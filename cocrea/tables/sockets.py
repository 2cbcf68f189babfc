"""Events of a session's live room. The protocol is in docs/live-protocol.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_socketio import join_room

from cocrea.core import clock, live, presence, writing
from cocrea.core.access import current_actor
from cocrea.core.rates import Rate
from cocrea.tables import operations, policies, queries
from cocrea.tables.models import MemberRole, RestrictionKind, Room, Session

READER, UNDECLARED = "reader", "none"
TYPING = Rate(1, 3)


def _room(actor: Any, payload: Mapping[str, Any]) -> Room:
    return queries.visible_room(actor, live.text_of(payload, "session", 40))


def _session(actor: Any, payload: Mapping[str, Any]) -> Session:
    return _room(actor, payload).session


@live.event("room.join", load=_room)
def join(room: Room, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Begin to receive a session's events. Whoever may read the session may join its room."""
    session, actor = room.session, current_actor()
    name = operations.live_room(session)
    join_room(name)
    if room.member is not None:
        join_room(operations.seat(session.table_id, actor.id))
    if actor.is_authenticated:
        join_room(operations.own_room(session, actor.id))
    here = live.connection()
    if room.restriction is None or room.restriction.kind is not RestrictionKind.REMOVED:
        presence.enter(name, here, getattr(actor, "public_id", here), _label(room))
    may_post = policies.can_post(actor, room, clock.now())
    return {
        "room": name,
        "last_seq": session.last_seq,
        "live": session.is_live_at(clock.now()),
        "may_post": bool(may_post),
        "reason": str(may_post.reason),
    }


@live.event("room.since", load=_session)
def since(session: Session, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """What happened after a number, at most `queries.EVENTS` events; ask again until `last_seq` is reached."""
    events = queries.events_since(session, live.number_of(payload, "since"))
    return {"events": queries.events_payload(session, events), "last_seq": session.last_seq}


@live.event("room.post", load=_room, writes=True)
def post(room: Room, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Say something. Acknowledged only once it is stored; sending it again with the same key is harmless."""
    event = operations.post_message(
        actor=current_actor(),
        session=room.session,
        body=live.text_of(payload, "body", operations.BODY_LIMIT),
        parent=live.number_of(payload, "parent") if "parent" in payload else None,
        is_question=live.flag_of(payload, "question"),
        client_key=live.text_of(payload, "client_key", operations.KEY_LIMIT),
        now=clock.now(),
    )
    writing.done(operations.live_room(room.session), current_actor().public_id)
    return {"seq": event.seq}


@live.event("room.typing", load=_room, policy=policies.can_post)
def typing(room: Room, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Whoever may write says that they are writing. Said too often it is answered all the same, and not told again."""
    actor = current_actor()
    if TYPING.spend(f"{actor.public_id}:{room.session.id}"):
        writing.note(operations.live_room(room.session), actor.public_id, _sector(room))
    return {}


def _sector(room: Room) -> str:
    """Who writes is told by sector alone: the facilitation, like anyone, is not pointed at."""
    return room.member.sector.value if room.member and room.member.sector else UNDECLARED


def _label(room: Room) -> str:
    """Members are counted by sector; observers, visitors and in a small group those of others together, so that none
    stands out."""
    visits = room.session.is_group and not room.is_dealt
    if room.member is None or room.member.role is MemberRole.OBSERVER or visits:
        return READER
    return _sector(room)
