"""Sessions: called, opened, ended; and what is said and agreed in them."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cocrea.core import broadcast, references, text
from cocrea.core.access import enforce
from cocrea.core.db import add, after_commit, lock
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Channel, ContributionKind, Visibility
from cocrea.discussion.operations import contribution_fields, note, set_visibility
from cocrea.extensions import db
from cocrea.tables import policies, queries
from cocrea.tables.models import (
    Agreement,
    EventKind,
    LiveEvent,
    Message,
    Session,
    SessionMode,
    Table,
)
from cocrea.tables.operations.history import note_table

BODY_LIMIT = 4000
KEY_LIMIT = 64
CLIENT_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


def live_room(session: Session) -> str:
    """The room in which a session's events are told; only those who may read the session are let in."""
    return f"session:{session.id}"


def schedule_session(
    *,
    actor: Any,
    table: Table,
    title: str,
    mode: SessionMode,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    place: str = "",
) -> Session:
    """Announce a meeting. In person and hybrid ones say where."""
    enforce(policies.can_run, actor, queries.place(actor, table), now)
    if not text.plain(title):
        raise Invalid(_l("Di de qué trata la sesión."), "title")
    if starts_at >= ends_at:
        raise Invalid(_l("La sesión termina después de empezar."), "ends_at")
    if mode is not SessionMode.ONLINE and not text.plain(place):
        raise Invalid(_l("Di dónde se reúnen."), "place")
    session = add(
        Session(
            reference=references.allot(table.cycle.prefix, "SES"),
            table_id=table.id,
            title=text.plain(title),
            mode=mode,
            place=text.plain(place),
            starts_at=starts_at,
            ends_at=ends_at,
        )
    )
    new = {"table": table.reference, "mode": mode, "starts_at": starts_at, "ends_at": ends_at}
    note_table(actor, table, session.reference, "session.scheduled", now, new=new, subject_id=session.id)
    return session


def open_session(*, actor: Any, session: Session, now: datetime) -> LiveEvent:
    """Let members speak."""
    enforce(policies.can_open, actor, queries.room(actor, lock(session)), now)
    session.opened_at = now
    note_table(actor, session.table, session.reference, "session.opened", now, subject_id=session.id)
    return _announce(session, _append(actor, session, EventKind.OPENED, now))


def end_session(*, actor: Any, session: Session, now: datetime) -> LiveEvent:
    """Close the floor. What was said stays readable; the last number is in the history."""
    enforce(policies.can_end, actor, queries.room(actor, lock(session)), now)
    event = _append(actor, session, EventKind.ENDED, now)
    session.ended_at = now
    note_table(
        actor,
        session.table,
        session.reference,
        "session.ended",
        now,
        new={"events": event.seq},
        subject_id=session.id,
    )
    return _announce(session, event)


def post_message(*, actor: Any, session: Session, body: str, client_key: str, now: datetime) -> LiveEvent:
    """Say something, in writing. The same author's same `client_key` returns the first event, also at once."""
    allowed = policies.can_post(actor, queries.room(actor, session), now)
    if allowed:
        return _say(actor, session, now, body=body, client_key=client_key)
    known = _known(actor, session, client_key)
    if known is None:
        raise Denied(allowed.reason)
    return known  # the session ended meanwhile: what was accepted is acknowledged


def record_in_person(
    *, actor: Any, session: Session, body: str, attribution: str, client_key: str, now: datetime
) -> LiveEvent:
    """Write down what someone said in the room; it counts like what was typed. The actor records, others speak."""
    enforce(policies.can_record, actor, queries.room(actor, session), now)
    who = text.plain(attribution)[:200]
    if not who:
        raise Invalid(_l("Di quién lo dijo: una persona, un grupo o «la sala»."), "attribution")
    return _say(actor, session, now, body=body, client_key=client_key, channel=Channel.IN_PERSON, attribution=who)


def hide_message(*, actor: Any, message: Message, reason: str, now: datetime) -> LiveEvent:
    """Leave a tombstone with the reason in the message's place, for those who are there and those who come later."""
    enforce(policies.can_hide, actor, lock(message), now)
    if not text.plain(reason):
        raise Invalid(_l("Di por qué se oculta: la razón es pública."), "reason")
    set_visibility(message, Visibility.HIDDEN, reason=text.plain(reason)[:500], now=now)
    note(actor, message, "message.hidden", now, reason=message.visibility_reason)
    event = _append(actor, message.session, EventKind.HIDDEN, now, payload={"of": message.seq})
    return _announce(message.session, event, message)


def record_agreement(
    *,
    actor: Any,
    session: Session,
    body: str,
    now: datetime,
    responsible: str = "",
    due_at: datetime | None = None,
    client_key: str = "",
) -> Agreement:
    """Write down a decision of the session, with who owes what by when. A form sent twice makes one agreement."""
    known = _known(actor, session, client_key)
    if known is not None:
        return queries.agreement(known.payload["reference"])
    enforce(policies.can_record, actor, queries.room(actor, session), now)
    agreed = text.block(body)
    if not agreed:
        raise Invalid(_l("Escribe qué se acordó."), "body")
    reference = references.allot(session.cycle.prefix, "ACU")
    event = _append(actor, session, EventKind.AGREEMENT, now, client_key=client_key, payload={"reference": reference})
    agreement = add(
        Agreement(
            reference=reference,
            session_id=session.id,
            text=agreed,
            responsible=text.plain(responsible),
            due_at=due_at,
            created_at=now,
        )
    )
    _announce(session, event)
    new = {"session": session.reference, "event": event.seq, "due_at": due_at, "text": text.fingerprint(agreed)}
    note_table(actor, session.table, reference, "agreement.adopted", now, new=new, subject_id=agreement.id)
    return agreement


def _say(
    actor: Any,
    session: Session,
    now: datetime,
    *,
    body: str,
    client_key: str,
    channel: Channel = Channel.ONLINE,
    attribution: str = "",
) -> LiveEvent:
    """Message and event together, in a savepoint: of two sendings with one key, the database lets one in."""
    _check_key(client_key)
    fields = _fields(actor, session, now, body, channel, attribution)
    try:
        with db.session.begin_nested():
            typed = channel is Channel.ONLINE
            event = _append(actor, session, EventKind.MESSAGE, now, client_key=client_key, only_live=typed)
            reference = f"{session.reference}/{event.seq}"
            message = add(Message(**fields, reference=reference, session_id=session.id, seq=event.seq))
    except IntegrityError as error:
        first = _known(actor, session, client_key)
        if first is None:
            raise Conflict(_l("No se pudo guardar. Inténtalo de nuevo.")) from error
        return first
    return _announce(session, event, message)


def _fields(
    actor: Any, session: Session, now: datetime, body: str, channel: Channel, attribution: str
) -> dict[str, Any]:
    """The text rendered before the session's number is taken, so that others wait for the database alone."""
    said = text.block(body)
    if not said or len(said) > BODY_LIMIT:
        raise Invalid(_l("Escribe entre 1 y %(limit)s caracteres.", limit=BODY_LIMIT), "body")
    fields = contribution_fields(
        actor=actor,
        kind=ContributionKind.MESSAGE,
        cycle=session.cycle,
        now=now,
        body=said,
        channel=channel,
        attribution=attribution,
        reference=session.reference,
    )
    del fields["reference"]
    return fields


def _append(
    actor: Any,
    session: Session,
    kind: EventKind,
    now: datetime,
    *,
    client_key: str = "",
    payload: dict[str, Any] | None = None,
    only_live: bool = False,
) -> LiveEvent:
    """The next event of a session. Its number locks the session until the commit, so that order is commit order.

    `only_live` asks again, under that lock, whether the session has not ended meanwhile.
    """
    own, last = Session.id == session.id, Session.last_seq
    live = Session.ended_at.is_(None) if only_live else sa.true()
    statement = sa.update(Session).where(own, live).values(last_seq=last + 1).returning(last)
    number = db.session.execute(statement, execution_options={"synchronize_session": False}).scalar_one_or_none()
    if number is None:
        raise Denied(policies.ENDED)
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


def _announce(session: Session, event: LiveEvent, message: Message | None = None) -> LiveEvent:
    """Tell the room after the commit, in the words that whoever catches up later is told."""
    told = queries.event_payload(event, message)
    after_commit(broadcast.publish, live_room(session), event.seq, {"session": session.reference, **told})
    return event


def _known(actor: Any, session: Session, client_key: str) -> LiveEvent | None:
    """The event that this author's key made before, if any."""
    if not client_key or not actor.is_authenticated:
        return None
    _check_key(client_key)
    own: LiveEvent | None = db.session.scalar(
        sa.select(LiveEvent).filter_by(session_id=session.id, author_id=actor.id, client_key=client_key)
    )
    return own


def _check_key(client_key: str) -> None:
    if not CLIENT_KEY.fullmatch(client_key):
        raise Invalid(_l("Recarga la página e inténtalo de nuevo."), "client_key")
