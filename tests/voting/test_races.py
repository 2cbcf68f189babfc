"""Many people at once, on real connections to both databases (invariants 3 and 6)."""

from __future__ import annotations

from collections.abc import Callable
from threading import Semaphore
from typing import Any

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied
from cocrea.extensions import db
from cocrea.voting import counting, operations, queries
from cocrea.voting.models import Booth, Contest, OpenBallot, RollEntry, SealedBallot
from tests.factories import cycles, voting
from tests.real import at_once

pytestmark = pytest.mark.slow
CHOICES = ("yes", "no", "abstain")


def _casting(contest_id: int, person_id: int, choice: str) -> Callable[[], str]:
    """What one request does: load the person and the contest, then cast."""

    def cast() -> str:
        contest, voter = db.session.get_one(Contest, contest_id), db.session.get_one(Person, person_id)
        return voting.vote(contest, voter, choice)

    return cast


def _receipts(table: Any, contest: Contest) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(table.receipt).where(table.contest_id == contest.id)))


def test_a_hundred_requests_of_one_person_leave_one_ballot(committed_app):
    voter, contest = voting.electorate(1)[0], voting.contest()
    calls = [_casting(contest.id, voter.id, CHOICES[n % 3]) for n in range(100)]
    receipts = at_once(committed_app, calls)
    assert all(isinstance(receipt, str) for receipt in receipts), set(map(repr, receipts))
    assert len(set(receipts)) == 100
    (kept,) = _receipts(OpenBallot, contest)
    assert kept in receipts
    assert queries.turnout(contest)["took_part"] == 1


def test_sixty_people_at_once_lose_nothing(committed_app):
    """The roll is not frozen yet: the first of them freezes it, once."""
    voters, contest = voting.electorate(60), voting.contest()
    receipts = at_once(committed_app, [_casting(contest.id, voter.id, "yes") for voter in voters])
    assert sorted(map(str, receipts)) == sorted(_receipts(OpenBallot, contest))
    assert queries.turnout(contest)["took_part"] == 60
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RollEntry)) == contest.roll_size


def test_every_receipt_given_while_the_box_is_sealed_is_in_it(committed_app):
    voters, contest = voting.electorate(50), voting.contest()
    contest_id, enough = contest.id, Semaphore(0)

    def counted(cast: Callable[[], str]) -> Callable[[], str]:
        def run() -> str:
            receipt = cast()
            enough.release()
            return receipt

        return run

    def seal() -> None:
        for _ in range(10):
            enough.acquire()
        with transaction():
            operations.seal(contest=db.session.get_one(Contest, contest_id), now=voting.CLOSES)

    casts = [counted(_casting(contest_id, voter.id, CHOICES[voter.id % 3])) for voter in voters]
    answers = at_once(committed_app, [*casts, seal])
    given = [answer for answer in answers if isinstance(answer, str)]
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(error, Conflict | Denied) for error in refused), refused
    assert sorted(given) == sorted(_receipts(SealedBallot, contest))
    assert contest.result["ballots"] == len(given) == 50 - len(refused)
    assert counting.faults(queries.published(contest)) == []


def _registering(contest_id: int, person_id: int, actor_id: int) -> Callable[[], str]:
    def register() -> str:
        contest, late, actor = (
            db.session.get_one(model, key)
            for model, key in ((Contest, contest_id), (Person, person_id), (Person, actor_id))
        )
        with transaction():
            operations.register_late(actor=actor, contest=contest, person=late, reason="Faltó", now=voting.OPENS)
        return "registered"

    return register


def test_two_facilitators_who_enter_the_same_person_enter_one(committed_app):
    contest = voting.contest()
    with transaction():
        operations.freeze(contest=contest, now=voting.OPENS)
    size, late = contest.roll_size, voting.electorate(1)[0]
    by = [cycles.facilitator(contest.cycle) for _ in range(6)]
    answers = at_once(committed_app, [_registering(contest.id, late.id, each.id) for each in by])
    assert answers.count("registered") == 1
    assert all(isinstance(answer, Conflict) for answer in answers if answer != "registered"), answers
    db.session.rollback()
    assert contest.roll_size == size + 1 == len(queries.roll_members(contest))


def test_many_who_are_entered_at_once_are_all_in_the_last_fingerprint(committed_app):
    contest = voting.contest()
    with transaction():
        operations.freeze(contest=contest, now=voting.OPENS)
    by, people = cycles.facilitator(contest.cycle), voting.electorate(8)
    answers = at_once(committed_app, [_registering(contest.id, late.id, by.id) for late in people])
    assert answers == ["registered"] * 8
    db.session.rollback()
    members = queries.roll_members(contest)
    assert {late.public_id for late in people} <= set(members)
    assert contest.roll_fingerprint == counting.roll_fingerprint(contest.roll_salt, members)


def test_whoever_is_entered_while_the_box_is_sealed_is_counted_or_refused(committed_app):
    contest = voting.contest()
    voting.vote(contest, voting.electorate(1)[0], "yes")
    contest_id, size = contest.id, contest.roll_size
    by, people = cycles.facilitator(contest.cycle), voting.electorate(5)

    def seal() -> None:
        with transaction():
            operations.seal(contest=db.session.get_one(Contest, contest_id), now=voting.CLOSES)

    answers = at_once(committed_app, [*(_registering(contest_id, late.id, by.id) for late in people), seal])
    assert all(isinstance(answer, Conflict | Denied) for answer in answers if answer not in ("registered", None))
    db.session.rollback()
    assert contest.roll_size == size + answers.count("registered") == len(queries.roll_members(contest))
    assert counting.faults(queries.published(contest)) == []


def _marking(booth_id: int, person_id: int, officer_id: int) -> Callable[[], str]:
    def mark() -> str:
        booth = db.session.get_one(Booth, booth_id)
        voter, officer = db.session.get_one(Person, person_id), db.session.get_one(Person, officer_id)
        voting.mark(booth, voter, officer)
        return "marked"

    return mark


def _asking(booth_id: int, person_id: int) -> Callable[[], str]:
    def ask() -> str:
        voting.ask(db.session.get_one(Booth, booth_id), db.session.get_one(Person, person_id))
        return "asked"

    return ask


def test_a_hundred_marks_and_ballots_of_one_person_leave_one_vote(committed_app):
    """At two booths, online, and asking for paper, all at once."""
    voter, contest = voting.electorate(1)[0], voting.contest()
    with transaction():
        operations.freeze(contest=contest, now=voting.OPENS)
    booths = [voting.booth(contest) for _ in range(2)]
    officers = [voting.officer(booth) for booth in booths]
    calls: list[Callable[[], str]] = []
    for _ in range(25):
        calls += [_marking(one.id, voter.id, by.id) for one, by in zip(booths, officers, strict=True)]
        calls += [_casting(contest.id, voter.id, "yes"), _asking(booths[0].id, voter.id)]
    answers = at_once(committed_app, calls)
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(error, Conflict) for error in refused), set(map(repr, refused))
    ballots, marks = len(_receipts(OpenBallot, contest)), answers.count("marked")
    assert marks + ballots == 1
    assert queries.turnout(contest)["took_part"] == 1
    entry = db.session.get_one(RollEntry, (contest.id, voter.id))
    assert (entry.booth_id is not None) is bool(marks)


def test_marks_and_ballots_of_many_lose_nobody_while_a_booth_is_annulled(committed_app):
    voters, contest = voting.electorate(40), voting.contest()
    with transaction():
        operations.freeze(contest=contest, now=voting.OPENS)
    booth, steward = voting.booth(contest), cycles.facilitator(contest.cycle)
    officer = voting.officer(booth)
    booth_id, steward_id = booth.id, steward.id

    def annul() -> None:
        found, actor = db.session.get_one(Booth, booth_id), db.session.get_one(Person, steward_id)
        with transaction():
            operations.annul_booth(actor=actor, booth=found, reason="Llovió", now=voting.BOOTH_OPENS)

    marks = [_marking(booth_id, one.id, officer.id) for one in voters[:20]]
    casts = [_casting(contest.id, one.id, "no") for one in voters[20:]]
    answers = at_once(committed_app, [*marks, annul, *casts])
    assert all(answer in ("marked", None) or isinstance(answer, str | Denied) for answer in answers), answers
    assert len(_receipts(OpenBallot, contest)) == 20
    assert queries.on_paper(contest) == {}
    assert queries.turnout(contest)["took_part"] == 20
