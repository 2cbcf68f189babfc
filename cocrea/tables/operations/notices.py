"""The one notice that the facilitation pins to the top of a room."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.tables import policies, queries
from cocrea.tables.models import EventKind, Session
from cocrea.tables.operations.events import announce, append
from cocrea.tables.operations.history import note_table

LONGEST_NOTICE = 500


def pin_notice(*, actor: Any, session: Session, body: str, now: datetime) -> None:
    """Put a notice at the top of the room, in the place of the one before. The same words again change nothing."""
    enforce(policies.can_pin, actor, queries.room(actor, lock(session)), now)
    notice = text.block(body)
    if not notice or len(notice) > LONGEST_NOTICE:
        raise Invalid(_l("Escribe entre 1 y %(limit)s caracteres.", limit=LONGEST_NOTICE), "notice")
    if notice != session.notice_source:
        _set(actor, session, notice, now, "session.notice_pinned", "pinned", new={"text": text.fingerprint(notice)})


def unpin_notice(*, actor: Any, session: Session, now: datetime) -> None:
    """Take the notice away. Asked for twice, it is told once."""
    enforce(policies.can_pin, actor, queries.room(actor, lock(session)), now)
    if session.notice_source:
        old = {"text": text.fingerprint(session.notice_source)}
        _set(actor, session, "", now, "session.notice_removed", "removed", old=old)


def _set(actor: Any, session: Session, notice: str, now: datetime, action: str, act: str, **told: Any) -> None:
    session.notice_source, session.notice_html = notice, text.to_html(notice) if notice else ""
    note_table(actor, session.table, session.reference, action, now, subject_id=session.id, **told)
    announce(session, append(actor, session, EventKind.NOTICE, now, payload={"act": act}))
