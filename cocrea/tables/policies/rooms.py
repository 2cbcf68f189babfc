"""Who may speak in the sessions of tables, and run them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.models import Role
from cocrea.core.access import ALLOW, Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.policies import can_contribute
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.tables.models import (
    AgendaItem,
    Asked,
    Correction,
    Heard,
    MemberRole,
    Message,
    Minuted,
    Minutes,
    MinutesState,
    Place,
    Poll,
    PollElectorate,
    PollKind,
    Restriction,
    RestrictionKind,
    Room,
    Session,
    Table,
    Turn,
    is_spoken_for,
)
from cocrea.tables.policies.tables import NOT_YOURS, facilitates

NOT_YET = _l("La sesión todavía no se abre: la facilitación la abre cuando empieza.")
ENDED = _l("La sesión terminó. Lo que se dijo queda aquí para leerse.")
GROUP_ENDED = _l("El tiempo de los grupos terminó: ya no se escribe aquí. Vuelve a la sesión.")
IN_WHOLE = _l("Esto se hace en la sesión, con todas las personas, y no en un grupo.")
JOIN_FIRST = _l("Para participar, únete primero a la mesa.")
OF_SEATS = _l("En el foro participa quien ocupa un asiento. Cualquiera puede leer.")
CANCELLED = _l("La sesión se canceló: aquí dice por qué.")
ELECTING = frozenset(MemberRole) - {MemberRole.OBSERVER, MemberRole.EXPERT}
MEMBERS_ANSWER = _l("Contestan las personas integrantes de la mesa; quien asesora u observa, no.")
SEATS_ANSWER = _l("Contesta quien ocupa un asiento del foro, una vez por asiento.")
TITULAR_ANSWERED = _l("Por tu asiento ya contestó su titular.")
POLL_CLOSED = _l("Este sondeo ya se cerró: no recibe más respuestas.")


def can_read(actor: Any, room: Room, now: datetime) -> Decision:
    """Tables and sessions are as public as their cycle. While small groups work, theirs are for the table alone, and
    not for whoever was put out of the session."""
    session, kept = room.session, room.restriction
    may_read = can_read_cycle(actor, session.cycle, now)
    if not may_read or not session.is_group or session.has_ended(now) or facilitates(actor, session.table):
        return may_read
    is_out = kept is not None and kept.kind is RestrictionKind.REMOVED
    return allow_if(
        room.member is not None and not is_out,
        _l("Mientras trabajan, los grupos son de quienes tienen asiento."),
    )


def can_run(actor: Any, place: Place, now: datetime) -> Decision:
    """Schedule and run sessions: the facilitation, while a stage lets tables meet."""
    if not facilitates(actor, place.table):
        return deny(NOT_YOURS)
    return can_contribute(actor, place.table.cycle, place.table.meets, now)


def can_open(actor: Any, room: Room, now: datetime) -> Decision:
    if room.session.opened_at is not None:
        return deny(_l("Esta sesión ya se abrió."))
    if room.session.is_cancelled:
        return deny(CANCELLED)
    return can_run(actor, room.place, now)


def can_edit_session(actor: Any, room: Room, now: datetime) -> Decision:
    """Until it ends: a link that breaks is mended while people wait."""
    return can_plan_agenda(actor, room, now)


def can_cancel_session(actor: Any, room: Room, _now: datetime) -> Decision:
    """Before it opens, also after the stage has closed: what will not be held should not stay announced."""
    if not facilitates(actor, room.session.table):
        return deny(NOT_YOURS)
    if room.session.is_cancelled:
        return deny(CANCELLED)
    return allow_if(room.session.opened_at is None, _l("Esta sesión ya se abrió: se termina, no se cancela."))


def can_see_link(actor: Any, room: Room, _now: datetime) -> Decision:
    """The way into a videoconference: for those who sit at the table and run it, unless they show it to everyone.

    Until the session ends, and not for whoever was put out of it: the same room often serves the next one.
    """
    if room.session.link_is_public:
        return ALLOW
    if room.session.is_cancelled or room.session.ended_at is not None:
        return deny(CANCELLED if room.session.is_cancelled else ENDED)
    kept = room.restriction
    if kept is not None and kept.kind is RestrictionKind.REMOVED and not facilitates(actor, room.session.table):
        return _kept_from(kept)
    return allow_if(
        room.member is not None or _reports(actor, room.session.table),
        _l("El enlace a la videollamada lo ven quienes se sientan en el foro.")
        if room.session.table.is_plenary
        else _l("El enlace a la videollamada lo ven quienes integran la mesa."),
    )


def can_end(actor: Any, room: Room, now: datetime) -> Decision:
    """Also after the stage has closed: no session stays open for want of a date. A small group ends with its round."""
    if room.session.is_group:
        return deny(IN_WHOLE)
    if not facilitates(actor, room.session.table):
        return deny(NOT_YOURS)
    return _live(room, now)


def can_speak(actor: Any, room: Room, now: datetime) -> Decision:
    """Members and facilitators take part while the session is live, unless the facilitation keeps them from it;
    observers and visitors read."""
    live = _live(room, now)
    if not live:
        return live
    may_meet = can_contribute(actor, room.session.cycle, room.session.table.meets, now)
    if not may_meet or facilitates(actor, room.session.table):
        return may_meet
    kept = room.kept(now)
    if kept is not None:
        return _kept_from(kept)
    if room.member is None:
        return deny(OF_SEATS if room.session.table.is_plenary else JOIN_FIRST)
    if room.member.role is MemberRole.OBSERVER:
        return deny(_l("Estás como observación: puedes leer."))
    return _in_own_place(room, now)


def _in_own_place(room: Room, now: datetime) -> Decision:
    """In a small group those who are in it take part; in the session, nobody while its groups work."""
    if room.session.is_group:
        return allow_if(room.is_dealt, _l("Escriben quienes están en este grupo. Puedes leer."))
    return allow_if(
        room.groups_until is None or room.groups_until <= now,
        _l("Los grupos están trabajando: mientras tanto, en la sesión solo habla la facilitación."),
    )


def can_post(actor: Any, room: Room, now: datetime) -> Decision:
    """Whoever may speak also writes, unless the conversation is closed: then nobody does, nor does the facilitation."""
    may_speak = can_speak(actor, room, now)
    if not may_speak or room.session.locked_at is None:
        return may_speak
    return deny(_l("La conversación está cerrada: «%(why)s».", why=room.session.locked_because))


def can_record(actor: Any, room: Room, now: datetime) -> Decision:
    """Write down what was said in person and what was agreed: during the session, or after it from the notes."""
    if room.session.opened_at is None:
        return deny(NOT_YET)
    return can_run(actor, room.place, now)


def can_plan_agenda(actor: Any, room: Room, now: datetime) -> Decision:
    """The facilitation prepares the agenda, also while the session goes on. A small group has none."""
    if room.session.is_group:
        return deny(IN_WHOLE)
    if room.session.ended_at is not None:
        return deny(ENDED)
    if room.session.is_cancelled:
        return deny(CANCELLED)
    return can_run(actor, room.place, now)


def can_pin(actor: Any, room: Room, now: datetime) -> Decision:
    """The facilitation keeps one notice at the top of the room: before it opens, while a stage lets tables meet; then
    to its end, as it conducts the rest."""
    if room.session.is_live or room.session.is_group:
        return in_session(actor, room.session, now)
    return can_plan_agenda(actor, room, now)


def can_edit_item(actor: Any, item: AgendaItem, now: datetime) -> Decision:
    """What was begun stays as it was announced."""
    if item.started_at is not None:
        return deny(_l("Este punto ya se trató o se está tratando: no se cambia."))
    return can_plan_agenda(actor, Room(item.session, None), now)


def can_start_item(actor: Any, item: AgendaItem, now: datetime) -> Decision:
    if item.started_at is not None:
        return deny(_l("Este punto ya empezó."))
    return in_session(actor, item.session, now)


def can_end_item(actor: Any, item: AgendaItem, now: datetime) -> Decision:
    if not item.is_running:
        return deny(_l("Este punto no está en curso."))
    return in_session(actor, item.session, now)


def can_ask_for_floor(actor: Any, room: Room, now: datetime) -> Decision:
    """Whoever may speak, while requests are taken; also when nobody may write."""
    may_speak = can_speak(actor, room, now)
    if not may_speak:
        return may_speak
    return allow_if(room.session.floor_open, _l("Por ahora la lista está cerrada: la facilitación la abre."))


def can_conduct_floor(actor: Any, room: Room, now: datetime) -> Decision:
    """The facilitation conducts the list of speakers of a live session."""
    return in_session(actor, room.session, now)


def can_withdraw_turn(actor: Any, turn: Turn, now: datetime) -> Decision:
    """Each their own; the facilitation, for whoever speaks in the hall."""
    if not turn.is_waiting:
        return deny(_l("Este turno ya no espera."))
    if turn.person_id is None:
        return in_session(actor, turn.session, now)
    if turn.person_id != actor.id:
        return deny(_l("Cada persona retira su propia petición."))
    return _live(Room(turn.session, None), now)


def can_give_floor(actor: Any, turn: Turn, now: datetime) -> Decision:
    if not turn.is_waiting:
        return deny(_l("Este turno ya no espera."))
    return in_session(actor, turn.session, now)


def can_move_turn(actor: Any, turn: Turn, now: datetime) -> Decision:
    """Whom the facilitation may call at once it may also put elsewhere in line."""
    return can_give_floor(actor, turn, now)


def can_pause_turn(actor: Any, turn: Turn, now: datetime) -> Decision:
    if not turn.is_speaking or turn.is_paused:
        return deny(_l("Nadie está hablando en este turno."))
    return in_session(actor, turn.session, now)


def can_resume_turn(actor: Any, turn: Turn, now: datetime) -> Decision:
    if not turn.is_paused:
        return deny(_l("Este turno no está en pausa."))
    return in_session(actor, turn.session, now)


def can_end_turn(actor: Any, turn: Turn, now: datetime) -> Decision:
    """The facilitation, or whoever has the floor and has said what they had to say."""
    if not turn.is_speaking:
        return deny(_l("Nadie está hablando en este turno."))
    if turn.person_id is not None and turn.person_id == actor.id:
        return _live(Room(turn.session, None), now)
    return in_session(actor, turn.session, now)


def can_minute(actor: Any, room: Room, now: datetime) -> Decision:
    """Rapporteurs and the facilitation write down what happens, from when the session opens; who is muted, after it.
    What small groups come to is in the minutes of the session that divided."""
    if room.session.is_group:
        return deny(IN_WHOLE)
    if room.session.opened_at is None:
        return deny(NOT_YET)
    return _reports(actor, room.session.table) and can_write_here(actor, room, now)


def can_write_here(actor: Any, room: Room, now: datetime) -> Decision:
    """Whoever the facilitation keeps from speaking does not write public texts meanwhile either."""
    kept = room.kept(now)
    if kept is None or not room.session.is_live or facilitates(actor, room.session.table):
        return ALLOW
    return _kept_from(kept)


def can_write_minutes(actor: Any, minutes: Minutes, _now: datetime) -> Decision:
    if minutes.is_approved:
        return deny(_l("La minuta ya está aprobada: su texto no cambia."))
    return _reports(actor, minutes.session.table)


def can_open_corrections(actor: Any, minutes: Minutes, now: datetime) -> Decision:
    """Once, when the session is over."""
    if minutes.session.ended_at is None:
        return deny(_l("La sesión todavía no termina."))
    if minutes.state is not MinutesState.DRAFTING:
        return deny(_l("La minuta ya se abrió a correcciones."))
    return can_write_minutes(actor, minutes, now)


def can_correct(_actor: Any, minuted: Minuted, now: datetime) -> Decision:
    """Whoever sits at the table, while corrections are asked for."""
    minutes = minuted.minutes
    if minutes.state is not MinutesState.CORRECTION:
        return deny(_l("La minuta no está abierta a correcciones."))
    if minutes.correction_until is None or now >= minutes.correction_until:
        return deny(_l("El plazo para pedir correcciones terminó."))
    return allow_if(minuted.member, _l("Piden correcciones quienes tienen un asiento."))


def can_decide_correction(actor: Any, correction: Correction, now: datetime) -> Decision:
    if not correction.is_pending:
        return deny(_l("Esta corrección ya se decidió."))
    return can_write_minutes(actor, correction.minutes, now)


def can_approve_minutes(actor: Any, minutes: Minutes, now: datetime) -> Decision:
    """The facilitation, once the time for corrections has passed."""
    if minutes.is_approved:
        return deny(_l("La minuta ya está aprobada: su texto no cambia."))
    if minutes.correction_until is None or now < minutes.correction_until:
        return deny(_l("Se aprueba cuando termina el plazo para pedir correcciones."))
    return allow_if(facilitates(actor, minutes.session.table), NOT_YOURS)


def _reports(actor: Any, table: Table) -> Decision:
    reports = facilitates(actor, table) or actor.holds(Role.RAPPORTEUR, table.cycle, table)
    return allow_if(reports, _l("Escriben la minuta la relatoría y la facilitación."))


def can_open_poll(actor: Any, room: Room, now: datetime) -> Decision:
    """The facilitation asks the room while the session is live."""
    return in_session(actor, room.session, now)


def can_count_poll(actor: Any, asked: Asked, now: datetime) -> Decision:
    """Hands are counted while the session is live, also those that were overlooked before the poll closed."""
    return in_session(actor, asked.poll.session, now)


def can_conduct_poll(actor: Any, asked: Asked, now: datetime) -> Decision:
    """Close a poll, or show less of it while it is open."""
    if not asked.poll.is_open:
        return deny(POLL_CLOSED)
    return in_session(actor, asked.poll.session, now)


def can_answer_poll(actor: Any, asked: Asked, now: datetime) -> Decision:
    """Its electorate, while it is open: who advises or observes is not among a table's members."""
    if not asked.poll.is_open:
        return deny(POLL_CLOSED)
    live = _live(asked.room, now)
    if not live:
        return live
    kept = asked.room.kept(now)
    if kept is not None and _keeps_from_poll(kept, asked.poll):
        return _kept_from(kept)
    table = asked.poll.session.table
    may_meet = can_contribute(actor, table.cycle, table.meets, now)
    if may_meet and asked.room.session.is_group:
        may_meet = _in_own_place(asked.room, now)
    if not may_meet or asked.poll.electorate is PollElectorate.EVERYONE:
        return may_meet
    member, answer = asked.room.member, asked.answer
    if is_spoken_for(member, answer.person_id if answer else None):
        return deny(TITULAR_ANSWERED)
    return allow_if(member and member.role in ELECTING, SEATS_ANSWER if table.is_plenary else MEMBERS_ANSWER)


def can_hide(actor: Any, message: Message, now: datetime) -> Decision:
    """The facilitation hides a message, with a public reason."""
    if not facilitates(actor, message.session.table):
        return deny(NOT_YOURS)
    return allow_if(message.is_public, _l("Este mensaje ya está oculto."))


def can_react(actor: Any, heard: Heard, now: datetime) -> Decision:
    """Whoever may write, to what is not hidden."""
    may_post = can_post(actor, heard.room, now)
    if not may_post:
        return may_post
    return allow_if(heard.message.is_public, _l("Este mensaje ya está oculto."))


def can_mark_question(actor: Any, message: Message, now: datetime) -> Decision:
    """The facilitation says which questions have their answer, also once the session is over."""
    if not facilitates(actor, message.session.table):
        return deny(NOT_YOURS)
    if not message.is_public:
        return deny(_l("Este mensaje ya está oculto."))
    return allow_if(message.is_question, _l("Este mensaje no es una pregunta."))


def in_session(actor: Any, session: Session, now: datetime) -> Decision:
    """The facilitation conducts a live session to its end, also when its stage has closed meanwhile."""
    if not facilitates(actor, session.table):
        return deny(NOT_YOURS)
    return _live(Room(session, None), now)


def _kept_from(restriction: Restriction) -> Decision:
    return deny(_l("%(what)s Razón: «%(why)s».", what=restriction.kind.told, why=restriction.reason))


def _keeps_from_poll(restriction: Restriction, poll: Poll) -> bool:
    """Whoever is in the room answers, but a word in a cloud is written as well."""
    return restriction.kind is RestrictionKind.REMOVED or poll.kind is PollKind.CLOUD


def _live(room: Room, now: datetime) -> Decision:
    if room.session.is_live_at(now):
        return ALLOW
    if room.session.is_group:
        return deny(GROUP_ENDED)
    return deny(CANCELLED if room.session.is_cancelled else ENDED if room.session.ended_at else NOT_YET)
