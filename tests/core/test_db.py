"""Transactions commit once, roll back whole, and run their outbox only after the commit."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import g

from cocrea.accounts.models import Person
from cocrea.config import engine_options
from cocrea.core import broadcast
from cocrea.core.db import after_commit, lock, transaction
from cocrea.core.logs import JSONFormatter
from cocrea.extensions import db, socketio
from tests.conftest import NOW
from tests.factories import tables


def _people() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


def test_effects_run_once_after_the_commit(app):
    seen = []
    with transaction() as session:
        session.add(Person(name="Participante", created_at=NOW))
        after_commit(seen.append, "effect")
        assert seen == []
    assert seen == ["effect"]
    assert _people() == 1


@pytest.mark.failing_effects
def test_an_effect_that_fails_undoes_nothing_and_stops_no_other(app):
    seen = []

    def fail(text):
        db.session.add(Person(name=text))  # and leaves the session in pieces
        db.session.flush()

    with transaction() as session:
        session.add(Person(name="Participante", created_at=NOW))
        after_commit(seen.append, 1)
        after_commit(fail, "the words of Ana Nombre")
        after_commit(lambda: seen.append(_people()))
    assert seen == [1, 1]
    with transaction() as session:
        session.add(Person(name="Otra", created_at=NOW))
    assert _people() == 2


@pytest.mark.failing_effects
def test_a_failing_effect_is_logged_with_the_request_and_without_words(app, caplog):
    with app.test_request_context(), transaction():
        g.request_id = "abc123"
        after_commit(_fail, "the words of Ana Nombre")
    (record,) = [found for found in caplog.records if found.getMessage() == "effect failed"]
    assert (record.id, record.effect, record.error) == ("abc123", "_fail", "ValueError")
    assert "test_db.py" in record.trail
    assert "Ana" not in JSONFormatter().format(record)


@pytest.mark.failing_effects
def test_what_was_saved_is_answered_as_saved(client, monkeypatch):
    session, facilitator = tables.live_session()
    monkeypatch.setattr(socketio, "emit", _fail)
    monkeypatch.setattr(broadcast, "publish", _fail)
    client.sign_in(facilitator)
    form = {"body": "Esto sí se guardó.", "client_key": "k1"}
    assert client.post(f"/sesiones/{session.reference}/mensajes", data=form).status_code == 303
    assert "Esto sí se guardó." in client.get(f"/sesiones/{session.reference}").text


def _fail(*words, **_options):
    raise ValueError(words)


def test_an_error_drops_changes_and_effects(app):
    seen = []
    with pytest.raises(ValueError, match="stop"), transaction() as session:
        session.add(Person(name="Participante", created_at=NOW))
        after_commit(seen.append, "effect")
        raise ValueError("stop")
    assert (seen, _people()) == ([], 0)


def test_transactions_do_not_nest(app):
    with pytest.raises(RuntimeError), transaction(), transaction():
        pass
    assert _people() == 0


def test_locking_a_row_keeps_what_was_changed_on_it(app):
    with transaction() as session:
        someone = Person(name="Antes", created_at=NOW)
        session.add(someone)
        session.flush()
        someone.name = "Después"
        assert lock(someone).name == "Después"


def test_a_connection_that_the_database_closed_is_given_to_nobody(database_url, database_kind):
    if database_kind == "sqlite":
        pytest.skip("SQLite is in the process")
    own, engine = (
        sa.select(sa.func.pg_backend_pid()),
        sa.create_engine(database_url, **engine_options(database_url, 3)),
    )
    lines = [engine.connect() for _ in range(3)]
    numbers = {line.scalar(own) for line in lines}
    for line in lines:
        line.close()
    with engine.connect() as line:
        ended = numbers - {line.scalar(own)}
        assert [line.scalar(sa.select(sa.func.pg_terminate_backend(number, 5000))) for number in ended] == [
            True,
            True,
        ]
    for _ in range(4):
        with engine.connect() as line:
            assert line.scalar(own) not in ended
    engine.dispose()
