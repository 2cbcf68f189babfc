"""What is said in a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import CocreaError, Conflict, Denied, Invalid
from cocrea.core.i18n import Lazy, lasting
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Channel, ContributionKind, Visibility
from cocrea.discussion.operations import contribution_fields, note, set_visibility
from cocrea.extensions import db
from cocrea.tables import policies, queries
from cocrea.tables.models import (
    EventKind,
    LiveEvent,
    Message,
    Session,
)
from cocrea.tables.operations import numbering
from cocrea.tables.operations.events import Overtaken, announce, append, check_key, event_of
from cocrea.tables.policies.rooms import GROUP_ENDED

BODY_LIMIT = 4000


@dataclass(frozen=True)
class _Speech:
    """What is said, by which channel, and in reply to which number."""

    body: str
    client_key: str
    parent: int | None = None
    is_question: bool = False
    channel: Channel = Channel.ONLINE
    attribution: str = ""


def post_message(
    *,
    actor: Any,
    session: Session,
    body: str,
    client_key: str,
    now: datetime,
    parent: int | None = None,
    is_question: bool = False,
) -> LiveEvent:
    """Say something, in writing. The same author's same `client_key` returns the first event, also at once.

    `parent` is the number of the message that it replies to; a reply to a reply goes to what that one answers.
    Whoever was muted, or found the conversation closed, in the instant of sending is refused with the reason.
    """
    speech = _Speech(body, client_key, parent, is_question)
    try:
        return _post(actor, session, speech, now)
    except Overtaken:
        held = lock(session)
    try:
        return _post(actor, held, speech, now)
    except Overtaken:  # the time that it was sent at is over: the small group was called back
        return _kept(actor, held, client_key, Denied(GROUP_ENDED))


def record_in_person(
    *,
    actor: Any,
    session: Session,
    body: str,
    attribution: str,
    client_key: str,
    now: datetime,
    parent: int | None = None,
    is_question: bool = False,
) -> LiveEvent:
    """Write down what someone said in the room; it counts like what was typed. The actor records, others speak."""
    enforce(policies.can_record, actor, queries.room(actor, session), now)
    who = text.plain(attribution)[:200]
    if not who:
        raise Invalid(_l("Di quién lo dijo: una persona, un grupo o «la sala»."), "attribution")
    return _say(actor, session, _Speech(body, client_key, parent, is_question, Channel.IN_PERSON, who), now)


def hide_message(*, actor: Any, message: Message, reason: str, now: datetime) -> LiveEvent:
    """Leave a tombstone with the reason in the message's place, for those who are there and those who come later."""
    _hold(message)
    enforce(policies.can_hide, actor, message, now)
    if not text.plain(reason):
        raise Invalid(_l("Di por qué se oculta: la razón es pública."), "reason")
    set_visibility(message, Visibility.HIDDEN, reason=text.plain(reason)[:500], now=now)
    note(actor, message, "message.hidden", now, reason=message.visibility_reason)
    event = append(actor, message.session, EventKind.HIDDEN, now, payload={"of": message.seq})
    return announce(message.session, event, message)


def mark_question(*, actor: Any, message: Message, answered: bool, now: datetime) -> None:
    """Say that a question has its answer, or that it waits for one after all. Said twice, it is told once."""
    _hold(message)
    enforce(policies.can_mark_question, actor, message, now)
    if (message.answered_at is not None) is answered:
        return
    message.answered_at = now if answered else None
    note(actor, message, "message.answered" if answered else "message.unanswered", now)
    event = append(actor, message.session, EventKind.QUESTION, now, payload={"of": message.seq})
    announce(message.session, event, message)


def _hold(message: Message) -> None:
    """Keeps the session first and then the message, as who replies to it does: else each would wait for the other."""
    lock(message.session)
    lock(message)


def _post(actor: Any, session: Session, speech: _Speech, now: datetime) -> LiveEvent:
    """In slow mode the room is held first: of two messages that one person sends at once, one is too early."""
    room = queries.room(actor, lock(session) if session.slow_seconds else session)
    allowed, wait = policies.can_post(actor, room, now), policies.wait_left(actor, room, now)
    if allowed and not wait:
        return _say(actor, session, speech, now)
    known = event_of(actor, session, speech.client_key, EventKind.MESSAGE)
    if known is None:
        early = _l("Puedes volver a escribir en %(time)s.", time=Lazy(lasting, wait))
        raise Denied(early if allowed else allowed.reason)
    return known  # what was accepted before is acknowledged, whatever changed meanwhile


def _say(actor: Any, session: Session, speech: _Speech, now: datetime) -> LiveEvent:
    """Message and event together. Of two sendings with one key, the database lets one in."""
    check_key(speech.client_key)
    typed, ruled = speech.channel is Channel.ONLINE, session.ruled_seq
    fields = _fields(actor, session, speech, now)
    parent = _answered(session, speech.parent)
    if speech.parent is not None and parent is None:
        return _kept(actor, session, speech.client_key, Invalid(_l("Ese mensaje ya no admite respuestas."), "parent"))
    payload = {} if parent is None else {"parent": parent}
    event = {"author_id": actor.id, "client_key": speech.client_key, "payload": payload, "at": now}
    message = {**fields, "parent_seq": parent, "is_question": speech.is_question}
    written = numbering.write(session, event, message, ruled=ruled if typed else None)
    if written is None:
        return _kept(actor, session, speech.client_key, Conflict(_l("No se pudo guardar. Inténtalo de nuevo.")))
    return announce(session, *written)


def _kept(actor: Any, session: Session, client_key: str, refusal: CocreaError) -> LiveEvent:
    """What was accepted before is acknowledged, although it would be refused now."""
    known = event_of(actor, session, client_key, EventKind.MESSAGE)
    if known is None:
        raise refusal
    return known


def _answered(session: Session, number: int | None) -> int | None:
    """The number of the first message of the thread in which a reply to this number stands, if it takes replies."""
    if number is None:
        return None
    found: Message | None = db.session.scalar(sa.select(Message).filter_by(session_id=session.id, seq=number))
    return found.thread if found and found.is_public else None


def _fields(actor: Any, session: Session, speech: _Speech, now: datetime) -> dict[str, Any]:
    """The text rendered before the session's number is taken, so that others wait for the database alone."""
    said = text.block(speech.body)
    if not said or len(said) > BODY_LIMIT:
        raise Invalid(_l("Escribe entre 1 y %(limit)s caracteres.", limit=BODY_LIMIT), "body")
    fields = contribution_fields(
        actor=actor,
        kind=ContributionKind.MESSAGE,
        cycle=session.cycle,
        now=now,
        body=said,
        channel=speech.channel,
        attribution=speech.attribution,
        reference=session.reference,
    )
    del fields["reference"]
    return fields
