"""Seats at a table: taken, left, taken away and given back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.mails import tell
from cocrea.accounts.models import Invitation, Person, Role, Sector
from cocrea.accounts.queries import email_of
from cocrea.audit.reasons import public_reason
from cocrea.core import live
from cocrea.core.access import enforce
from cocrea.core.db import add_once, after_commit, lock
from cocrea.core.errors import Conflict
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.policies import is_facilitator
from cocrea.extensions import db
from cocrea.tables import policies, queries
from cocrea.tables.models import MemberRole, Removal, SeatRequest, Table, TableMember
from cocrea.tables.operations.floor import leave_line
from cocrea.tables.operations.history import note_table


def seat(table_id: int, person_id: int) -> str:
    """The room of one person's connections at one table, by which they are cut off when they lose their seat."""
    return f"seat:{table_id}:{person_id}"


def join(*, actor: Any, table: Table, now: datetime) -> TableMember:
    """Sit at the table, once however often it is asked. The sector is frozen."""
    lock(table, is_referred_to=True)  # one after another: seats are counted, and requests answered
    place = queries.place(actor, table)
    if place.member is not None:
        _settle(actor, table)
        return place.member
    enforce(policies.can_join, actor, place, now)
    return sit(actor, table, actor.sector, now)


def take_offered(*, actor: Any, scope: str, now: datetime) -> TableMember:
    """Accept the offer of a seat at the table that has this scope."""
    return join(actor=actor, table=db.session.get_one(Table, int(scope.partition(":")[2])), now=now)


def sit(person: Person, table: Table, sector: Sector | None, now: datetime) -> TableMember:
    """Seat someone who was let in, for this sector; what they asked for or were offered is done with."""
    role = role_at(person, table, sector)
    add_once(TableMember, table_id=table.id, person_id=person.id, role=role, sector=sector, joined_at=now)
    _settle(person, table)
    return db.session.get_one(TableMember, (table.id, person.id))


def _settle(person: Person, table: Table) -> None:
    """What someone with a seat had asked for or was offered is done with."""
    db.session.execute(sa.delete(SeatRequest).filter_by(table_id=table.id, person_id=person.id))
    offers = sa.delete(Invitation).filter_by(scope=table.scope, role=Role.MEMBER)
    db.session.execute(offers.where(Invitation.email == email_of(person)))


def leave(*, actor: Any, table: Table, now: datetime) -> None:
    """Leave the table; what one said stays. One's sockets at it are cut off and may come back to read."""
    place = queries.place(actor, table)
    enforce(policies.can_leave, actor, place, now)
    free(actor, place.member, now)


def remove(*, actor: Any, table: Table, person: Person, reason: str, now: datetime) -> None:
    """Take someone's seat away, with a reason that is public and an e-mail that tells it to them.

    What they said stays. Their connections are cut off, and they cannot sit down again until readmitted. The history
    says that a seat was taken, by whom and why; never whose it was.
    """
    member = queries.seat_of(person, table)
    if member is None:
        raise Conflict(_l("Esa persona ya no tiene su asiento."))
    enforce(policies.can_remove, actor, member, now)
    why = public_reason(reason, _l("Di por qué se retira el asiento: la razón es pública."), person.name)
    add_once(Removal, table_id=table.id, person_id=person.id, reason=why, removed_at=now)
    old = {"seat": member.role}
    note_table(actor, table, table.reference, "table.member_removed", now, old=old, reason=why)
    free(actor, member, now)
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
        member.role = role_at(person, member.table, member.sector)


def free(actor: Any, member: TableMember | None, now: datetime) -> None:
    """End someone's place at a table: in its sessions they wait and speak no more, and their connections are cut."""
    if member is not None:
        leave_line(actor, member, now)
        after_commit(live.disconnect, seat(member.table_id, member.person_id))
        db.session.delete(member)
        db.session.flush()


def role_at(actor: Any, table: Table, sector: Sector | None) -> MemberRole:
    """In what capacity someone sits down, from the roles they hold; at a plenary, from the seat of this sector."""
    if policies.facilitates(actor, table):
        leads = actor.holds(Role.FACILITATOR, table) or is_facilitator(actor, table.cycle)
        return MemberRole.FACILITATOR if leads else MemberRole.COFACILITATOR
    if table.is_plenary:
        return MemberRole.OFFICIAL if sector is Sector.PUBLIC_BODY else MemberRole.MEMBER
    held = (
        (Role.RAPPORTEUR, MemberRole.RAPPORTEUR),
        (Role.EXPERT, MemberRole.EXPERT),
        (Role.OBSERVER, MemberRole.OBSERVER),
    )
    for role, seat in held:
        if actor.holds(role, table, table.cycle):
            return seat
    return MemberRole.OFFICIAL if actor.organisation_ids(Role.OFFICIAL) else MemberRole.MEMBER
