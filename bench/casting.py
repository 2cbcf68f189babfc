"""Casting in a contest with 5,000 people on its roll and 4,000 ballots in its box, against one with 50 and 10.

Two databases of a kind, one for each contest; people who have not voted cast in turns in one and in the other, each in
a transaction of its own. Prints the SQL statements of a ballot and the ratio of the times, on SQLite and, when there is
one, PostgreSQL.
"""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench import pages
from bench.databases import databases
from cocrea.accounts.models import Person, Sector
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle, Stage, StageKind
from cocrea.extensions import db
from cocrea.forums.models import Space, SpaceLevel
from cocrea.voting import operations
from cocrea.voting.models import BallotKey, Contest, ElectorateRule, Option

FEW, MANY, ROUNDS = (50, 10), (5_000, 4_000), 40  # on the roll, and in the box before anything is measured
GOAL_STATEMENTS, GOAL_RATIO = 12, 2.0
CHOICES = {"1": "yes", "2": "no", "3": "abstain"}
NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Poll:
    """A contest, and who has not voted in it yet."""

    app: Flask
    contest: int
    voters: list[int]


def main() -> int:
    pairs = zip(databases(), databases(), strict=True)
    reached = [_measure(name, few, many) for (name, few), (_name, many) in pairs]
    return 0 if all(reached) else 1


def _measure(name: str, few: Any, many: Any) -> bool:
    with ExitStack() as stack:
        polls = [
            _opened(stack.enter_context(pages.application(stack.enter_context(database))), *size)
            for database, size in ((few, FEW), (many, MANY))
        ]
        taken: list[list[float]] = [[], []]
        for turn in range(ROUNDS):
            for place, poll in enumerate(polls):
                taken[place].append(_cast(poll, poll.voters[turn]))
        base, mine = (statistics.median(each) for each in taken)
        statements = _statements(polls[1])
    print(
        f"{name:>10}: {statements} statements (goal <= {GOAL_STATEMENTS}) | p50 {base:.1f} ms with {FEW[0]} on the "
        f"roll, {mine:.1f} ms with {MANY[0]:,}: ratio {mine / base:.2f} (goal <= {GOAL_RATIO:.0f})"
    )
    return statements <= GOAL_STATEMENTS and mine / base <= GOAL_RATIO


def _opened(app: Flask, roll: int, voted: int) -> Poll:
    with app.app_context():
        people = [
            Person(name=f"P{number}", sector=Sector.ACADEMIA, created_at=NOW, verified_at=NOW)
            for number in range(roll)
        ]
        db.session.add_all(people)
        contest = _contest()
        operations.freeze(contest=contest, now=NOW)
        for one in people[:voted]:
            operations.cast(actor=one, contest=contest, choices=CHOICES, now=NOW)
        found = Poll(app, contest.id, [one.id for one in people[voted:]])
        db.session.commit()
        if db.engine.dialect.name == "postgresql":
            db.session.execute(sa.text("ANALYZE"))
            db.session.commit()
        return found


def _contest() -> Contest:
    space = Space(code="MX", slug="mexico", name="México", level=SpaceLevel.COUNTRY)
    cycle = Cycle(space=space, slug="banco", prefix="BAN", title="Ciclo de prueba", created_at=NOW, published_at=NOW)
    window = {"starts_at": NOW - timedelta(days=3), "ends_at": NOW + timedelta(days=30)}
    said = {"position": 1, "kind": StageKind.VOTING, "title": "Votación", "purpose": "Probar", "product": "Medida"}
    cycle.stages.append(Stage(**said, **window))
    db.session.add(cycle)
    db.session.flush()
    contest = Contest(
        reference="BAN-VOT-0001",
        cycle_id=cycle.id,
        question="¿La llevamos al plan?",
        electorate=ElectorateRule.VERIFIED,
        opens_at=NOW,
        closes_at=NOW + timedelta(days=1),
        created_at=NOW,
    )
    db.session.add(contest)
    db.session.flush()
    options = [Option(contest_id=contest.id, position=place, title=f"Opción {place}") for place in (1, 2, 3)]
    db.session.add_all([BallotKey(contest_id=contest.id), *options])
    db.session.flush()
    return contest


def _cast(poll: Poll, voter: int) -> float:
    """Milliseconds from reading who votes to the end of the transaction."""
    with poll.app.app_context():
        start = time.perf_counter()
        with transaction():
            actor, contest = db.session.get_one(Person, voter), db.session.get_one(Contest, poll.contest)
            operations.cast(actor=actor, contest=contest, choices=CHOICES, now=NOW)
        return (time.perf_counter() - start) * 1e3


def _statements(poll: Poll) -> int:
    with poll.app.app_context():
        engine = db.engine
    with pages.counted(engine) as seen:
        _cast(poll, poll.voters[-1])
    return len(seen)


if __name__ == "__main__":
    sys.exit(main())
