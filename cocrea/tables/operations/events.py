"""What happens in a room, numbered: written in the transaction that does it, told after the commit."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.core import broadcast
from cocrea.core.db import after_commit
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables import queries
from cocrea.tables.models import EventKind, LiveEvent, Message, Session

KEY_LIMIT = 64
CLIENT_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
OWN_KEY = "breakout-"  # keys that begin so are the platform's


class Overtaken(Conflict):
    """The facilitation changed who may write between the judgement and the event: what was asked is judged again."""


def live_room(session: Session) -> str:
    """The room in which a session's events are told; only those who may read the session are let in."""
    return f"session:{session.id}"


def own_room(session: Session, person_id: int) -> str:
    """The room of one person's connections in a session and its small groups, by which they are cut off when they may
    do less there."""
    return f"session-person:{session.whole_id}:{person_id}"


def append(
    actor: Any,
    session: Session,
    kind: EventKind,
    now: datetime,
    *,
    client_key: str = "",
    payload: dict[str, Any] | None = None,
) -> LiveEvent:
    """The next event of a session. Its number locks the session until the commit, so that order is commit order."""
    own, last = Session.id == session.id, Session.last_seq
    statement = sa.update(Session).where(own).values(last_seq=last + 1).returning(last)
    number = db.session.execute(statement, execution_options={"synchronize_session": False}).scalar_one()
    event = LiveEvent(
        session_id=session.id,
        seq=number,
        kind=kind,
        payload=payload or {},
        author_id=actor.id,
        client_key=client_key or secrets.token_hex(16),
        at=now,
    )
    db.session.add(event)
    return event


def announce(session: Session, event: LiveEvent, message: Message | None = None) -> LiveEvent:
    """Tell the room after the commit, in the words that whoever catches up later is told."""
    told = queries.event_payload(event, message)
    after_commit(broadcast.publish, live_room(session), event.seq, {"session": session.reference, **told})
    return event


def event_of(actor: Any, session: Session, client_key: str, kind: EventKind) -> LiveEvent | None:
    """The event that this author's key made before, if any; `Conflict` where it made one of another kind."""
    if not client_key or not actor.is_authenticated:
        return None
    check_key(client_key)
    own: LiveEvent | None = db.session.scalar(
        sa.select(LiveEvent).filter_by(session_id=session.id, author_id=actor.id, client_key=client_key)
    )
    if own is not None and own.kind is not kind:
        raise Conflict(_l("Recarga la página e inténtalo de nuevo."))
    return own


def check_key(client_key: str) -> None:
    if not CLIENT_KEY.fullmatch(client_key) or client_key.startswith(OWN_KEY):
        raise Invalid(_l("Recarga la página e inténtalo de nuevo."), "client_key")
