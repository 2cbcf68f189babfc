"""Several at once over the same papers, on real connections; and any order of what officers may do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocrea.accounts.models import Person
from cocrea.audit.canonical import canonical_json
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict
from cocrea.extensions import db
from cocrea.voting import counting, operations, queries, scrutiny
from cocrea.voting.models import Batch, Contest, Paper, PaperCorrection, Reading, SealedBallot
from tests.factories import cycles, papers, voting
from tests.real import at_once

READING = papers.READING


def _closed(officers: int, size: int) -> tuple[Any, ...]:
    contest = voting.contest()
    booth, people = papers.staffed(contest, officers)
    voter = voting.electorate(1)[0]
    voting.vote(contest, voter, "yes")
    voting.sealed(contest)
    return contest, booth, people, papers.batch(booth, people[0], size)


def _as(batch_id: int, person_id: int, what: Callable[[Person, Batch], Any]) -> Callable[[], Any]:
    def call() -> Any:
        person, batch = db.session.get_one(Person, person_id), db.session.get_one(Batch, batch_id)
        with transaction():
            what(person, batch)
        return "done"

    return call


def _take(person: Person, batch: Batch) -> None:
    operations.take(actor=person, batch=batch, now=READING)


@pytest.mark.slow
def test_many_who_take_a_batch_at_once_are_two(committed_app):
    _contest, _booth, people, batch = _closed(8, 2)
    answers = at_once(committed_app, [_as(batch.id, who.id, _take) for who in people for _ in range(2)])
    assert all(isinstance(answer, Conflict) for answer in answers if answer != "done"), answers
    db.session.rollback()
    taken = db.session.execute(sa.select(Reading.position, Reading.person_id)).all()
    assert sorted(position for position, _who in taken) == [1, 2] and len({who for _p, who in taken}) == 2


@pytest.mark.slow
def test_both_who_hand_in_at_once_are_compared_once(committed_app):
    _contest, _booth, (first, second, *_), batch = _closed(3, 3)
    for who in (first, second):
        with transaction():
            operations.take(actor=who, batch=batch, now=READING)
        with transaction():
            operations.save_draft(actor=who, batch=batch, lines=["s", "n", "b"], now=READING)

    def hand_in(person: Person, batch: Batch) -> None:
        operations.hand_in(actor=person, batch=batch, now=READING)

    answers = at_once(committed_app, [_as(batch.id, who.id, hand_in) for who in (first, second, first, second)])
    assert answers.count("done") == 2
    assert all(isinstance(answer, Conflict) for answer in answers if answer != "done"), answers
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Paper)) == 3


@pytest.mark.slow
def test_several_who_count_at_once_leave_one_count(committed_app):
    contest, booth, people, batch = _closed(3, 2)
    papers.act(booth, people[0], 2, remarks="Sin marcas.")
    for who in people[:2]:
        papers.read(batch, who, "n", "x")
    by, contest_id = [cycles.facilitator(contest.cycle).id for _ in range(4)], contest.id

    def counting_as(person_id: int) -> Callable[[], Any]:
        def call() -> Any:
            return papers.tallied(db.session.get_one(Contest, contest_id), db.session.get_one(Person, person_id)).id

        return call

    def recount(person: Person, batch: Batch) -> None:
        operations.recount(actor=person, batch=batch, lines={1: "s"}, reason="Pegada", now=READING)

    calls = [*(counting_as(each) for each in by), _as(batch.id, people[2].id, recount)]
    answers = at_once(committed_app, calls)
    assert all(isinstance(answer, CocreaError) for answer in answers if answer not in (contest_id, "done")), answers
    db.session.rollback()
    there = db.session.scalar(sa.select(sa.func.count()).select_from(SealedBallot))
    if contest.counted_at is None:  # the recount came first
        assert (answers[-1] == "done" and there == contest.result is None) or there == 1
    else:
        assert contest.result["ballots"] == there == 3 and isinstance(answers[-1], CocreaError)
        assert counting.faults(queries.published(contest)) == []


LINES = st.sampled_from(["s", "n", "a", "b", "x"])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "draft", "hand in", "decide", "recount", "confirm", "dismiss"]),
        st.integers(0, 3),
        st.lists(LINES, min_size=3, max_size=3),
    ),
    max_size=40,
)


@pytest.fixture
def one_batch(app) -> tuple[Any, ...]:
    contest, booth, people, batch = _closed(4, 3)
    papers.act(booth, people[0], 3, remarks="Sin marcas.")
    return contest, booth, people, batch, cycles.facilitator(contest.cycle)


def _step(step: tuple[str, int, list[str]], people: list[Person], batch: Batch) -> None:
    what, who, lines = step
    of = {"actor": people[who], "batch": batch, "now": READING}
    if what == "take":
        operations.take(**of)
    elif what == "draft":
        operations.save_draft(**of, lines=lines)
    elif what == "hand in":
        operations.hand_in(**of)
    elif what == "decide":
        operations.decide(**of, lines={folio: lines[folio - 1] for folio in operations.differing(batch)})
    elif what == "recount":
        operations.recount(**of, lines={1 + len(lines[0]) % 3: lines[0], 2: lines[1]}, reason="Recuento")
    else:
        waiting = db.session.scalars(sa.select(PaperCorrection).where(scrutiny.is_waiting())).first()
        if waiting is not None:
            settle = operations.confirm if what == "confirm" else operations.dismiss
            settle(**of, correction=waiting)


class Undone(Exception):
    """Takes a count back."""


def _said(ballots: Iterable[Any]) -> Counter[str]:
    return Counter(canonical_json(one) for one in ballots)


def _counts_its_papers_and_the_box(contest: Contest, facilitator: Person) -> None:
    """Counted, it has the papers as they stand and the online box, each once; where something is missing, nothing."""
    said = sa.select(Paper.choices), sa.select(SealedBallot.choices)
    box = [choices for each in said for choices in db.session.scalars(each)]
    whole = [{"receipt": str(place), "choices": choices} for place, choices in enumerate(box)]
    is_missing = bool(scrutiny.missing(contest))
    listed = sa.select(Contest.id).where(Contest.id == contest.id, scrutiny.nothing_is_missing())
    assert (db.session.scalar(listed) is None) is is_missing
    with pytest.raises(Conflict if is_missing else Undone), transaction():
        operations.tally(actor=facilitator, contest=contest, now=READING)
        assert _said(one["choices"] for one in queries.ballots(contest)) == _said(box)
        assert contest.result == counting.count(
            contest.terms, whole, roll_size=contest.roll_size, seed=contest.seed, sectors_reached=None
        )
        assert counting.faults(queries.published(contest)) == []
        raise Undone
    assert contest.counted_at is None


@given(handed_in=st.booleans(), steps=STEPS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_leaves_one_value_per_paper_and_counts_it(one_batch, handed_in, steps):
    """Whoever does what when: a paper has one value, that of its readings, its decision or its last correction."""
    contest, booth, people, batch, facilitator = one_batch
    with transaction():
        db.session.execute(sa.delete(PaperCorrection))
        db.session.execute(sa.delete(Paper))
        db.session.execute(sa.delete(Reading))
    begin = [(what, who, ["s", "n", "b"]) for who in (0, 1) for what in ("take", "draft")]
    begin += [("hand in", who, ["s", "n", "b"]) for who in (0, 1) if handed_in]
    for step in [*begin, *steps]:
        with suppress(CocreaError), transaction():
            _step(step, people, batch)
    found = list(db.session.scalars(sa.select(Paper).order_by(Paper.folio)))
    assert len({paper.folio for paper in found}) == len(found) <= batch.size
    handed = [one for one in db.session.scalars(sa.select(Reading)) if one.handed_in_at is not None]
    for paper in found:
        read = [counting.read_line(contest.terms, one.lines[paper.folio - 1]) for one in handed if one.position <= 2]
        third = next((one for one in handed if one.position == 3), None)
        agreed = read[0] if read[0] == read[1] else counting.read_line(contest.terms, third.lines[paper.folio - 1])
        own = sa.select(PaperCorrection).where(PaperCorrection.folio == paper.folio)
        changes = db.session.scalars(
            own.where(PaperCorrection.confirmed_at.is_not(None)).order_by(PaperCorrection.id)
        )
        assert paper.choices == next((change.new for change in reversed(list(changes))), agreed)
    progress = scrutiny.of_booth(booth, scrutiny.batches(booth))
    assert progress.batches[0].is_agreed == (len(found) == batch.size)
    _counts_its_papers_and_the_box(contest, facilitator)
