"""Contests for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.voting import operations
from cocrea.voting.counting import Base
from cocrea.voting.models import Conduct, Contest, Deciding, ElectorateRule, OpenBallot
from cocrea.voting.rules import RuleName
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import person

OPENS, CLOSES = NOW + timedelta(hours=1), NOW + timedelta(days=1)


def electorate(size: int) -> list[Person]:
    return [person() for _ in range(size)]


def contest(cycle: Cycle | None = None, *, options: int = 1, costs: Sequence[int] = (), **kwargs: Any) -> Contest:
    """A contest on admitted proposals that opens in an hour and closes in a day; further figures are `Deciding`'s."""
    cycle = cycle or proposals.working_cycle()
    admitted = [proposals.admitted(cycle) for _ in range(options)]
    facilitator = cycles.facilitator(cycle)
    figures = {field.name: kwargs.pop(field.name) for field in fields(Deciding) if field.name in kwargs}
    conduct = {field.name: kwargs.pop(field.name) for field in fields(Conduct) if field.name in kwargs}
    if figures.get("rule", RuleName.YES_NO) is not RuleName.YES_NO:
        figures = {"threshold_percent": 0, "threshold_base": Base.VALID, **figures}
    put = [operations.NewOption(proposal=one, cost=cost) for one, cost in zip_longest(admitted, costs)]
    columns = {"electorate": ElectorateRule.VERIFIED, "opens_at": OPENS, "closes_at": CLOSES, **kwargs}
    with transaction():
        return operations.create_contest(
            actor=facilitator,
            cycle=cycle,
            question="¿La llevamos al plan?",
            options=put,
            deciding=Deciding(**figures),
            conduct=Conduct(**conduct),
            now=NOW,
            **columns,
        )


def vote(contest: Contest, voter: Person, *choices: str, now: Any = None) -> str:
    """Cast a ballot with one choice per option; returns the receipt."""
    return choose(contest, voter, {str(position): choice for position, choice in enumerate(choices, 1)}, now=now)


def choose(contest: Contest, voter: Person, choices: Any, now: Any = None) -> str:
    """Cast a ballot of any style; returns the receipt."""
    with transaction():
        return operations.cast(actor=voter, contest=contest, choices=choices, now=now or OPENS)


def sealed(contest: Contest, now: Any = CLOSES) -> Contest:
    with transaction():
        return operations.seal(contest=contest, now=now)


def box_size(contest: Contest) -> int:
    """Ballots in the open box."""
    own = sa.select(sa.func.count()).select_from(OpenBallot).where(OpenBallot.contest_id == contest.id)
    return db.session.scalar(own) or 0
