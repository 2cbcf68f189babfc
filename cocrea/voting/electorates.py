"""Who is on the roll of a contest by its rule: at the opening, entered late, and why somebody is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Credential, Person, Sector, Suspension
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.forums.models import HolderKind, Seat, SeatHolder
from cocrea.tables.models import Plenary, TableMember
from cocrea.tables.policies import ELECTING
from cocrea.voting.models import Contest, ElectorateRule, RollAddress, RollEntry

Voters = sa.Select[int, str, Sector | None]  # id, public id and sector of each


def at_opening(contest: Contest) -> Voters:
    """Those who meet the rule of the contest when it opens, as things stand."""
    return _AT_OPENING[contest.electorate](contest, contest.opens_at)


def later(contest: Contest, now: datetime) -> Voters:
    """Those who may be entered after the opening: they meet the rule now, and leave a seat of a forum its one voice.

    Of a seat only its titular since before the opening: any other might be the second to vote for it. Who was to be on
    a list of addresses is for the facilitation to say, since the list is gone.
    """
    if contest.electorate is ElectorateRule.FORUM:
        return _of_forum(contest, now, answers=SeatHolder.kind == HolderKind.TITULAR)
    if contest.electorate is ElectorateRule.UPLOADED:
        return _verified(contest, now)
    return _AT_OPENING[contest.electorate](contest, now)


@dataclass(frozen=True)
class Why:
    """Why somebody is not on a roll: as said once it is taken, and before, with what to do."""

    after: Any
    before: Any = ""


NO_ACCOUNT_THEN = Why(_l("Tu cuenta se abrió después de que abriera la votación."))
UNCONFIRMED = Why(
    _l("Tu cuenta no estaba confirmada cuando abrió la votación."),
    _l("Falta confirmar tu correo: abre el enlace que te enviamos antes de que abra la votación."),
)
SUSPENDED = Why(_l("Tu cuenta estaba suspendida cuando abrió la votación."))
NOT_MEMBER = Why(
    _l("No integrabas la mesa cuando abrió la votación."),
    _l("No integras la mesa: únete antes de que abra la votación."),
)
NO_VOTE_AT_TABLE = Why(
    _l("En esta mesa observas o das tu opinión experta, y quien lo hace no vota."),
    _l("En esta mesa observas o das tu opinión experta, y quien lo hace no vota."),
)
NO_SEAT = Why(
    _l("No ocupabas un asiento del foro cuando abrió la votación."),
    _l("No ocupas un asiento del foro: si representas a una organización, pregunta a quien responde por él."),
)
TITULAR_VOTES = Why(
    _l("Por tu asiento vota su titular."),
    _l("Por tu asiento vota su titular. Si deja el lugar antes de la apertura, votas tú."),
)
NOT_LISTED = Why(
    _l("Tu correo no estaba en la lista que la facilitación entregó antes de abrir."),
    _l("Tu correo no está en la lista que entregó la facilitación: si debería estar, escríbele antes de que abra."),
)
UNMET = Why(
    _l("Cuando se formó el padrón no cumplías la regla."),
    _l("Por ahora no cumples la regla."),
)


@dataclass(frozen=True)
class Place:
    """Whether a person is on the roll (before it is taken: would be), and if not, why."""

    is_on: bool
    why: Any = ""
    is_late: bool = False


def place(actor: Any, contest: Contest, entry: RollEntry | None) -> Place | None:
    """Where a signed-in person stands, `entry` being theirs; None for visitors."""
    if not actor.is_authenticated:
        return None
    if contest.frozen_at is not None:
        return Place(True, is_late=entry.is_late) if entry else Place(False, _why_not(actor, contest).after)
    is_to_be = db.session.execute(at_opening(contest).where(Person.id == actor.id)).first() is not None
    if is_to_be:
        return Place(True)
    why = _why_not(actor, contest)
    return Place(False, why.before or why.after)


def _why_not(actor: Any, contest: Contest) -> Why:
    """An account that cannot vote anywhere is the first reason: whoever has not confirmed an address is not told
    whether it is on a list."""
    if actor.created_at > contest.opens_at:
        return NO_ACCOUNT_THEN
    if actor.verified_at is None or actor.verified_at > contest.opens_at:
        return UNCONFIRMED
    if contest.frozen_at is not None and _was_suspended(actor, contest.frozen_at):
        return SUSPENDED
    return _REASONS[contest.electorate](actor, contest)


def _was_suspended(actor: Any, then: datetime) -> bool:
    lifted_later = sa.or_(Suspension.lifted_at.is_(None), Suspension.lifted_at > then)
    own = sa.select(Suspension.id).where(Suspension.person_id == actor.id, Suspension.suspended_at <= then)
    return db.session.scalar(own.where(lifted_later).limit(1)) is not None


def _why_not_of_table(actor: Any, contest: Contest) -> Why:
    member = db.session.get(TableMember, (contest.table_id, actor.id))
    if member is None or member.joined_at > contest.opens_at:
        return NOT_MEMBER
    return UNMET if member.role in ELECTING else NO_VOTE_AT_TABLE


def _why_not_of_forum(actor: Any, contest: Contest) -> Why:
    own = sa.select(SeatHolder.kind, SeatHolder.since).where(
        SeatHolder.forum_id == _forum_of(contest), SeatHolder.person_id == actor.id
    )
    held = db.session.execute(own).first()
    if held is None or held.since > contest.opens_at:
        return NO_SEAT
    return TITULAR_VOTES if held.kind is HolderKind.ALTERNATE else UNMET


_REASONS: Mapping[ElectorateRule, Callable[[Any, Contest], Why]] = {
    ElectorateRule.VERIFIED: lambda _actor, _contest: UNMET,
    ElectorateRule.TABLE: _why_not_of_table,
    ElectorateRule.FORUM: _why_not_of_forum,
    ElectorateRule.UPLOADED: lambda _actor, _contest: NOT_LISTED,
}


def _verified(contest: Contest, moment: datetime, sector: Any = Person.sector) -> Voters:
    people = sa.select(Person.id, Person.public_id, sector).where(
        Person.verified_at <= moment, Person.suspended_at.is_(None), Person.withdrawn_at.is_(None)
    )
    return people.order_by(Person.id)


def _of_table(contest: Contest, moment: datetime) -> Voters:
    joined = sa.select(TableMember.person_id).where(
        TableMember.table_id == contest.table_id,
        TableMember.joined_at <= moment,
        TableMember.role.in_(ELECTING),
    )
    return _verified(contest, moment).where(Person.id.in_(joined))


def _of_forum(contest: Contest, moment: datetime, answers: Any = None) -> Voters:
    """For each seat its titular or, where that place is empty, the alternate; counted in the sector of the seat."""
    if answers is None:
        filled = sa.select(SeatHolder.seat_id).where(SeatHolder.kind == HolderKind.TITULAR)
        answers = sa.or_(SeatHolder.kind == HolderKind.TITULAR, SeatHolder.seat_id.not_in(filled))
    held = _verified(contest, moment, Seat.sector).join(SeatHolder, SeatHolder.person_id == Person.id)
    return held.join(Seat).where(
        SeatHolder.forum_id == _forum_of(contest), SeatHolder.since <= contest.opens_at, answers
    )


def _of_list(contest: Contest, moment: datetime) -> Voters:
    listed = sa.select(RollAddress.email).where(RollAddress.contest_id == contest.id)
    return _verified(contest, moment).join(Credential).where(Credential.email.in_(listed))


def _forum_of(contest: Contest) -> Any:
    return sa.select(Plenary.forum_id).where(Plenary.table_id == contest.table_id).scalar_subquery()


_AT_OPENING: Mapping[ElectorateRule, Callable[[Contest, datetime], Voters]] = {
    ElectorateRule.VERIFIED: _verified,
    ElectorateRule.TABLE: _of_table,
    ElectorateRule.FORUM: _of_forum,
    ElectorateRule.UPLOADED: _of_list,
}
