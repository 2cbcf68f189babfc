"""Reading spaces and forums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import joinedload, selectinload

from cocrea.accounts.models import Grant, Person, Role
from cocrea.accounts.offices import Office
from cocrea.accounts.policies import INVITATION_LIFETIME, Post
from cocrea.accounts.queries import invitations_in
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.text import fold
from cocrea.core.todo import Todo
from cocrea.extensions import db
from cocrea.forums.agenda import agenda
from cocrea.forums.models import Forum, HolderKind, Offer, Quorum, Seat, SeatHolder, Space, SpaceLevel, quorum_of


def visible_space(_actor: Any, slug: str) -> Space:
    """Any space: all are public. Raises `NotFound`."""
    space = db.session.scalar(sa.select(Space).where(Space.slug == slug).options(joinedload(Space.parent)))
    if space is None:
        raise NotFound
    return space


def offices() -> Iterator[Office]:
    """Answering for each space."""
    for listed in spaces().values():
        for space in listed:
            yield Office(Post(Role.STEWARD, space.scope), space.name)


def visible_forum(_actor: Any, slug: str) -> Forum:
    """Any forum, with its space: all are public. Raises `NotFound`."""
    forum = db.session.scalar(sa.select(Forum).where(Forum.slug == slug).options(joinedload(Forum.space)))
    if forum is None:
        raise NotFound
    return forum


def spaces() -> dict[SpaceLevel, list[Space]]:
    """All spaces by level, from the country down, in alphabetical order (accents ignored)."""
    found = sorted(db.session.scalars(sa.select(Space)), key=lambda space: fold(space.name))
    return {level: own for level in SpaceLevel if (own := [space for space in found if space.level is level])}


def forums(space: Space) -> list[Forum]:
    """The forums of a space with their seats, the organisations that have them and the people who hold them."""
    statement = sa.select(Forum).where(Forum.space_id == space.id).order_by(Forum.id)
    return list(db.session.scalars(statement.options(_seated())))


def seats_of(forum: Forum) -> list[Seat]:
    """The seats of a forum, with the organisations that have them and the people who hold them."""
    statement = sa.select(Seat).where(Seat.forum_id == forum.id).order_by(Seat.id)
    return list(db.session.scalars(statement.options(_held())))


def _seated() -> Any:
    return selectinload(Forum.seats).options(joinedload(Seat.organisation), _held())


def _held() -> Any:
    return selectinload(Seat.holders).joinedload(SeatHolder.person).lazyload("*")


def visible_place(_actor: Any, slug: str, seat: int, kind: str) -> tuple[Seat, HolderKind]:
    """One of the two places of a seat of a forum; raises `NotFound`."""
    found = db.session.get(Seat, seat, options=[joinedload(Seat.forum).joinedload(Forum.space), _held()])
    of_kind = next((known for known in HolderKind if known.slug == kind), None)
    if found is None or found.forum.slug != slug or of_kind is None:
        raise NotFound
    return found, of_kind


def visible_holder(actor: Any, slug: str, seat: int, kind: str) -> SeatHolder:
    """Who holds a seat in that place; raises `NotFound`."""
    found, of_kind = visible_place(actor, slug, seat, kind)
    holder = found.holder(of_kind)
    if holder is None:
        raise NotFound
    return holder


def holds_seat(person: Person) -> bool:
    """Whether somebody sits in any forum."""
    return db.session.scalar(sa.select(sa.exists().where(SeatHolder.person_id == person.id))) or False


def offers(seats: Iterable[Seat], now: datetime) -> list[Offer]:
    """The invitations to these seats that wait for an answer, for those who may make them: nobody else is to know."""
    places = {(seat.scope, kind.role): (seat, kind) for seat in seats for kind in HolderKind}
    waiting = invitations_in({scope for scope, _role in places}, now)
    return [
        Offer(*places[offered.scope, offered.role], offered, offered.invited_at + INVITATION_LIFETIME)
        for offered in waiting
        if (offered.scope, offered.role) in places
    ]


def known_to(seat: Seat) -> sa.Select[tuple[int]]:
    """Ids of the people whose names may be read here anyway: who sits in the space, holds a function of it, or speaks
    for the organisation."""
    space = seat.forum.space
    scopes = [space.scope, f"organisation:{seat.organisation_id}"]
    named = sa.select(Grant.person_id).where(Grant.scope.in_(scopes))
    own = sa.select(Person.id).where(Person.id.in_(named))
    return sa.select(sa.union(own, agenda.known(space)).subquery().c[0])


def seats_by_sector(forum: Forum) -> Counter[str]:
    return Counter(seat.sector.value for seat in forum.seats)


def quorum(forum: Forum, seats: Iterable[Seat] | None = None) -> Quorum:
    """The rule of a forum, with the seats it has now (or `seats`, where they were read already)."""
    counted = forum.seats if seats is None else seats
    return quorum_of(forum, Counter(seat.sector.value for seat in counted))


def todo(actor: Any, _now: datetime) -> list[Todo]:
    """What an administrator does first on a new platform: open its spaces, and name who answers for one."""
    if not actor.is_administrator:
        return []
    stewards = sa.select(Grant.id).where(Grant.role == Role.STEWARD)
    spaces, named = db.session.execute(sa.select(sa.exists(sa.select(Space.id)), sa.exists(stewards))).one()
    if not spaces:
        return [
            Todo(_l("Abre los espacios"), _l("El país y sus estados, donde habrá ciclos"), url_for("forums.index"))
        ]
    if not named:
        title = _l("Nombra a quien responde por un espacio")
        return [Todo(title, _l("Esa persona empieza sus ciclos"), url_for("accounts.appointments"))]
    return []
