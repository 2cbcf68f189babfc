"""Pages by key, never by OFFSET: page 5,000 costs what page 1 costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import request
from sqlalchemy.orm import InstrumentedAttribute

from cocrea.extensions import db

_T = TypeVar("_T")
PAGE_SIZE = 20
HIGHEST = 2**31 - 1  # what an integer key can be on both databases
Place = tuple[int, ...]


@dataclass
class Page(Generic[_T]):
    """Rows of one page and the addresses of its neighbours (None at the ends)."""

    items: Sequence[_T]
    next_url: str | None = None
    prev_url: str | None = None

    def __iter__(self) -> Any:
        return iter(self.items)

    def __bool__(self) -> bool:
        return bool(self.items)


@dataclass(frozen=True)
class Order:
    """How a list is ordered: by integer columns that together are unique, all in one direction.

    With `start` the list is a ring: it begins with the rows whose first key is `start` or more, and goes on with those
    that are less. Of keys that were dealt at random, each `start` makes an order of its own that stays the same.
    """

    keys: tuple[Any, ...]
    descending: bool = True
    start: int | None = None

    def read(
        self,
        statement: sa.Select[Any],
        place: Place | None,
        most: int,
        *,
        backwards: bool = False,
        scalars: bool = False,
    ) -> list[Any]:
        """At most so many rows after a place (before it, nearest first, if `backwards`); the first without one."""
        found: list[Any] = []
        for conditions in self._stretches(place, backwards):
            if len(found) < most:
                part = self._sorted(statement, backwards).where(*conditions).limit(most - len(found))
                result = db.session.execute(part)
                found += result.scalars() if scalars else result
        return found

    def place(self, row: Any) -> Place:
        """Where a row stands; it has columns named like the keys."""
        return tuple(getattr(row, key.key) for key in self.keys)

    def _sorted(self, statement: sa.Select[Any], backwards: bool) -> sa.Select[Any]:
        falls = self.descending is not backwards
        return statement.order_by(None).order_by(*(key.desc() if falls else key.asc() for key in self.keys))

    def _stretches(self, place: Place | None, backwards: bool) -> list[list[Any]]:
        """The conditions of each stretch to read in turn: one of them, two where a ring closes."""
        beyond = [self._beyond(place, backwards)] if place else []
        if self.start is None:
            return [beyond]
        arcs = [self.keys[0] >= self.start, self.keys[0] < self.start]
        first = int(place[0] < self.start) if place else int(backwards)
        rest = arcs[:first] if backwards else arcs[first + 1 :]
        return [[arcs[first], *beyond], *([arc] for arc in rest)]

    def _beyond(self, place: Place, backwards: bool) -> Any:
        here, there = (self.keys[0], place[0]) if len(place) == 1 else (sa.tuple_(*self.keys), sa.tuple_(*place))
        return here < there if self.descending is not backwards else here > there


def newest_first(
    statement: sa.Select[Any], key: InstrumentedAttribute[int], *, size: int = PAGE_SIZE, scalars: bool = True
) -> Page[Any]:
    """One page of a select ordered by a unique integer key, newest first; reads `antes`/`despues` of the URL.

    `scalars=False` keeps rows of several columns; they must then have a column named like the key.
    """
    return in_order(statement, Order((key,)), size=size, scalars=scalars)


def in_order(
    statement: sa.Select[Any],
    order: Order,
    *,
    size: int = PAGE_SIZE,
    scalars: bool = False,
    along: Mapping[str, Any] | None = None,
) -> Page[Any]:
    """One page of a select in an order; reads `antes`/`despues` of the URL. Its neighbours' addresses carry `along`."""
    width = len(order.keys)
    before, after = places("antes", width), places("despues", width)
    backwards = after is not None
    rows = order.read(statement, after if backwards else before, size + 1, backwards=backwards, scalars=scalars)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    page: Page[Any] = Page(rows)
    if rows and (more or backwards):
        page.next_url = _address(along, antes=order.place(rows[-1]))
    if rows and (more if backwards else before is not None):
        page.prev_url = _address(along, despues=order.place(rows[0]))
    return page


def position(name: str) -> int | None:
    """The key that the URL names; what no key can be counts as none."""
    found = places(name, 1)
    return found[0] if found else None


def places(name: str, width: int) -> Place | None:
    """The keys that the URL names, joined by dots; what no keys can be counts as none."""
    parts = request.args.get(name, "").split(".")
    if len(parts) != width or not all(part.isascii() and part.isdecimal() and len(part) <= 10 for part in parts):
        return None
    found = tuple(map(int, parts))
    return found if max(found) <= HIGHEST else None


def _address(along: Mapping[str, Any] | None, **place: Place) -> str:
    kept = {k: v for k, v in request.args.items() if k not in {"antes", "despues"}}
    named = {name: ".".join(map(str, keys)) for name, keys in place.items()}
    return f"{request.path}?{urlencode({**kept, **(along or {}), **named})}"
