"""Contests for tests."""

from __future__ import annotations

import secrets
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
from cocrea.voting.models import Booth, Conduct, Contest, Deciding, ElectorateRule, OpenBallot, ShiftKind
from cocrea.voting.rules import RuleName
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import person

OPENS, CLOSES = NOW + timedelta(hours=1), NOW + timedelta(days=1)
BOOTH_OPENS, BOOTH_CLOSES = OPENS + timedelta(hours=2), CLOSES - timedelta(hours=2)


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


def booth(contest: Contest, *days: tuple[Any, Any], **kwargs: Any) -> Booth:
    """A booth from two hours after the opening to two hours before the close, unless days are given."""
    facilitator = cycles.facilitator(contest.cycle)
    columns = {"place": "Biblioteca", "address": "Calle 1, Centro", "form_key": secrets.token_hex(8), **kwargs}
    with transaction():
        return operations.create_booth(
            actor=facilitator, contest=contest, days=days or [(BOOTH_OPENS, BOOTH_CLOSES)], now=NOW, **columns
        )


def officer(booth: Booth, kind: ShiftKind = ShiftKind.ATTEND, someone: Person | None = None) -> Person:
    """Somebody with a shift: all of the booth's first day or, to count, the three days after its last."""
    someone = someone or person()
    first, last = booth.days[0], booth.days[-1]
    window = (
        (first.opens_at, first.closes_at)
        if kind is ShiftKind.ATTEND
        else (last.closes_at, last.closes_at + timedelta(days=3))
    )
    facilitator = cycles.facilitator(booth.contest.cycle)
    given = {"kind": kind, "starts_at": window[0], "ends_at": window[1]}
    with transaction():
        operations.assign(actor=facilitator, booth=booth, person=someone, now=NOW, **given)
    return someone


def ask(booth: Booth, someone: Person, now: Any = None) -> None:
    """Have somebody ask to vote at a booth."""
    with transaction():
        operations.ask_for_paper(actor=someone, booth=booth, now=now or OPENS)


def mark(booth: Booth, someone: Person, by: Person, now: Any = None) -> None:
    """Have an officer note that somebody votes at a booth."""
    with transaction():
        operations.mark(actor=by, booth=booth, person=someone, now=now or BOOTH_OPENS)
