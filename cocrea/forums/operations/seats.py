"""Seats of a forum: given to organisations, held by people, and how many of them make a quorum."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts import operations as accounts
from cocrea.accounts.mails import tell
from cocrea.accounts.models import Invitation, Organisation, Person
from cocrea.accounts.policies import Post
from cocrea.accounts.queries import email_of
from cocrea.audit.operations import record
from cocrea.audit.reasons import public_reason
from cocrea.core.access import enforce
from cocrea.core.db import add, add_once, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.forums import policies, queries
from cocrea.forums.models import Forum, HolderKind, Offer, Seat, SeatHolder

MOST_SEATS = 200
_HELD = _l("Ese lugar ya lo ocupa alguien: releva primero a esa persona.")
Follower = Callable[..., None]
# Who sits where the forum meets is the matter of higher domains: `follower(actor=, forum=, now=)`, in the same
# transaction.
_followers: list[Follower] = []


def follow_by(follower: Follower) -> None:
    """Let a higher domain follow the seats as they change hands; called by `create_app`."""
    if follower not in _followers:
        _followers.append(follower)


def add_seat(*, actor: Any, forum: Forum, organisation: Organisation, now: datetime) -> Seat:
    """Give an organisation a seat."""
    enforce(policies.can_steer_forum, actor, forum, now)
    seat = add(Seat(forum=forum, organisation=organisation, sector=organisation.sector))
    new = {"organisation": organisation.slug, "sector": organisation.sector}
    record(actor=actor, action="seat.added", subject=forum.slug, scope=forum.space.scope, now=now, new=new)
    return seat


def name_holder(*, actor: Any, seat: Seat, kind: HolderKind, person: Person, now: datetime) -> None:
    """Let someone hold a seat as titular or alternate, and tell them. Naming who holds it already changes nothing."""
    enforce(policies.can_steer_forum, actor, seat.forum, now)
    if not person.is_active or not person.is_verified:
        raise Conflict(_l("Esa persona aún no confirma su correo o ya no participa."))
    if _hold(actor, seat, kind, person, now) and person.id != actor.id:
        tell(person, _l("Ocupas un asiento de un foro"), "forums/seat_held", seat=seat, kind=kind)


def invite_to_hold(*, actor: Any, seat: Seat, kind: HolderKind, email: str, now: datetime) -> None:
    """Offer a seat to whoever reads the mail of an address; nobody learns from it whether it has an account."""
    enforce(policies.can_steer_forum, actor, lock(seat.forum), now)
    if db.session.get(SeatHolder, (seat.id, kind)) is not None:
        raise Conflict(_HELD)
    post = Post(kind.role, seat.scope, (seat.forum.space.scope,))
    accounts.invite(
        actor=actor, email=email, post=post, place=f"{seat.forum.name} · {seat.organisation.name}", now=now
    )


def take_offered(kind: HolderKind) -> Callable[..., Any]:
    """What accepting the offer of a seat means, in either of its places."""

    def take(*, actor: Any, scope: str, now: datetime) -> Seat:
        seat = db.session.get_one(Seat, int(scope.partition(":")[2]))
        lock(seat.forum)
        if not _drop_offers(seat, kind, email=email_of(actor)):
            raise Conflict(_l("Esa invitación ya no está en pie. Pide otra a quien te invitó."))
        _hold(actor, seat, kind, actor, now)
        return seat

    return take


def withdraw_offer(*, actor: Any, offer: Offer, now: datetime) -> None:
    """Take back the offer of a seat; one that was answered or taken back meanwhile changes nothing."""
    seat, kind, address = offer.seat, offer.kind, offer.invitation.email
    forum = lock(seat.forum)
    enforce(policies.can_steer_forum, actor, forum, now)
    if _drop_offers(seat, kind, email=address):
        old, scope = {"organisation": seat.organisation.slug, "kind": kind}, forum.space.scope
        record(actor=actor, action="seat.offer_withdrawn", subject=forum.slug, scope=scope, now=now, old=old)


def relieve_holder(*, actor: Any, seat: Seat, kind: HolderKind, named: str, reason: str, now: datetime) -> None:
    """Take a seat from whoever holds it, with a public reason that does not name them. What they did stays.

    `named` is the public id of the person who is meant: `Conflict` when they do not sit there any more.
    """
    forum = lock(seat.forum)
    enforce(policies.can_steer_forum, actor, forum, now)
    held = _still_held(seat, kind, named)
    person, missing = held.person, _l("Di por qué se releva a quien ocupa el asiento: la razón es pública.")
    why = public_reason(reason, missing, person.name)
    old = {"organisation": seat.organisation.slug, "kind": kind}
    _relieved(held)
    _drop_offers(seat, kind)
    record(
        actor=actor, action="seat.relieved", subject=forum.slug, scope=forum.space.scope, now=now, old=old, reason=why
    )
    _follow(actor, forum, now)
    tell(person, _l("Ya no ocupas un asiento de un foro"), "forums/seat_relieved", seat=seat, reason=why)


def refuse_pseudonym(person: Person) -> Any:
    """Why somebody who holds a seat cannot take a pseudonym; nothing for all others."""
    if not queries.holds_seat(person):
        return None
    return _l("Ocupas un asiento de un foro, y eso obliga a mostrar tu nombre: pide antes que te releven.")


def set_quorum(*, actor: Any, forum: Forum, seats: int | None, of_each: int, reason: str, now: datetime) -> None:
    """Say how many seats let the forum decide (None: more than half) and how many of each sector, with a reason.

    It holds for what is put to decision from then on.
    """
    enforce(policies.can_steer_forum, actor, lock(forum), now)
    most = max(1, sum(queries.seats_by_sector(forum).values()))
    if seats is not None and not 1 <= seats <= most:
        raise Invalid(_l("Escribe de 1 a %(most)s asientos, o nada.", most=most), "seats")
    if not 0 <= of_each <= most:
        raise Invalid(_l("Escribe de 0 a %(most)s asientos.", most=most), "of_each")
    why = public_reason(reason, _l("Di por qué cambia: la razón es pública."))
    old = {"quorum_seats": forum.quorum_seats, "quorum_each": forum.quorum_each}
    new = {"quorum_seats": seats, "quorum_each": of_each}
    if old == new:
        return
    forum.quorum_seats, forum.quorum_each = seats, of_each
    scope = forum.space.scope
    record(
        actor=actor, action="forum.quorum_set", subject=forum.slug, scope=scope, now=now, old=old, new=new, reason=why
    )


def _hold(actor: Any, seat: Seat, kind: HolderKind, person: Person, now: datetime) -> bool:
    """Whether the seat is newly theirs; the constraints of the table decide between two who try at once."""
    forum = lock(seat.forum)
    if lock(person, is_referred_to=True).is_pseudonym:
        raise Conflict(
            _l("Un asiento obliga a mostrar el nombre: quien usa un seudónimo lo cambia antes en su perfil.")
        )
    if not add_once(SeatHolder, seat_id=seat.id, kind=kind, forum_id=forum.id, person_id=person.id, since=now):
        return _refuse_other(seat, kind, person)
    _drop_offers(seat, kind)
    db.session.expire(seat, ["holders"])
    new = {"organisation": seat.organisation.slug, "kind": kind, "person": person.public_id}
    record(actor=actor, action="seat.held", subject=forum.slug, scope=forum.space.scope, now=now, new=new)
    _follow(actor, forum, now)
    return True


def _refuse_other(seat: Seat, kind: HolderKind, person: Person) -> bool:
    """False where it is theirs already."""
    held = db.session.get(SeatHolder, (seat.id, kind))
    if held is None:
        raise Conflict(_l("Esa persona ya ocupa un asiento de este foro."))
    if held.person_id != person.id:
        raise Conflict(_HELD)
    return False


def _drop_offers(seat: Seat, kind: HolderKind, **of: str) -> bool:
    """Whether there were any: to that place of a seat, or among them those `of` an address."""
    offers = sa.delete(Invitation).filter_by(scope=seat.scope, role=kind.role, **of).returning(Invitation.id)
    return bool(db.session.scalars(offers).all())


def _still_held(seat: Seat, kind: HolderKind, named: str) -> SeatHolder:
    """Who holds the place now that the forum is locked, if it is who was meant."""
    held = db.session.get(SeatHolder, (seat.id, kind), populate_existing=True)
    if held is None or held.person.public_id != named:
        raise Conflict(_l("Quien ocupa ese lugar cambió mientras escribías. Mira quién lo ocupa ahora."))
    return held


def _relieved(holder: SeatHolder) -> None:
    seat = holder.seat
    db.session.delete(holder)
    db.session.flush()
    db.session.expire(seat, ["holders"])


def _follow(actor: Any, forum: Forum, now: datetime) -> None:
    for follower in _followers:
        follower(actor=actor, forum=forum, now=now)
