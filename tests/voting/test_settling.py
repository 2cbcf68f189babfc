"""What is due is settled, by the minute's job and by hand: one contest that fails keeps no other back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from cocrea.cli.voting import settle
from cocrea.extensions import db
from cocrea.voting import jobs, operations
from cocrea.voting.models import Contest
from tests.factories import proposals, voting


@pytest.fixture
def contests(committed_app: Flask, monkeypatch) -> list[Contest]:
    """Three whose close has passed; the box of the second cannot be sealed."""
    cycle = proposals.working_cycle()
    voter, three = voting.electorate(1)[0], [voting.contest(cycle) for _ in range(3)]
    for contest in three:
        voting.vote(contest, voter, "yes")
    committed_app.extensions["clock"].moment = voting.CLOSES
    broken, seal = three[1].id, operations.seal

    def fails_once(*, contest, now):
        if contest.id == broken:
            raise RuntimeError("lo que votó Ana")
        return seal(contest=contest, now=now)

    monkeypatch.setattr(jobs.operations, "seal", fails_once)
    return three


def _sealed(contests: list[Contest]) -> list[bool]:
    db.session.expire_all()
    return [contest.sealed_at is not None and contest.scrubbed_at is not None for contest in contests]


def test_the_minutes_job_settles_the_others_and_logs_without_content(contests, caplog):
    jobs.settle_due.call_local()
    assert _sealed(contests) == [True, False, True]
    (record,) = [record for record in caplog.records if record.name == "cocrea.voting"]
    assert (record.getMessage(), record.error) == ("contest not settled", "RuntimeError")
    assert "Ana" not in repr(vars(record))


@contextmanager
def _reading() -> Iterator[None]:
    """Somebody in the middle of reading the box of open contests."""
    with db.engine.connect() as reader:
        reader.execute(sa.text("SELECT count(*) FROM open_ballots")).scalar()
        yield


def test_a_reader_in_the_way_is_waited_for_quietly_and_for_an_hour(contests, committed_app, monkeypatch, caplog):
    caplog.set_level(logging.INFO, "cocrea.voting")
    monkeypatch.undo()  # of what fails
    clock = committed_app.extensions["clock"]
    with _reading():
        for late in (timedelta(0), jobs.PATIENCE):
            clock.moment = voting.CLOSES + late
            jobs.settle_due.call_local()
            assert _sealed(contests) == [False] * 3 and all(contest.sealed_at for contest in contests)
            assert not caplog.records
        jobs.settle.call_local(contests[1].id)
        clock.moment += timedelta(seconds=1)
        jobs.settle_due.call_local()
        assert {(one.getMessage(), one.error) for one in caplog.records} == {("contest not settled", "InTheWay")}
    jobs.settle_due.call_local()
    assert _sealed(contests) == [True] * 3


def test_by_hand_it_names_the_one_that_failed_and_ends_with_one(contests, committed_app):
    references = [contest.reference for contest in contests]
    answer = committed_app.test_cli_runner().invoke(settle)
    assert (answer.exit_code, _sealed(contests)) == (1, [True, False, True])
    assert "Listo: 2 votaciones" in answer.output
    assert [reference in answer.output for reference in references] == [False, True, False]
    assert "Ana" not in answer.output


def test_by_hand_what_failed_is_settled_when_it_can_be(contests, committed_app, monkeypatch):
    run = committed_app.test_cli_runner()
    assert run.invoke(settle).exit_code == 1
    monkeypatch.undo()
    again = run.invoke(settle)
    assert (again.exit_code, "Listo: 1 " in again.output, _sealed(contests)) == (0, True, [True] * 3)
    assert "No había nada pendiente." in run.invoke(settle).output
