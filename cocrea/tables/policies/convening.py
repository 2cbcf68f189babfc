"""Who may say that they came to a session, write down who came, and have a calendar of sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cocrea.core.access import Decision, allow_if, deny, is_signed_in
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.policies import can_contribute
from cocrea.tables.models import RestrictionKind, Room, Session, SessionMode, SessionState, SheetName
from cocrea.tables.policies.tables import NOT_YOURS, facilitates

BEFORE = timedelta(hours=1)


def can_keep_calendar(actor: Any, _subject: Any, now: datetime) -> Decision:
    """Have a calendar address of one's own, and take it away: whoever may have a seat."""
    signed_in = is_signed_in(actor, None, now)
    return allow_if(actor.is_verified, _l("Primero confirma tu correo.")) if signed_in else signed_in


def can_attend(actor: Any, room: Room, now: datetime) -> Decision:
    """Say that one is in the hall: anyone with a confirmed account, from an hour before until it ends."""
    held = _is_held(room.session, now)
    return can_contribute(actor, room.session.cycle, room.session.table.meets, now) if held else held


def can_say_here(actor: Any, room: Room, now: datetime) -> Decision:
    """Say that one follows the session online: whoever sits at the table, also as an observer, while it is live."""
    if not room.session.is_live or room.session.mode is SessionMode.IN_PERSON:
        return deny(_l("Se confirma cuando la sesión está en vivo y es en línea o híbrida."))
    if room.restriction is not None and room.restriction.kind is RestrictionKind.REMOVED:
        return deny(_l("La facilitación te sacó de esta sesión."))
    if room.member is None:
        return deny(_l("En línea cuenta la asistencia de quienes tienen un asiento."))
    return can_contribute(actor, room.session.cycle, room.session.table.meets, now)


def can_take_attendance(actor: Any, room: Room, now: datetime) -> Decision:
    """Read and write down who came: the facilitation, also from the sheets, until the minutes are approved."""
    if not facilitates(actor, room.session.table):
        return deny(NOT_YOURS)
    if room.session.is_group or room.session.is_cancelled or room.session.state is SessionState.APPROVED:
        return deny(_l("La asistencia de esta sesión ya no cambia."))
    begun = room.session.opened_at is not None or now >= room.session.starts_at - BEFORE
    return allow_if(begun, _l("La asistencia se toma desde una hora antes de que empiece."))


def can_erase_name(actor: Any, name: SheetName, now: datetime) -> Decision:
    return can_take_attendance(actor, Room(name.session, None), now)


def _is_held(session: Session, now: datetime) -> Decision:
    if session.is_cancelled or session.ended_at is not None:
        return deny(_l("Esta sesión ya no recibe asistencias."))
    begun = session.opened_at is not None or now >= session.starts_at - BEFORE
    return allow_if(begun, _l("La asistencia se toma desde una hora antes de que empiece."))
