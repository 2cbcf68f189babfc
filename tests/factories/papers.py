"""Booths whose officers count, and papers read there, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.voting import operations
from cocrea.voting.models import Batch, Booth, BoothDay, Contest, RollEntry, Shift, ShiftKind
from tests.conftest import NOW
from tests.factories import voting
from tests.factories.accounts import person, save

READING = voting.CLOSES + timedelta(hours=1)
ENDS = voting.CLOSES + timedelta(days=2)


def booth(contest: Contest, *officers: Person, place: str = "Escuela primaria Benito Juárez") -> Booth:
    """A booth of a contest; its officers count for two days after the close."""
    last = db.session.scalar(sa.select(sa.func.max(Booth.number)).where(Booth.contest_id == contest.id)) or 0
    made: Booth = save(Booth(contest_id=contest.id, number=last + 1, place=place, created_at=NOW))
    save(BoothDay(booth_id=made.id, opens_at=contest.opens_at, closes_at=contest.closes_at))
    times = {"starts_at": voting.CLOSES, "ends_at": ENDS}
    for officer in officers:
        save(Shift(booth_id=made.id, person_id=officer.id, kind=ShiftKind.COUNT, **times))
    return made


def staffed(contest: Contest, officers: int = 3, **columns: Any) -> tuple[Booth, list[Person]]:
    """A booth with its officers."""
    people = [person() for _ in range(officers)]
    return booth(contest, *people, **columns), people


def mark(booth: Booth, *voters: Person) -> None:
    """Mark on the roll that these voted on paper at a booth."""
    with transaction():
        operations.freeze(contest=booth.contest, now=voting.OPENS)
        for voter in voters:
            entry = db.session.get_one(RollEntry, (booth.contest_id, voter.id))
            entry.booth_id, entry.channel, entry.took_part = booth.id, Channel.PAPER, True


def act(booth: Booth, officer: Person, in_box: int, now: Any = READING, number: int = 1, **more: Any) -> Any:
    """The act of a booth that used all of its ballots, unless told otherwise."""
    figures = {"received": in_box, "spoiled": 0, "left_over": 0, "in_box": in_box}
    figures |= {name: more.pop(name) for name in tuple(figures) if name in more}
    with transaction():
        return operations.write_act(
            actor=officer, booth=booth, number=number, figures=operations.Figures(**figures), now=now, **more
        )


def batch(booth: Booth, officer: Person, size: int, number: int = 1, now: Any = READING) -> Batch:
    with transaction():
        return operations.register_batch(actor=officer, booth=booth, number=number, size=size, now=now)


def read(batch: Batch, officer: Person, *lines: str, now: Any = READING) -> None:
    """One officer reads a whole batch and hands it in."""
    for step in (
        lambda: operations.take(actor=officer, batch=batch, now=now),
        lambda: operations.save_draft(actor=officer, batch=batch, lines=lines, now=now),
        lambda: operations.hand_in(actor=officer, batch=batch, now=now),
    ):
        with transaction():
            step()


def agreed(booth: Booth, officers: Sequence[Person], *lines: str, number: int = 1) -> Batch:
    """A batch that two officers read alike."""
    made = batch(booth, officers[0], len(lines), number)
    for officer in officers[:2]:
        read(made, officer, *lines)
    return made


def ready(booth: Booth, officers: Sequence[Person], *lines: str) -> Batch:
    """The papers of a booth, agreed and with their act: to be counted."""
    act(booth, officers[0], len(lines), remarks="Conforme.")
    return agreed(booth, officers, *lines)


def tallied(contest: Contest, facilitator: Person, now: Any = READING) -> Contest:
    with transaction():
        return operations.tally(actor=facilitator, contest=contest, now=now)
