"""Who may convene a table, sit at it, speak in its sessions and run them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.models import Role
from cocrea.accounts.offices import Office
from cocrea.accounts.policies import can_appoint
from cocrea.core.access import ALLOW, Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_contribute, can_facilitate, is_facilitator, stage_opens
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.tables.models import MemberRole, Message, Place, Removal, Room, Table, TableMember
from cocrea.tables.offices import Staff

NOT_YET = _l("La sesión todavía no se abre: la facilitación la abre cuando empieza.")
ENDED = _l("La sesión terminó. Lo que se dijo queda aquí para leerse.")


def facilitates(actor: Any, table: Table) -> bool:
    """Facilitators of the table, of its cycle, and those who answer for the cycle."""
    return bool(actor.holds(Role.FACILITATOR, table)) or is_facilitator(actor, table.cycle)


def can_read(actor: Any, room: Room, now: datetime) -> Decision:
    """Tables and sessions are as public as their cycle."""
    return can_read_cycle(actor, room.session.cycle, now)


def can_create(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """Facilitators prepare tables at any time; joining them waits for the stage."""
    return can_facilitate(actor, cycle, now)


def can_join(actor: Any, place: Place, now: datetime) -> Decision:
    """Anyone with a confirmed account, while the stage of tables is open. The stage is judged first."""
    opened = stage_opens(Action.JOIN_TABLE, place.table.cycle, now)
    if not opened:
        return opened
    if place.member is not None:
        return deny(_l("Ya formas parte de esta mesa."))
    if place.removal is not None:
        return deny(
            _l("La facilitación retiró tu asiento: «%(why)s». Solo ella lo devuelve.", why=place.removal.reason)
        )
    return can_contribute(actor, place.table.cycle, Action.JOIN_TABLE, now)


def can_leave(_actor: Any, place: Place, _now: datetime) -> Decision:
    """At any time: nobody is held at a table."""
    return allow_if(place.member, _l("No formas parte de esta mesa."))


def can_remove(actor: Any, member: TableMember, _now: datetime) -> Decision:
    """The facilitation takes a seat away, with a public reason."""
    if not facilitates(actor, member.table):
        return deny(_l("Solo la facilitación de la mesa puede hacer esto."))
    return allow_if(member.person_id != actor.id, _l("Tu propio asiento lo dejas tú, desde la página de la mesa."))


def can_readmit(actor: Any, removal: Removal, _now: datetime) -> Decision:
    """Whoever may take a seat away may give it back."""
    return allow_if(facilitates(actor, removal.table), _l("Solo la facilitación de la mesa puede hacer esto."))


def may_give(actor: Any, staff: Staff, now: datetime) -> list[Office]:
    """The functions this actor may give and take here."""
    return [office for office in staff.offices() if can_appoint(actor, office.post, now)]


def can_name(actor: Any, staff: Staff, now: datetime) -> Decision:
    """Name people to functions: whoever answers for the space, and facilitators within what is theirs."""
    return allow_if(
        may_give(actor, staff, now), _l("Solo quien es responsable del espacio o facilita puede nombrar a alguien.")
    )


def can_run(actor: Any, place: Place, now: datetime) -> Decision:
    """Schedule and run sessions: the facilitation, while a stage lets tables meet."""
    if not facilitates(actor, place.table):
        return deny(_l("Solo la facilitación de la mesa puede hacer esto."))
    return can_contribute(actor, place.table.cycle, Action.MEET, now)


def can_open(actor: Any, room: Room, now: datetime) -> Decision:
    if room.session.opened_at is not None:
        return deny(_l("Esta sesión ya se abrió."))
    return can_run(actor, room.place, now)


def can_end(actor: Any, room: Room, now: datetime) -> Decision:
    """Also after the stage has closed: no session stays open for want of a date."""
    if not facilitates(actor, room.session.table):
        return deny(_l("Solo la facilitación de la mesa puede hacer esto."))
    return _live(room)


def can_post(actor: Any, room: Room, now: datetime) -> Decision:
    """Members and facilitators speak while the session is live; observers and visitors read."""
    live = _live(room)
    if not live:
        return live
    may_meet = can_contribute(actor, room.session.cycle, Action.MEET, now)
    if not may_meet or facilitates(actor, room.session.table):
        return may_meet
    if room.member is None:
        return deny(_l("Para participar, únete primero a la mesa."))
    return allow_if(
        room.member.role is not MemberRole.OBSERVER, _l("Estás en la mesa como observación: puedes leer.")
    )


def can_record(actor: Any, room: Room, now: datetime) -> Decision:
    """Write down what was said in person and what was agreed: during the session, or after it from the notes."""
    if room.session.opened_at is None:
        return deny(NOT_YET)
    return can_run(actor, room.place, now)


def can_hide(actor: Any, message: Message, now: datetime) -> Decision:
    """The facilitation hides a message, with a public reason."""
    if not facilitates(actor, message.session.table):
        return deny(_l("Solo la facilitación de la mesa puede hacer esto."))
    return allow_if(message.is_public, _l("Este mensaje ya está oculto."))


def _live(room: Room) -> Decision:
    if room.session.is_live:
        return ALLOW
    return deny(ENDED if room.session.ended_at else NOT_YET)
