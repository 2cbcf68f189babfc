"""What the public history may name: people by their name of today, and the scopes that everyone may read about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from cocrea.accounts.models import Organisation, Person
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.forums.models import Space


def names(public_ids: Collection[str]) -> Mapping[str, Any]:
    """Public id → what to show of the person now; one statement."""
    people = db.session.scalars(sa.select(Person).where(Person.public_id.in_(public_ids)).options(lazyload("*")))
    return {person.public_id: person.label for person in people}


def scopes(kind: str, key: Any, title: Any) -> sa.Select[Any]:
    """Rows of `scope` and `title` for `audit.directory`: the kind and key of each thing, and what it is called."""
    scope: Any = sa.literal(f"{kind}:") + sa.cast(key, sa.String(20))
    name: Any = sa.cast(title, sa.String(200))
    return sa.select(scope.label("scope"), name.label("title"))


def published_cycles() -> sa.Select[Any]:
    return scopes("cycle", Cycle.id, Cycle.title).where(Cycle.published_at.is_not(None))


def spaces() -> sa.Select[Any]:
    return scopes("space", Space.id, Space.name)


def organisations() -> sa.Select[Any]:
    return scopes("organisation", Organisation.id, Organisation.name)


SCOPES = (published_cycles, spaces, organisations)
