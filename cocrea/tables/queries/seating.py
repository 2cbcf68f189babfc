"""Reading who sits at a table, who is still wanted and who waits to sit down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from cocrea.accounts.models import Gender, Person, Sector
from cocrea.core.errors import NotFound
from cocrea.cycles.figures import REST, withhold_small
from cocrea.extensions import db
from cocrea.tables.models import COUNTED, SeatRequest, Table, TableMember
from cocrea.tables.policies import facilitates
from cocrea.tables.queries.tables import is_there, visible_table

SHOWN_REQUESTS = 100


@dataclass(frozen=True)
class Balance:
    """Who sits at a table: all by sector; the seats taken of those that are counted; all by declared gender."""

    sectors: dict[Sector | None, int]
    taken: dict[Sector, int]
    genders: dict[Gender, int]

    @property
    def total(self) -> int:
        return sum(self.sectors.values())

    @property
    def genders_shown(self) -> list[tuple[Any, int]]:
        """The declared genders that may be told, with what they are called; small groups are not told apart."""
        shown = withhold_small({gender.value: people for gender, people in self.genders.items()})
        return [(Gender(name).label, people) for name, people in shown.items() if name != REST]

    def missing(self, table: Table) -> list[tuple[Sector, int]]:
        """The seats that the table still hopes to fill, by sector."""
        lacking = ((sector, table.wanted.get(sector, 0) - self.taken.get(sector, 0)) for sector in Sector)
        return [(sector, seats) for sector, seats in lacking if seats > 0]


def balance(table: Table) -> Balance:
    """Who sits at a table, in one statement."""
    keys = (TableMember.sector, TableMember.role, is_there(), Person.gender)
    statement = sa.select(*keys, sa.func.count()).join(TableMember.person).where(TableMember.table_id == table.id)
    return _added_up(db.session.execute(statement.group_by(*keys)))


def _added_up(rows: Iterable[Any]) -> Balance:
    sectors: Counter[Sector | None] = Counter()
    taken: Counter[Sector] = Counter()
    genders: Counter[Gender] = Counter()
    for sector, role, present, gender, people in rows:
        sectors[sector] += people
        if sector is not None and role in COUNTED and present:
            taken[sector] += people
        if gender is not None:
            genders[gender] += people
    return Balance(dict(sectors), dict(taken), dict(genders))


def taken(table: Table, sector: Sector | None) -> int:
    """How many of the seats that are counted people of a sector have taken; nobody suspended or gone holds one."""
    seats = sa.select(sa.func.count()).select_from(TableMember).join(TableMember.person).where(is_there())
    seats = seats.where(TableMember.table_id == table.id, TableMember.role.in_(COUNTED))
    return db.session.scalar(seats.where(TableMember.sector == sector)) or 0


def requests_of(table: Table) -> list[SeatRequest]:
    """Who waits for a seat, in the order in which they asked."""
    statement = sa.select(SeatRequest).where(SeatRequest.table_id == table.id, SeatRequest.declined_at.is_(None))
    named = statement.options(joinedload(SeatRequest.person).options(lazyload(Person.all_grants)))
    return list(db.session.scalars(named.order_by(SeatRequest.asked_at, SeatRequest.person_id).limit(SHOWN_REQUESTS)))


def request_of(person_id: int, table: Table) -> SeatRequest | None:
    """Someone's request for a seat, locked and read afresh: it is about to change."""
    return db.session.get(SeatRequest, (table.id, person_id), with_for_update=True, populate_existing=True)


def visible_request(actor: Any, reference: str, person: str) -> SeatRequest:
    """The request of the person with this public id. Only for the facilitation: nobody else is to know who asked."""
    table = visible_table(actor, reference)
    if not facilitates(actor, table):
        raise NotFound
    statement = sa.select(SeatRequest).join(SeatRequest.person).where(SeatRequest.table_id == table.id)
    found = db.session.scalar(
        statement.where(Person.public_id == person).options(contains_eager(SeatRequest.person).lazyload("*"))
    )
    if found is None:
        raise NotFound
    return found
