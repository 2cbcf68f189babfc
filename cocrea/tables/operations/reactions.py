"""Answering a message without a word: given, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.extensions import db
from cocrea.tables import policies, queries
from cocrea.tables.models import EventKind, Heard, Message, Reacted, Reaction
from cocrea.tables.operations.events import announce, append


def react(*, actor: Any, message: Message, reaction: Reaction, on: bool, now: datetime) -> None:
    """Give a reaction or take it back. What stands already changes nothing and is not told again.

    The session is held first, as by all that changes in a room: so counts add up and events carry them in order.
    """
    session = lock(message.session)
    heard = Heard(lock(message), queries.room(actor, session), reaction)
    enforce(policies.can_react, actor, heard, now)
    own = db.session.get(Reacted, (message.id, actor.id), populate_existing=True)
    if (own is not None and own.has(reaction)) is on:
        return
    if own is None:
        own = add(Reacted(message_id=message.id, person_id=actor.id, at=now))
    own.set(reaction, on)
    own.at = now
    count = f"{reaction.value}_count"
    setattr(message, count, getattr(message, count) + (1 if on else -1))
    announce(session, append(actor, session, EventKind.REACTION, now, payload={"of": message.seq}), message)
