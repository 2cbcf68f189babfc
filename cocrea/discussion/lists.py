"""What lists of contributions share: their orders, searching them by words or reference, and counting up to a bound."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from cocrea.core import search
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import Order
from cocrea.cycles.models import Cycle
from cocrea.discussion import index
from cocrea.discussion.models import Contribution, ContributionKind
from cocrea.extensions import db

COUNTED_UP_TO = 1000
REFERENCE = re.compile(r"[A-Za-z0-9]{2,8}-[A-Za-z]{3}-[0-9]{4,}")  # words that name one contribution
MOST_WORDS = 8  # of a search: more narrow nothing that people would notice
_shared = Contribution.__table__.c
KEYS = (_shared.support_count, _shared.comment_count, _shared.lot)  # what a row needs so that any order can go on


class Sort(StrEnum):
    """In which order a list is read."""

    NEWEST = "nuevas"
    SUPPORTED = "apoyadas"
    DISCUSSED = "comentadas"
    RANDOM = "azar"

    @property
    def label(self) -> Any:
        return {
            Sort.NEWEST: _l("Más recientes"),
            Sort.SUPPORTED: _l("Con más apoyos"),
            Sort.DISCUSSED: _l("Más comentadas"),
            Sort.RANDOM: _l("Al azar, para que todas se lean"),
        }[self]


def order(sort: Sort, start: int, newest: Any = _shared.id) -> Order:
    """How to read a list. `start` tells apart the random orders; `newest`: the id column that the newest go by."""
    match sort:
        case Sort.NEWEST:
            return Order((newest,))
        case Sort.RANDOM:
            return Order((_shared.lot, _shared.id), descending=False, start=start)
        case Sort.SUPPORTED:
            return Order((_shared.support_count, _shared.id))
        case Sort.DISCUSSED:
            return Order((_shared.comment_count, _shared.id))


def saying(cycle: Cycle, kind: ContributionKind, words: str, key: Any = _shared.id) -> Any:
    """The condition that a contribution of a cycle has all these words, looked for by their stems, or is the one whose
    reference they are; none fulfils it where the words say nothing."""
    if REFERENCE.fullmatch(words.strip()):
        return _shared.reference == words.strip().upper()
    stems = search.stems(words)[:MOST_WORDS]
    if not stems:
        return sa.false()
    return key.in_(index.containing([search.scope(cycle.id, kind), *stems]))


def bounded_count(some: sa.Select[Any]) -> int:
    """How many rows a select has, counted up to `COUNTED_UP_TO` + 1."""
    rows = some.order_by(None).limit(COUNTED_UP_TO + 1).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0
