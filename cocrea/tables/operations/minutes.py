"""Writing the minutes of a session, having them corrected, approving them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cocrea.audit.reasons import public_reason
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables import minuting, policies, queries
from cocrea.tables.models import Correction, EventKind, Minutes, MinutesState, MinutesVersion, Session
from cocrea.tables.operations.events import announce, append, check_key
from cocrea.tables.operations.history import note_table

LONGEST, LONGEST_CORRECTION = 40_000, 2_000
FEWEST_DAYS, MOST_DAYS = 1, 30


def draft_minutes(*, actor: Any, session: Session, now: datetime) -> Minutes:
    """Begin the minutes with what the platform knows. Asked for twice, what was begun stays."""
    room = queries.room(actor, lock(session))
    enforce(policies.can_minute, actor, room, now)
    begun = db.session.get(Minutes, session.id)
    if begun is not None:
        return begun
    known = minuting.Known(
        spoken=queries.spoken(session),
        agenda=queries.agenda(session),
        polls=[card for card in reversed(queries.polls(actor, room)) if not card.poll.is_open],
        agreements=queries.decided_in(session),
        came=queries.attendance(session),
        groups=queries.told_groups(session),
    )
    made = add(Minutes(session_id=session.id, saved_at=now))
    _save(actor, made, minuting.draft(session, known), now)
    return made


def save_minutes(*, actor: Any, minutes: Minutes, source: str, base: int, now: datetime) -> None:
    """Another version. `Conflict` when somebody saved since version `base`: neither text is lost."""
    lock(minutes.session)
    enforce(policies.can_write_minutes, actor, lock(minutes), now)
    enforce(policies.can_minute, actor, queries.room(actor, minutes.session), now)
    written = text.block(source)
    if not written or len(written) > LONGEST:
        raise Invalid(_l("Escribe entre 1 y %(limit)s caracteres.", limit=LONGEST), "source")
    if written == minutes.source:
        return
    if base != minutes.version:
        raise Conflict(
            _l("Alguien guardó otra versión mientras escribías. Abajo está; junta los dos textos y guarda.")
        )
    _save(actor, minutes, written, now)


def ask_for_corrections(*, actor: Any, minutes: Minutes, days: int, now: datetime) -> None:
    """Open the minutes to those who sit at the table, for some days, once the session has ended."""
    lock(minutes.session)
    enforce(policies.can_open_corrections, actor, lock(minutes), now)
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        raise Invalid(_l("Elige entre %(fewest)s y %(most)s días.", fewest=FEWEST_DAYS, most=MOST_DAYS), "days")
    minutes.state, minutes.correction_until = MinutesState.CORRECTION, now + timedelta(days=days)
    _note(actor, minutes, "minutes.corrections", now, new={"until": minutes.correction_until})


def correct_minutes(*, actor: Any, minutes: Minutes, body: str, key: str, now: datetime) -> Correction:
    """Ask for something to be put right. The same form sent twice is one correction."""
    enforce(policies.can_correct, actor, queries.minuted(actor, lock(minutes)), now)
    check_key(key)
    known = db.session.scalar(
        sa.select(Correction).filter_by(session_id=minutes.session_id, author_id=actor.id, key=key)
    )
    if known is not None:
        return known
    asked = text.block(body)
    if not asked or len(asked) > LONGEST_CORRECTION:
        raise Invalid(_l("Escribe entre 1 y %(limit)s caracteres.", limit=LONGEST_CORRECTION), "body")
    return add(Correction(session_id=minutes.session_id, author_id=actor.id, key=key, body=asked, asked_at=now))


def decide_correction(*, actor: Any, correction: Correction, accepted: bool, reason: str, now: datetime) -> None:
    """Say whether what was asked goes into the minutes, and why. The text itself is changed by saving it."""
    minutes = lock(correction.minutes)
    enforce(policies.can_decide_correction, actor, lock(correction), now)
    why = public_reason(reason, _l("Di por qué: la razón es pública."))
    correction.is_accepted, correction.reason, correction.decided_at = accepted, why, now
    told = {"accepted": accepted, "text": text.fingerprint(correction.body)}
    _note(actor, minutes, "minutes.correction_decided", now, new=told, reason=why)


def approve_minutes(*, actor: Any, minutes: Minutes, now: datetime) -> None:
    """Make the text final, once its corrections are over and all of them decided. Its fingerprint is in the history."""
    session = lock(minutes.session)
    pending = queries.pending_corrections(lock(minutes))
    enforce(policies.can_approve_minutes, actor, minutes, now)
    if pending:
        raise Conflict(_l("Hay correcciones por decidir: di de cada una si procede y por qué."))
    minutes.state, minutes.approved_at, minutes.approved_by_id = MinutesState.APPROVED, now, actor.id
    new = {"version": minutes.version, "text": text.fingerprint(minutes.source)}
    _note(actor, minutes, "minutes.approved", now, new=new)
    announce(session, append(actor, session, EventKind.MINUTES, now, payload={"act": "approved"}))


def _save(actor: Any, minutes: Minutes, source: str, now: datetime) -> None:
    minutes.version += 1
    minutes.source, minutes.html, minutes.saved_at = source, text.to_html(source), now
    own = {"session_id": minutes.session_id, "number": minutes.version, "author_id": actor.id}
    add(MinutesVersion(**own, source=source, saved_at=now))
    payload = {"act": "saved", "version": minutes.version}
    announce(minutes.session, append(actor, minutes.session, EventKind.MINUTES, now, payload=payload))


def _note(actor: Any, minutes: Minutes, action: str, now: datetime, **details: Any) -> None:
    session = minutes.session
    note_table(actor, session.table, session.reference, action, now, subject_id=session.id, **details)
