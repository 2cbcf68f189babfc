"""The demonstration is made once, kept, thrown away on request, and never made of somebody's real database."""

from __future__ import annotations

import flask_migrate
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from cocrea.accounts.models import Person
from cocrea.cli import demo, server
from cocrea.extensions import db
from tests.apps import restored_extensions
from tests.conftest import NOW, fresh_database


@pytest.fixture
def loads(monkeypatch):
    """What the demonstration's own loading was asked: here it adds one person, the first time."""
    asked = []

    def load(*, now):
        asked.append(now)
        if db.session.scalar(sa.select(Person.id)):
            return False
        db.session.add(Person(name="Participante 001", created_at=now))
        return True

    monkeypatch.setattr(demo.operations, "load", load)
    monkeypatch.setattr(flask_migrate, "upgrade", db.create_all)
    return asked


@pytest.fixture
def served(monkeypatch):
    """Settings that the server was started with."""
    found = []
    monkeypatch.setattr(server, "serve", lambda settings, ready: found.append((settings, ready)))
    monkeypatch.setattr(server, "refuse_taken_port", lambda settings: None)
    return found


@pytest.fixture
def run(database_kind, tmp_path, monkeypatch, loads, served):
    monkeypatch.setenv("COCREA_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("REDIS_URL", raising=False)
    with fresh_database(database_kind, tmp_path) as url, restored_extensions():
        monkeypatch.setenv("DATABASE_URL", url)

        def invoke(*arguments):
            return CliRunner().invoke(demo.commands, arguments)

        yield invoke


def people():
    settings = demo.demo_settings()
    engine = sa.create_engine(settings.database_url)
    with engine.connect() as connection:
        found = connection.execute(sa.select(Person.id, Person.name).order_by(Person.id)).all()
    engine.dispose()
    return found


def test_it_is_loaded_once_and_served_as_a_demonstration(run, loads, served):
    first, second = run("serve"), run("serve")
    assert first.exit_code == 0, first.output
    assert "cargada" in first.output
    assert "ya estaba; se conserva" in second.output
    assert len(people()) == 1
    settings, ready = served[0]
    assert settings.demo
    assert settings.second_factor_exempt
    assert settings.instance.name == "demo"
    assert settings.public_url in ready


def test_reset_says_so_and_starts_over(run, served):
    run("load")
    settings = demo.demo_settings()
    (settings.instance / "files").mkdir()
    (settings.instance / "files" / "old").write_text("x")
    result = run("reset")
    assert result.exit_code == 0, result.output
    assert "borro la demostración anterior" in result.output
    assert not (settings.instance / "files").exists()
    assert len(people()) == 1
    assert len(served) == 1


def test_reset_without_a_demonstration_just_makes_one(run):
    assert run("reset").exit_code == 0
    assert len(people()) == 1


@pytest.mark.parametrize("command", ["load", "serve", "reset"])
def test_a_real_database_is_never_touched(run, loads, command):
    engine = sa.create_engine(demo.demo_settings().database_url)
    db.metadata.create_all(engine)
    with engine.begin() as connection:
        values = {"public_id": "p-1", "name": "Real", "is_pseudonym": False, "created_at": NOW, "locale": "es_MX"}
        connection.execute(sa.insert(Person).values(values))
    engine.dispose()
    result = run(command)
    assert (result.exit_code, "no la toco" in result.output) == (1, True)
    assert loads == []
    assert [person.name for person in people()] == ["Real"]


def test_production_has_no_demonstration(run, monkeypatch, served):
    monkeypatch.setenv("COCREA_ENVIRONMENT", "production")
    result = run("serve")
    assert (result.exit_code, "La configuración no sirve" in result.output) == (1, True)
    assert served == []
