"""The floor of a session: asked for, given, timed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Sector
from cocrea.audit.reasons import public_reason
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, add_once, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables import policies, queries
from cocrea.tables.models import EventKind, FloorMode, PlaceInLine, Session, TableMember, Turn, TurnKind
from cocrea.tables.operations.events import announce, append, event_of
from cocrea.tables.operations.history import note_table

MOST_WAITING, MOST_TURN_MINUTES = 200, 60


@dataclass(frozen=True)
class Speaker:
    """Someone who speaks in the hall, without an account at hand: a name, a seat, a group."""

    name: str
    sector: Sector | None
    kind: TurnKind


def ask_for_floor(*, actor: Any, session: Session, kind: TurnKind, now: datetime, client_key: str = "") -> None:
    """Get in line. Whoever waits or speaks already stays where they are."""
    room = queries.room(actor, lock(session))
    enforce(policies.can_ask_for_floor, actor, room, now)
    if event_of(actor, session, client_key, EventKind.FLOOR):
        return
    if not add_once(PlaceInLine, session_id=session.id, person_id=actor.id):
        return
    sector = room.member.sector if room.member else actor.sector
    turn = _in_line(session, Turn(person_id=actor.id, sector=sector, kind=kind), now)
    _tell(actor, session, "asked", now, turn, client_key)


def add_speaker(*, actor: Any, session: Session, speaker: Speaker, now: datetime, client_key: str = "") -> None:
    """Put someone in line who speaks in the hall. A form sent twice puts them there once."""
    enforce(policies.can_conduct_floor, actor, queries.room(actor, lock(session)), now)
    if event_of(actor, session, client_key, EventKind.FLOOR):
        return
    name = text.plain(speaker.name)[:120]
    if not name:
        raise Invalid(_l("Di quién habla: su nombre, su lugar o su grupo."), "name")
    turn = _in_line(session, Turn(name=name, sector=speaker.sector, kind=speaker.kind), now)
    _tell(actor, session, "asked", now, turn, client_key)


def withdraw_turn(*, actor: Any, turn: Turn, now: datetime) -> None:
    """Get out of line."""
    session = lock(turn.session)
    enforce(policies.can_withdraw_turn, actor, lock(turn), now)
    _withdraw(turn, now)
    _tell(actor, session, "withdrawn", now, turn)


def give_floor(*, actor: Any, turn: Turn, now: datetime) -> None:
    """Let someone speak, also out of turn; the turn under way ends."""
    session = lock(turn.session)
    enforce(policies.can_give_floor, actor, lock(turn), now)
    end_speaking(session, now)
    _step_out(turn)
    turn.started_at = turn.resumed_at = now
    _tell(actor, session, "given", now, turn)


def pause_turn(*, actor: Any, turn: Turn, now: datetime) -> None:
    """Stop the clock of whoever has the floor."""
    session = lock(turn.session)
    enforce(policies.can_pause_turn, actor, lock(turn), now)
    turn.spoken, turn.resumed_at = turn.seconds(now), None
    _tell(actor, session, "paused", now, turn)


def resume_turn(*, actor: Any, turn: Turn, now: datetime) -> None:
    """Let the clock go on after a pause."""
    session = lock(turn.session)
    enforce(policies.can_resume_turn, actor, lock(turn), now)
    turn.resumed_at = now
    _tell(actor, session, "resumed", now, turn)


def end_turn(*, actor: Any, turn: Turn, now: datetime) -> None:
    """Finish speaking, or have someone finish."""
    session = lock(turn.session)
    enforce(policies.can_end_turn, actor, lock(turn), now)
    _end(turn, now)
    _tell(actor, session, "ended", now, turn)


def move_turn(*, actor: Any, turn: Turn, up: bool, reason: str, now: datetime) -> None:
    """Let someone change places with who is before them, or after; with a public reason. At the ends they stay."""
    session = lock(turn.session)
    enforce(policies.can_move_turn, actor, lock(turn), now)
    why = public_reason(reason, _l("Di por qué cambia el orden."), turn.person.name if turn.person else "")
    floor = queries.floor(session)
    place = floor.place_of(turn)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(floor.line):
        return
    neighbour = floor.line[other].turn
    if neighbour.place is not None:
        neighbour.place = place
    turn.place, turn.moved_because = other, why
    old, new = {"place": place + 1}, {"place": other + 1}
    _note(actor, session, "session.turn_moved", now, old=old, new=new, reason=why)
    _tell(actor, session, "moved", now, turn)


def set_floor_rule(
    *, actor: Any, session: Session, mode: FloorMode, minutes: int, now: datetime, reason: str = ""
) -> None:
    """Change by which rule the floor is given and for how long."""
    enforce(policies.can_conduct_floor, actor, queries.room(actor, lock(session)), now)
    if not 0 < minutes <= MOST_TURN_MINUTES:
        raise Invalid(_l("Escribe de 1 a %(most)s minutos.", most=MOST_TURN_MINUTES), "minutes")
    old = {"floor_mode": session.floor_mode, "floor_minutes": session.floor_minutes}
    new = {"floor_mode": mode, "floor_minutes": minutes}
    if new == old:
        return
    session.floor_mode, session.floor_minutes = mode, minutes
    _note(actor, session, "session.floor_rule", now, old=old, new=new, reason=text.plain(reason)[:500])
    _tell(actor, session, "rule", now)


def open_floor(*, actor: Any, session: Session, now: datetime) -> None:
    """Let people ask for the floor."""
    _turn_list(actor, session, now, is_open=True)


def close_floor(*, actor: Any, session: Session, now: datetime) -> None:
    """Take no more requests; those who wait stay in line."""
    _turn_list(actor, session, now, is_open=False)


def end_speaking(session: Session, now: datetime) -> None:
    """Whoever has the floor finishes."""
    speaking = queries.floor(session).speaking
    if speaking is not None:
        _end(speaking, now)


def leave_line(actor: Any, member: TableMember, now: datetime) -> None:
    """Whoever loses their seat waits and speaks no more in the table's sessions."""
    for session in queries.live_sessions(member.table, now):
        give_up_turn(actor, lock(session), member.person_id, now)


def give_up_turn(actor: Any, session: Session, person_id: int, now: datetime) -> None:
    """Whoever may speak no more in a session, which is locked, waits and speaks no more in it. The room hears that the
    list is another, but not whose turn it was: what comes next would say who was kept from speaking."""
    turn = queries.open_turn(session, person_id)
    if turn is None:
        return
    act = "withdrawn" if turn.is_waiting else "ended"
    (_withdraw if turn.is_waiting else _end)(turn, now)
    _tell(actor, session, act, now)


def _in_line(session: Session, turn: Turn, now: datetime) -> Turn:
    if len(queries.floor(session).line) >= MOST_WAITING:
        raise Conflict(_l("Ya esperan %(most)s personas: la lista está llena.", most=MOST_WAITING))
    turn.session_id, turn.requested_at = session.id, now
    return add(turn)


def _withdraw(turn: Turn, now: datetime) -> None:
    _step_out(turn)
    turn.withdrawn_at = now
    _free_place(turn)


def _end(turn: Turn, now: datetime) -> None:
    turn.spoken, turn.resumed_at, turn.ended_at = turn.seconds(now), None, now
    _free_place(turn)


def _step_out(turn: Turn) -> None:
    """Those whom the facilitation had put further back in line move up by one, as everyone there does."""
    floor = queries.floor(turn.session)
    for position in floor.line[floor.place_of(turn) + 1 :]:
        if position.turn.place is not None:
            position.turn.place -= 1
    turn.place = None


def _free_place(turn: Turn) -> None:
    own = PlaceInLine.session_id == turn.session_id, PlaceInLine.person_id == turn.person_id
    db.session.execute(sa.delete(PlaceInLine).where(*own))


def _turn_list(actor: Any, session: Session, now: datetime, *, is_open: bool) -> None:
    enforce(policies.can_conduct_floor, actor, queries.room(actor, lock(session)), now)
    if session.floor_open is is_open:
        return
    session.floor_open = is_open
    _note(actor, session, "session.floor_opened" if is_open else "session.floor_closed", now)
    _tell(actor, session, "opened" if is_open else "closed", now)


def _note(actor: Any, session: Session, action: str, now: datetime, **details: Any) -> None:
    note_table(actor, session.table, session.reference, action, now, subject_id=session.id, **details)


def _tell(
    actor: Any, session: Session, act: str, now: datetime, turn: Turn | None = None, client_key: str = ""
) -> None:
    """The room hears that the list of speakers is another, by the number of the turn."""
    payload = {"act": act, **({"turn": turn.id} if turn else {})}
    announce(session, append(actor, session, EventKind.FLOOR, now, client_key=client_key, payload=payload))
