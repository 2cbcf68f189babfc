"""Seats of forums and who holds them, for tests."""

from __future__ import annotations

from cocrea.accounts.models import Person, Sector
from cocrea.core.db import transaction
from cocrea.forums import operations
from cocrea.forums.models import Forum, HolderKind, Seat
from tests.conftest import NOW
from tests.factories.accounts import organisation, save


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
        operations.relieve_holder(actor=steward, holder=holder, reason=reason, now=NOW)
