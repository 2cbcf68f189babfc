"""What small groups have come to is brought back to the session that divided, once, however often their end is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from cocrea.core.db import add, lock
from cocrea.core.i18n import DEFAULT_LOCALE, in_language
from cocrea.discussion.models import ContributionKind
from cocrea.discussion.operations import contribution_fields
from cocrea.tables import minuting, queries
from cocrea.tables.models import BreakoutGroup, EventKind, Message, Round, Session
from cocrea.tables.operations.events import OWN_KEY, announce, append
from cocrea.tables.operations.floor import end_speaking
from cocrea.tables.operations.history import note_table
from cocrea.tables.operations.polls import close_polls


def call_back(*, session: Session, now: datetime) -> None:
    """The time of a session's groups is over: what they have come to is brought back. Done twice, it is done once."""
    lock(session)
    for found in queries.rounds_to_return(session):
        if not found.breakout.is_running(now):
            end_round(None, session, found, now)


def close_groups(actor: Any, session: Session, now: datetime) -> None:
    """The session, which is locked, ends: so do its groups."""
    for found in queries.rounds_to_return(session):
        end_round(actor, session, found, now)


def end_round(actor: Any, session: Session, found: Round, now: datetime) -> None:
    """Close the rooms of the groups, if their time had not, and bring back what they have come to. The session is
    locked. Without an actor, their time was over."""
    breakout = lock(found.breakout)
    if breakout.returned_at is not None:
        return
    breakout.ends_at, breakout.returned_at = min(breakout.ends_at, now), now
    for group in found.groups:
        _close(actor, group, now)
        if group.result and not group.is_returned:
            bring_back(session, group, now)
    new = {"round": breakout.number, "results": sum(group.is_returned for group in found.groups)}
    note_table(actor, session.table, session.reference, "session.groups_ended", now, new=new, subject_id=session.id)
    told = {"act": "ended", "round": breakout.number}
    announce(session, append(breakout.opened_by, session, EventKind.BREAKOUT, now, payload=told))


def bring_back(session: Session, group: BreakoutGroup, now: datetime) -> None:
    """One message in the session's conversation, in the name of the group, by a key of its own. The room of the group
    is locked, and the session is."""
    opener, where = group.breakout.opened_by, group.session.reference
    with in_language(DEFAULT_LOCALE):
        name, link = minuting.group_name(group), _("Leer la conversación del grupo")
    body = f"[{link}](/sesiones/{where})\n\n{group.result}"  # the link first: the text may leave something open
    fields = contribution_fields(
        actor=opener,
        kind=ContributionKind.MESSAGE,
        cycle=session.cycle,
        now=now,
        body=body,
        attribution=name,
        reference=session.reference,
    )
    event = append(opener, session, EventKind.MESSAGE, now, client_key=f"{OWN_KEY}{group.session_id}")
    fields["reference"] = f"{session.reference}/{event.seq}"
    message = add(Message(**fields, session_id=session.id, seq=event.seq))
    group.returned_seq = event.seq
    announce(session, event, message)


def _close(actor: Any, group: BreakoutGroup, now: datetime) -> None:
    room, opener = lock(group.session), group.breakout.opened_by
    lock(group)
    room.ended_at = room.ends_at = group.breakout.ends_at
    end_speaking(room, room.ended_at)
    close_polls(actor, room, now)
    event = append(opener, room, EventKind.ENDED, now)
    room.ruled_seq = event.seq  # what was judged before is judged again
    announce(room, event)
