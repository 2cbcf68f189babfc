"""Contests for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle
from cocrea.voting import operations
from cocrea.voting.models import Contest, ElectorateRule
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import person

OPENS, CLOSES = NOW + timedelta(hours=1), NOW + timedelta(days=1)


def electorate(size: int) -> list[Person]:
    return [person() for _ in range(size)]


def contest(cycle: Cycle | None = None, *, options: int = 1, **kwargs: Any) -> Contest:
    """A contest on admitted proposals that opens in an hour and closes in a day."""
    cycle = cycle or proposals.working_cycle()
    admitted = [proposals.admitted(cycle) for _ in range(options)]
    facilitator = cycles.facilitator(cycle)
    columns = {"electorate": ElectorateRule.VERIFIED, "opens_at": OPENS, "closes_at": CLOSES, **kwargs}
    with transaction():
        return operations.create_contest(
            actor=facilitator, cycle=cycle, question="¿La llevamos al plan?", proposals=admitted, now=NOW, **columns
        )


def vote(contest: Contest, voter: Person, *choices: str, now: Any = None) -> str:
    """Cast a ballot with one choice per option; returns the receipt."""
    answers = {str(position): choice for position, choice in enumerate(choices, 1)}
    with transaction():
        return operations.cast(actor=voter, contest=contest, choices=answers, now=now or OPENS)


def sealed(contest: Contest, now: Any = CLOSES) -> Contest:
    with transaction():
        return operations.seal(contest=contest, now=now)
