"""Seats at a table: taken, left, taken away and given back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.mails import tell
from cocrea.accounts.models import Person, Role
from cocrea.core import live, text
from cocrea.core.access import enforce
from cocrea.core.db import add_once, after_commit
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables import policies, queries
from cocrea.tables.models import MemberRole, Removal, Table, TableMember
from cocrea.tables.operations.history import note_table


def seat(table_id: int, person_id: int) -> str:
    """The room of one person's connections at one table, by which they are cut off when they lose their seat."""
    return f"seat:{table_id}:{person_id}"


def join(*, actor: Any, table: Table, now: datetime) -> TableMember:
    """Sit at the table, once however often it is asked. The sector is frozen."""
    known = queries.membership(actor, table)
    if known is not None:
        return known
    enforce(policies.can_join, actor, queries.place(actor, table), now)
    role, sector = _role(actor, table), actor.sector
    add_once(TableMember, table_id=table.id, person_id=actor.id, role=role, sector=sector, joined_at=now)
    return db.session.get_one(TableMember, (table.id, actor.id))


def leave(*, actor: Any, table: Table, now: datetime) -> None:
    """Leave the table; what one said stays. One's sockets at it are cut off and may come back to read."""
    place = queries.place(actor, table)
    enforce(policies.can_leave, actor, place, now)
    _free(place.member)


def remove(*, actor: Any, table: Table, person: Person, reason: str, now: datetime) -> None:
    """Take someone's seat away, with a reason that is public and an e-mail that tells it to them.

    What they said stays. Their connections are cut off, and they cannot sit down again until readmitted. The history
    says that a seat was taken, by whom and why; never whose it was.
    """
    member = queries.seat_of(person, table)
    if member is None:
        raise Conflict(_l("Esa persona ya no tiene asiento en esta mesa."))
    enforce(policies.can_remove, actor, member, now)
    why = text.plain(reason)[:500]
    if not why:
        raise Invalid(_l("Di por qué se retira el asiento: la razón es pública."), "reason")
    if text.fold(person.name) in text.fold(why):
        raise Invalid(
            _l("Escribe la razón sin el nombre de la persona: es pública y se queda para siempre."), "reason"
        )
    add_once(Removal, table_id=table.id, person_id=person.id, reason=why, removed_at=now)
    old = {"seat": member.role}
    note_table(actor, table, table.reference, "table.member_removed", now, old=old, reason=why)
    _free(member)
    after_commit(live.disconnect, f"person:{person.id}")
    tell(person, _l("Se retiró tu asiento en una mesa"), "tables/seat_removed", table=table, reason=why)


def readmit(*, actor: Any, table: Table, person: Person, now: datetime) -> None:
    """Let someone whose seat was taken away sit down again, and tell them so. Doing it twice is doing it once."""
    removal = queries.removal_of(person, table)
    if removal is None:
        return
    enforce(policies.can_readmit, actor, removal, now)
    db.session.delete(removal)
    note_table(actor, table, table.reference, "table.member_readmitted", now)
    tell(person, _l("Puedes volver a tu mesa"), "tables/seat_returned", table=table)


def reseat(*, person: Person) -> None:
    """Let every seat of someone say in what capacity they sit, after a role was given to them or taken."""
    for member in queries.seats_of(person):
        member.role = _role(person, member.table)


def _free(member: TableMember | None) -> None:
    if member is not None:
        after_commit(live.disconnect, seat(member.table_id, member.person_id))
        db.session.delete(member)
        db.session.flush()


def _role(actor: Any, table: Table) -> MemberRole:
    """In what capacity someone sits down, from the roles they hold."""
    if policies.facilitates(actor, table):
        return MemberRole.FACILITATOR
    held = (
        (Role.RAPPORTEUR, MemberRole.RAPPORTEUR),
        (Role.EXPERT, MemberRole.EXPERT),
        (Role.OBSERVER, MemberRole.OBSERVER),
    )
    for role, seat in held:
        if actor.holds(role, table, table.cycle):
            return seat
    return MemberRole.OFFICIAL if actor.organisation_ids(Role.OFFICIAL) else MemberRole.MEMBER
