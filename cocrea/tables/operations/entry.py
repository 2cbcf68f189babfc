"""How one comes to a table: its seats arranged, asked for, given, refused and offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cocrea.accounts import operations as accounts
from cocrea.accounts.mails import tell
from cocrea.accounts.models import Person, Role, Sector
from cocrea.accounts.policies import Post
from cocrea.audit.reasons import public_reason
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables import policies, queries
from cocrea.tables.models import Entry, SeatRequest, Table
from cocrea.tables.operations.history import note_table
from cocrea.tables.operations.seats import sit

MOST_SEATS = 200
MOST_COMMITMENTS = 20
LONGEST_REQUEST = 500
ANSWERED = _l("Esta solicitud ya no espera: alguien la respondió o se retiró.")


@dataclass(frozen=True)
class Seating:
    """How one comes to a table and whom it hopes for; sectors that are not in `wanted` have no number."""

    entry: Entry = Entry.OPEN
    wanted: Mapping[Sector, int] = field(default_factory=dict)
    is_limited: bool = False
    seeks_parity: bool = False
    commitment_limit: int | None = None

    def columns(self) -> dict[str, Any]:
        """As the table keeps it."""
        wanted = {sector.value: self.wanted[sector] for sector in Sector if sector in self.wanted}
        return {**vars(self), "wanted": wanted}


def arrange_seats(*, actor: Any, table: Table, seating: Seating, reason: str, now: datetime) -> None:
    """Set how one comes to the table and whom it hopes for, with a public reason. Nobody loses a seat by it."""
    enforce(policies.can_arrange, actor, table, now)
    lock(table)
    fresh = _checked(seating).columns()
    changed = [name for name, value in fresh.items() if getattr(table, name) != value]
    if not changed:
        return
    why = public_reason(reason, _l("Di por qué cambia: la razón es pública."))
    old = {name: getattr(table, name) for name in changed}
    for name in changed:
        setattr(table, name, fresh[name])
    new = {name: fresh[name] for name in changed}
    note_table(actor, table, table.reference, "table.arranged", now, old=old, new=new, reason=why)


def ask_for_seat(*, actor: Any, table: Table, reason: str, now: datetime) -> SeatRequest:
    """Ask the facilitation for a seat, saying why; asking again while it waits changes nothing."""
    lock(table, is_referred_to=True)
    place = queries.place(actor, table)
    known = place.request
    if known is not None and known.is_waiting:
        return known
    enforce(policies.can_request, actor, place, now)
    why = text.plain(reason)[:LONGEST_REQUEST]
    if not why:
        raise Invalid(_l("Di en una frase por qué quieres un lugar en esta mesa."), "reason")
    request = known or add(SeatRequest(table_id=table.id, person_id=actor.id, reason=why, asked_at=now))
    request.sector, request.reason, request.asked_at = actor.sector, why, now
    request.declined_at, request.answer, request.may_ask_again = None, "", False
    return request


def withdraw_request(*, actor: Any, table: Table, now: datetime) -> None:
    """Stop waiting; nothing of the request is kept."""
    lock(table, is_referred_to=True)
    place = queries.place(actor, table)
    enforce(policies.can_withdraw_request, actor, place, now)
    db.session.delete(place.request)


def accept_request(*, actor: Any, table: Table, person: Person, now: datetime) -> None:
    """Let in someone who waits, and tell them. Where seats are limited, while one is free of the sector they
    asked for."""
    request = _waiting(table, person)
    enforce(policies.can_accept, actor, request, now)
    if not person.is_active or table.is_full(request.sector, queries.taken(table, request.sector)):
        raise Conflict(policies.FULL if person.is_active else policies.GONE)
    member = sit(person, table, request.sector, now)
    note_table(actor, table, table.reference, "table.seat_granted", now, new={"seat": member.role})
    tell(person, _l("Ya tienes tu asiento en la mesa"), "tables/seat_granted", table=table)


def decline_request(
    *, actor: Any, table: Table, person: Person, reason: str, may_ask_again: bool, now: datetime
) -> None:
    """Answer no, with a reason that the person reads and the history keeps without saying whose request it was."""
    request = _waiting(table, person)
    enforce(policies.can_decline, actor, request, now)
    why = public_reason(reason, _l("Di por qué: la persona lee tu razón."), person.name)
    request.declined_at, request.answer, request.may_ask_again = now, why, may_ask_again
    note_table(actor, table, table.reference, "table.seat_declined", now, reason=why)
    subject = _l("Respuesta a tu solicitud de lugar en una mesa")
    tell(person, subject, "tables/seat_declined", table=table, reason=why, again=may_ask_again)


def invite_to_seat(*, actor: Any, table: Table, email: str, now: datetime) -> None:
    """Offer a seat to whoever reads the mail of an address; nobody learns from it whether it has an account."""
    enforce(policies.can_invite, actor, table, now)
    post = Post(Role.MEMBER, table.scope, (table.cycle.scope, f"space:{table.cycle.space_id}"))
    accounts.invite(actor=actor, email=email, post=post, place=table.name, now=now)


def _waiting(table: Table, person: Person) -> SeatRequest:
    """The request as it is now; the table is locked first, as whoever sits down does."""
    lock(table, is_referred_to=True)
    request = queries.request_of(person.id, table)
    if request is None or not request.is_waiting:
        raise Conflict(ANSWERED)
    return request


def _checked(seating: Seating) -> Seating:
    if any(not 0 <= seats <= MOST_SEATS for seats in seating.wanted.values()):
        raise Invalid(_l("Escribe entre 0 y %(most)s lugares.", most=MOST_SEATS))
    if seating.is_limited and not seating.wanted:
        raise Invalid(_l("Para limitar los lugares, di cuántos hay de al menos un sector."), "is_limited")
    if seating.commitment_limit is not None and not 1 <= seating.commitment_limit <= MOST_COMMITMENTS:
        raise Invalid(_l("Escribe entre 1 y %(most)s compromisos.", most=MOST_COMMITMENTS), "commitment_limit")
    return seating
