"""Jobs: where they run, what happens when they fail, and what is said of it."""

from __future__ import annotations

import json
import logging
import time
from io import StringIO

import pytest
import sqlalchemy as sa
from huey.storage import MemoryStorage, SqliteStorage

from cocrea.accounts.models import Person
from cocrea.core import jobs
from cocrea.core.db import after_commit, transaction
from cocrea.core.logs import JSONFormatter
from cocrea.extensions import db, queue
from tests.conftest import NOW, PATIENCE

calls: list = []


@jobs.job
def remember(value):
    calls.append((value, db.session()))


@jobs.job
def fail(text):
    raise ValueError(f"cannot do {text}")


@pytest.fixture(autouse=True)
def forget():
    calls.clear()


@pytest.fixture
def real_queue(app, monkeypatch):
    """The queue as it is outside tests, in memory."""
    monkeypatch.setattr(queue, "_immediate", False)
    monkeypatch.setattr(queue, "storage", MemoryStorage("test"))
    monkeypatch.setattr(queue, "app", app)
    return queue


@pytest.fixture
def written():
    """What Cocrea's logs would say."""
    output = StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(JSONFormatter())
    logging.getLogger().addHandler(handler)
    yield output
    logging.getLogger().removeHandler(handler)


def test_in_tests_a_job_shares_the_session_of_its_caller(app):
    session = db.session()
    person = Person(name="Participante", created_at=NOW)
    with transaction():
        session.add(person)
        after_commit(remember, 1)
    assert calls == [(1, session)]
    assert person in db.session
    assert person.name == "Participante"


@pytest.mark.failing_effects
def test_in_tests_the_errors_of_a_job_are_logged_as_those_of_an_effect(app, written):
    with transaction():
        after_commit(fail, "the words of Ana Nombre")
    entry = next(json.loads(line) for line in written.getvalue().splitlines() if "effect failed" in line)
    assert (entry["effect"], entry["error"]) == ("fail", "ValueError")
    assert "Ana" not in written.getvalue()


def test_a_rolled_back_transaction_enqueues_nothing(real_queue):
    with pytest.raises(KeyError), transaction():
        after_commit(remember, 1)
        raise KeyError
    assert len(real_queue) == 0


def test_a_queued_job_runs_in_a_session_of_its_own(real_queue):
    before = db.session()
    remember(2)
    assert calls == []
    assert len(real_queue) == 1
    real_queue.execute(real_queue.dequeue())
    assert calls[0][0] == 2
    assert calls[0][1] is not before


def test_a_failed_job_is_tried_again_and_logged_without_words(real_queue, written):
    fail("the words of Ana Nombre")
    real_queue.execute(real_queue.dequeue())
    (again,) = real_queue.scheduled()
    assert (again.retries, again.args) == (2, ("the words of Ana Nombre",))
    assert "Ana" not in written.getvalue()
    entry = next(json.loads(line) for line in written.getvalue().splitlines() if "job failed" in line)
    assert (entry["job"], entry["error"]) == ("fail", "ValueError")
    assert "test_jobs.py" in entry["trail"]


def test_nothing_is_kept_of_a_job_that_is_over(real_queue):
    fail("the words of Ana Nombre")
    real_queue.execute(real_queue.dequeue())
    assert real_queue.result_count() == 0


def test_the_embedded_consumer_works_and_stops(real_queue, monkeypatch, tmp_path):
    monkeypatch.setattr(real_queue, "storage", SqliteStorage("test", filename=str(tmp_path / "queue.sqlite3")))
    consumer = jobs.EmbeddedConsumer()
    consumer.start()
    try:
        remember(3)
        deadline = time.monotonic() + PATIENCE
        while not calls and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        consumer.stop(graceful=True)
    assert [value for value, _session in calls] == [3]
    assert not consumer.scheduler.is_alive()


def test_readyz_tells_a_broken_queue(client, monkeypatch):
    assert client.get("/readyz").get_json() == {"status": "ok", "database": True, "queue": True}
    monkeypatch.setattr(queue.storage, "queue_size", lambda: 1 / 0)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "failing", "database": True, "queue": False}


def test_readyz_tells_a_broken_database(client, monkeypatch):
    def broken(*_args, **_options):
        raise sa.exc.OperationalError("select 1", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "execute", broken)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, False)
