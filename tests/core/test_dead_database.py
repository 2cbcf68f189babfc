"""When the database is gone: a page that says so, /readyz that says 503, and nothing that asks it again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cocrea.accounts.views.base import PRESENCE_EVERY
from cocrea.extensions import db
from tests.factories.accounts import person


@pytest.fixture
def dead(app, database_kind, monkeypatch, tmp_path):
    """From now on the application finds no database, as in production: errors become pages."""
    addresses = {
        "sqlite": f"sqlite:///{tmp_path}/gone/cocrea.sqlite3",
        "postgresql": "postgresql+psycopg://nobody@127.0.0.1:1/none",
    }
    engine = sa.create_engine(addresses[database_kind])

    def die():
        monkeypatch.setitem(db._app_engines[app], None, engine)
        monkeypatch.setattr(app.config["COCREA"], "environment", "development")
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        db.session.remove()

    yield die
    db.session.remove()
    engine.dispose()


@pytest.mark.parametrize("address", ["/", "/ciclos", "/historial", "/cuenta", "/no-existe", "/entrar?next=/cuenta"])
@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "person"])
def test_every_page_is_a_whole_page(client, dead, address, signed_in):
    if signed_in:
        client.sign_in(person("Ana Nombre"))
    dead()
    answer = client.get(address)
    if answer.status_code != 500:  # what needs no database is answered, to visitors only
        assert not signed_in
        assert address in {"/no-existe", "/cuenta", "/entrar?next=/cuenta"}
        return
    assert "Algo falló de nuestro lado" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Ana Nombre" not in answer.text
    assert "Entrar" not in answer.text.split("<main")[0]
    assert answer.headers["Cache-Control"] == ("private, no-store" if signed_in else "no-cache")


def test_what_was_typed_comes_back(client, dead):
    client.sign_in(person())
    dead()
    answer = client.post("/ciclos/x/problematicas/nueva", data={"title": "Fugas de agua", "password": "secreto"})
    assert answer.status_code == 500
    assert "Fugas de agua" in answer.text
    assert "secreto" not in answer.text


def test_health_and_readiness(client, dead):
    client.sign_in(person())
    dead()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["database"]) == (503, False)


def test_styles_and_language_need_no_database(client, dead):
    client.sign_in(person())
    dead()
    assert client.post("/idioma", data={"locale": "en", "next": "/"}).status_code == 302


def test_presence_that_cannot_be_noted_spoils_no_answer(client, clock, monkeypatch, caplog):
    client.sign_in(person())
    clock.advance(seconds=PRESENCE_EVERY.total_seconds())

    def broken(**_values):
        raise sa.exc.OperationalError("update", {}, Exception("gone"))

    monkeypatch.setattr("cocrea.accounts.operations.note_presence", broken)
    assert client.get("/cuenta").status_code == 200
    assert "presence not noted" in caplog.messages
