"""Seats of forums and who holds them, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cocrea.accounts.models import Person, Sector
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle, StageKind
from cocrea.forums import operations
from cocrea.forums.models import Forum, HolderKind, Seat
from cocrea.tables import operations as tables
from cocrea.tables.models import Convening, Session, Table
from tests.conftest import NOW
from tests.factories import cycles
from tests.factories import tables as sessions
from tests.factories.accounts import organisation, person, save


def seat(of: Forum, sector: Sector = Sector.CIVIL_SOCIETY) -> Seat:
    """A seat of a new organisation of this sector."""
    made: Seat = save(Seat(forum_id=of.id, organisation_id=organisation(sector).id, sector=sector))
    return made


def hold(of: Seat, steward: Person, kind: HolderKind, someone: Person) -> Person:
    with transaction():
        operations.name_holder(actor=steward, seat=of, kind=kind, person=someone, now=NOW)
    return someone


def relieve(of: Seat, steward: Person, kind: HolderKind, reason: str = "Terminó su periodo.") -> None:
    with transaction():
        holder = of.holder(kind)
        assert holder is not None
        named = holder.person.public_id
        operations.relieve_holder(actor=steward, seat=of, kind=kind, named=named, reason=reason, now=NOW)


def convened(cycle: Cycle, forum: Forum, by: Person) -> Table:
    """The table of a forum in a cycle."""
    with transaction():
        return tables.open_plenary(actor=by, convening=Convening(forum, cycle), now=NOW)


@dataclass(frozen=True)
class Chamber:
    """A forum that meets: three seats of civil society, two of academia, two of public bodies, each with its titular;
    the first one has an alternate as well."""

    cycle: Cycle
    forum: Forum
    steward: Person
    facilitator: Person
    table: Table
    seats: Sequence[Seat]
    titulars: Sequence[Person]
    alternate: Person

    def session(self, *, live: bool = True, **columns: Any) -> Session:
        return sessions.session(self.table, self.facilitator, live=live, **columns)


def chamber(*open_kinds: StageKind) -> Chamber:
    cycle = cycles.cycle(*(open_kinds or (StageKind.PREPARATION,)))
    forum, steward, facilitator = cycles.forum(cycle.space), cycles.steward(cycle), cycles.facilitator(cycle)
    sectors = [Sector.CIVIL_SOCIETY] * 3 + [Sector.ACADEMIA] * 2 + [Sector.PUBLIC_BODY] * 2
    seats = [seat(forum, sector) for sector in sectors]
    titulars = [hold(each, steward, HolderKind.TITULAR, person()) for each in seats]
    alternate = hold(seats[0], steward, HolderKind.ALTERNATE, person())
    table = convened(cycle, forum, facilitator)
    return Chamber(cycle, forum, steward, facilitator, table, seats, titulars, alternate)
