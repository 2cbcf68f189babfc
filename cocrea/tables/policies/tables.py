"""Who may convene a table, sit at it, take seats away and give them back, and name people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.models import Role
from cocrea.accounts.offices import Office
from cocrea.accounts.policies import can_appoint, can_take_up
from cocrea.core.access import ALLOW, Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.core.windows import WindowState
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_contribute, can_facilitate, is_facilitator, stage_opens
from cocrea.tables.models import Convening, Entry, MemberRole, Place, Removal, SeatRequest, Table, TableMember
from cocrea.tables.offices import Staff

NOT_YOURS = _l("Solo la facilitación puede hacer esto.")
FULL = _l("Los lugares de este sector están ocupados. Se libera uno cuando alguien deja su asiento.")
GONE = _l("Esa persona ya no participa.")
TAKEN = _l("Los lugares de tu sector están ocupados o no se abrieron: pide un lugar y espera tu turno.")
UNDECLARED = _l(
    "Los lugares son por sector y no has declarado el tuyo: decláralo en tu perfil, o pide un lugar y espera tu turno."
)
OF_ORGANISATIONS = _l(
    "En el foro se sientan las organizaciones que tienen un asiento, con la persona que ocupa cada uno. Sus sesiones "
    "las lee cualquiera."
)
OFFICES = (Role.RAPPORTEUR, Role.EXPERT, Role.OBSERVER)


def facilitates(actor: Any, table: Table) -> bool:
    """Facilitators and co-facilitators of the table, facilitators of its cycle, and those who answer for the cycle."""
    leads = actor.holds(Role.FACILITATOR, table) or actor.holds(Role.COFACILITATOR, table)
    return bool(leads) or is_facilitator(actor, table.cycle)


def can_create(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """Facilitators prepare tables at any time; joining them waits for the stage."""
    return can_facilitate(actor, cycle, now)


def can_join(actor: Any, place: Place, now: datetime) -> Decision:
    """Anyone with a confirmed account, as the table's entry has it, while the stage of tables is open."""
    may_seek = _can_seek(actor, place, now)
    if not may_seek or facilitates(actor, place.table) or _has_office(actor, place.table):
        return may_seek
    if is_invited(place, now):
        return allow_if(not place.table.is_full(actor.sector, place.taken), FULL)
    if place.table.entry is Entry.INVITATION:
        return deny(_l("A esta mesa se entra por invitación de la facilitación. Sus sesiones las lee cualquiera."))
    if place.table.entry is Entry.REQUEST:
        return deny(_l("A esta mesa se entra por solicitud: pide tu lugar y la facilitación te responde."))
    return allow_if(place.table.has_room(actor.sector, place.taken), TAKEN if actor.sector else UNDECLARED)


def can_request(actor: Any, place: Place, now: datetime) -> Decision:
    """Ask for a seat where one cannot just sit down: once, and again after a no that allows it."""
    may_seek = _can_seek(actor, place, now)
    if not may_seek:
        return may_seek
    if can_join(actor, place, now):
        return deny(_l("No hace falta pedir lugar: toma tu asiento desde la página de la mesa."))
    if place.table.entry is Entry.INVITATION or is_invited(place, now):
        return can_join(actor, place, now)
    if place.request is None or place.request.may_ask_again:
        return ALLOW
    if place.request.is_waiting:
        return deny(_l("Ya pediste tu lugar. La facilitación te responde por correo y aquí."))
    return deny(_l("La facilitación respondió que no: «%(why)s».", why=place.request.answer))


def can_withdraw_request(_actor: Any, place: Place, _now: datetime) -> Decision:
    """One's own request, while it waits."""
    return allow_if(place.request and place.request.is_waiting, _l("No tienes una solicitud en espera."))


def can_arrange(actor: Any, table: Table, _now: datetime) -> Decision:
    """Say how one comes to the table, see who waits, and prepare it: the facilitation, at any time."""
    if table.is_plenary:
        return deny(OF_ORGANISATIONS)
    return allow_if(facilitates(actor, table), NOT_YOURS)


def can_edit_pack(actor: Any, table: Table, _now: datetime) -> Decision:
    """Say what one should know before sitting down: the facilitation, at any time; a forum knows its own matters."""
    if table.is_plenary:
        return deny(_l("La carpeta informativa es de las mesas temáticas."))
    return allow_if(facilitates(actor, table), NOT_YOURS)


def can_invite(actor: Any, table: Table, now: datetime) -> Decision:
    """Invite to a seat: the facilitation, while seats are taken."""
    if table.is_plenary:
        return deny(OF_ORGANISATIONS)
    if not facilitates(actor, table):
        return deny(NOT_YOURS)
    return stage_opens(Action.JOIN_TABLE, table.cycle, now)


def can_accept(actor: Any, request: SeatRequest, now: datetime) -> Decision:
    """Let in someone who waits, while seats are taken."""
    may_decline = can_decline(actor, request, now)
    return stage_opens(Action.JOIN_TABLE, request.table.cycle, now) if may_decline else may_decline


def can_decline(actor: Any, request: SeatRequest, _now: datetime) -> Decision:
    """Answer no, also when the stage is over: nobody is left waiting."""
    if not facilitates(actor, request.table):
        return deny(NOT_YOURS)
    return allow_if(request.is_waiting, _l("Esta solicitud ya se respondió."))


def is_invited(place: Place, now: datetime) -> bool:
    """Whether someone was offered a seat, and the offer still holds."""
    return place.invitation is not None and bool(can_take_up(None, place.invitation, now))


def is_settled(table: Table, now: datetime) -> bool:
    """Whether nobody can sit down any more: the stages that opened the tables of the cycle are over."""
    stages = [stage for stage in table.cycle.stages if Action.JOIN_TABLE in stage.opens]
    return bool(stages) and all(stage.state(now) is WindowState.CLOSED for stage in stages)


def _has_office(actor: Any, table: Table) -> bool:
    """Whoever was named to a function at the table has been let in already."""
    return any(actor.holds(role, table, table.cycle) for role in OFFICES)


def _can_seek(actor: Any, place: Place, now: datetime) -> Decision:
    """Whether one can come to sit at the table at all. The stage is judged first."""
    if place.table.is_plenary:
        return deny(OF_ORGANISATIONS)
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


def can_convene_forum(actor: Any, convening: Convening, now: datetime) -> Decision:
    """Call a forum of the cycle's space to meet: who facilitates or answers for the cycle, in any open stage."""
    may = can_facilitate(actor, convening.cycle, now)
    if not may:
        return may
    if convening.forum.space_id != convening.cycle.space_id and convening.forum.id != convening.cycle.forum_id:
        return deny(_l("Ese foro es de otro espacio."))
    return stage_opens(Action.MEET_FORUM, convening.cycle, now)


def can_leave(_actor: Any, place: Place, _now: datetime) -> Decision:
    """At any time: nobody is held at a table. A seat of a forum is given back to who gave it."""
    if place.member is not None and place.table.is_plenary:
        return deny(
            _l("Ocupas el asiento de una organización: pide a quien es responsable del espacio que te releve.")
        )
    return allow_if(place.member, _l("No formas parte de esta mesa."))


def can_remove(actor: Any, member: TableMember, _now: datetime) -> Decision:
    """The facilitation takes a seat away, with a public reason; those of a forum are not its to take."""
    if member.table.is_plenary:
        return deny(_l("Quien ocupa un asiento del foro se releva en la página del foro."))
    if not facilitates(actor, member.table):
        return deny(NOT_YOURS)
    if member.person_id == actor.id:
        return deny(_l("Tu propio asiento lo dejas tú, desde la página de la mesa."))
    facilitator = member.role is MemberRole.FACILITATOR
    return allow_if(not facilitator, _l("Quien facilita conserva su asiento: su función la retira quien se la dio."))


def can_readmit(actor: Any, removal: Removal, _now: datetime) -> Decision:
    """Whoever may take a seat away may give it back."""
    return allow_if(facilitates(actor, removal.table), NOT_YOURS)


def may_give(actor: Any, staff: Staff, now: datetime) -> list[Office]:
    """The functions this actor may give and take here."""
    return [office for office in staff.offices() if can_appoint(actor, office.post, now)]


def can_name(actor: Any, staff: Staff, now: datetime) -> Decision:
    """Name people to functions: whoever answers for the space, and facilitators within what is theirs."""
    return allow_if(
        may_give(actor, staff, now), _l("Solo quien es responsable del espacio o facilita puede nombrar a alguien.")
    )
