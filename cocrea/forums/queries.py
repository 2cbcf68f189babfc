"""Reading spaces and forums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import joinedload, selectinload

from cocrea.accounts.models import Grant, Role
from cocrea.accounts.offices import Office
from cocrea.accounts.policies import Post
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.text import fold
from cocrea.core.todo import Todo
from cocrea.extensions import db
from cocrea.forums.models import Forum, Seat, Space, SpaceLevel


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
    """The forums of a space with their seats and the organisations that hold them."""
    statement = sa.select(Forum).where(Forum.space_id == space.id).order_by(Forum.id)
    return list(db.session.scalars(statement.options(selectinload(Forum.seats).joinedload(Seat.organisation))))


def seats_by_sector(forum: Forum) -> Counter[str]:
    return Counter(seat.sector.value for seat in forum.seats)


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
