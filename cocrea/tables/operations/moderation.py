"""How the facilitation keeps a conversation in order: closing it, slowing it down, keeping someone from it.

Each act is a numbered event that says what changed, never why nor for whom: those who may read the reason find it in
the room, and the public history has it without names.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cocrea.accounts.models import Person
from cocrea.audit.reasons import public_reason
from cocrea.core import live
from cocrea.core.access import enforce
from cocrea.core.db import add, after_commit, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables import policies, queries
from cocrea.tables.models import EventKind, Restriction, RestrictionKind, Session
from cocrea.tables.operations.events import announce, append, own_room
from cocrea.tables.operations.floor import give_up_turn
from cocrea.tables.operations.history import note_table

LONGEST_WAIT = 600
MUTES = (0, 5, 15, 30)  # minutes; 0: until the session ends
_DONE = {RestrictionKind.MUTED: "session.muted", RestrictionKind.REMOVED: "session.person_removed"}
_UNDONE = {RestrictionKind.MUTED: "session.unmuted", RestrictionKind.REMOVED: "session.person_returned"}


def lock_conversation(*, actor: Any, session: Session, reason: str, now: datetime) -> None:
    """Let nobody write, with a reason that everyone reads, or give another. The floor goes on, and what is said aloud
    can be recorded."""
    enforce(policies.can_moderate, actor, queries.room(actor, lock(session)), now)
    why = _reason(reason)
    if session.locked_at is not None and session.locked_because == why:
        return
    _note(actor, session, "session.locked", now, reason=why)
    for room in _with_groups(session, now):
        room.locked_at, room.locked_because = room.locked_at or now, why
        _tell(actor, room, "locked", now)


def unlock_conversation(*, actor: Any, session: Session, now: datetime) -> None:
    """Let people write again."""
    enforce(policies.can_moderate, actor, queries.room(actor, lock(session)), now)
    if session.locked_at is None:
        return
    _note(actor, session, "session.unlocked", now)
    for room in _with_groups(session, now):
        room.locked_at, room.locked_because = None, ""
        _tell(actor, room, "unlocked", now)


def set_slow_mode(*, actor: Any, session: Session, seconds: int, reason: str, now: datetime) -> None:
    """Let each person write once in so many seconds (0: as they like), with a reason that everyone reads."""
    enforce(policies.can_moderate, actor, queries.room(actor, lock(session)), now)
    if not 0 <= seconds <= LONGEST_WAIT:
        raise Invalid(_l("Escribe de 0 a %(most)s segundos.", most=LONGEST_WAIT), "seconds")
    why = _reason(reason)
    before = session.slow_seconds
    if not before and not seconds:
        raise Conflict(_l("La conversación ya va sin pausas: no hay nada que cambiar."))
    if (before, session.slow_because) == (seconds, why):
        return
    _note(actor, session, "session.slowed", now, old={"slow": before}, new={"slow": seconds}, reason=why)
    for room in _with_groups(session, now):
        room.slow_seconds, room.slow_because = seconds, why if seconds else ""
        _tell(actor, room, "slowed", now)


def restrict(
    *,
    actor: Any,
    session: Session,
    person: Person,
    kind: RestrictionKind,
    reason: str,
    minutes: int = 0,
    now: datetime,
) -> None:
    """Take someone's word in this session, or their place in its room, with a reason that they read and the history
    keeps without their name. Their connections to it are cut off, and come back with what is left to them.

    A word can be taken for so many `minutes` alone (0: until the session ends); it is then theirs again by itself.
    It holds in its small groups as well; asked for in one of those, it is done in the whole session.
    """
    session = session.parent or session
    participant = queries.participant(lock(session), person)
    if participant is None:
        raise Conflict(_l("Esa persona ya no tiene su asiento."))
    enforce(policies.can_restrict, actor, participant, now)
    why = public_reason(reason, _l("Di por qué: la persona lo lee y el historial lo conserva."), person.name)
    if minutes not in MUTES:
        raise Invalid(_l("Elige de la lista por cuánto tiempo."), "minutes")
    lasting = minutes if kind is RestrictionKind.MUTED else 0
    until = now + timedelta(minutes=lasting) if lasting else None
    known = participant.restriction
    if known is not None and (known.kind, known.reason, known.until) == (kind, why, until):
        return
    if known is None:
        known = add(Restriction(session=session, person=person, kind=kind, reason=why, imposed_at=now))
    known.kind, known.reason, known.imposed_at, known.until = kind, why, now, until
    _note(actor, session, _DONE[kind], now, reason=why, **({"new": {"mute_minutes": lasting}} if lasting else {}))
    for room in _with_groups(session, now):
        give_up_turn(actor, room, person.id, now)
        _tell(actor, room, kind.value, now)
    after_commit(live.disconnect, own_room(session, person.id))


def lift_restriction(*, actor: Any, session: Session, person: Person, now: datetime) -> None:
    """Give someone the word back, and their place in the room. Doing it twice is doing it once."""
    session = session.parent or session
    lock(session)
    known = db.session.get(Restriction, (session.id, person.id), populate_existing=True)
    if known is None or not known.holds(now):
        return
    enforce(policies.can_lift, actor, known, now)
    kind = known.kind
    db.session.delete(known)
    _note(actor, session, _UNDONE[kind], now)
    for room in _with_groups(session, now):
        _tell(actor, room, "lifted", now)
    after_commit(live.disconnect, own_room(session, person.id))


def _with_groups(session: Session, now: datetime) -> list[Session]:
    """A session, which is locked, and its groups at work, locked: what is decided there holds in them."""
    return [session, *map(lock, queries.groups_at_work(session, now))]


def _reason(reason: str) -> str:
    return public_reason(reason, _l("Di por qué: todas las personas de la sala lo leen."))


def _note(actor: Any, session: Session, action: str, now: datetime, **details: Any) -> None:
    note_table(actor, session.table, session.reference, action, now, subject_id=session.id, **details)


def _tell(actor: Any, session: Session, act: str, now: datetime) -> None:
    """A numbered event, by which whatever was judged before it is judged again."""
    event = append(actor, session, EventKind.RULES, now, payload={"act": act})
    session.ruled_seq = event.seq
    announce(session, event)
