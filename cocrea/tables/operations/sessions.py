"""Sessions: opened, ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.tables import policies, queries
from cocrea.tables.models import EventKind, LiveEvent, Session
from cocrea.tables.operations.agenda import end_running
from cocrea.tables.operations.agreement_answers import close_agreements
from cocrea.tables.operations.events import announce, append
from cocrea.tables.operations.floor import end_speaking
from cocrea.tables.operations.history import note_table
from cocrea.tables.operations.plenaries import keep_quorum
from cocrea.tables.operations.polls import close_polls
from cocrea.tables.operations.returning import close_groups


def open_session(*, actor: Any, session: Session, now: datetime) -> LiveEvent:
    """Let members speak."""
    enforce(policies.can_open, actor, queries.room(actor, lock(session)), now)
    session.opened_at = now
    note_table(actor, session.table, session.reference, "session.opened", now, subject_id=session.id)
    return announce(session, append(actor, session, EventKind.OPENED, now))


def end_session(*, actor: Any, session: Session, now: datetime) -> LiveEvent:
    """Close the floor. What was said stays readable; the last number is in the history."""
    enforce(policies.can_end, actor, queries.room(actor, lock(session)), now)
    end_running(session, now)
    end_speaking(session, now)
    close_polls(actor, session, now)
    close_agreements(actor, session, now)
    close_groups(actor, session, now)
    keep_quorum(session)
    event = append(actor, session, EventKind.ENDED, now)
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
    return announce(session, event)
