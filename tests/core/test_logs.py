"""Logs say what happened and where, never who or what was written."""

from __future__ import annotations

import json
import logging
from io import StringIO

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.core.logs import JSONFormatter
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories.accounts import person

NAME, TEXT, EMAIL = "Xóchitl Nombre Propio", "mis palabras privadas", "xochitl@example.org"


@pytest.fixture
def written():
    """All that reaches standard error, down to the most talkative library."""
    output = StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(JSONFormatter())
    root, own = logging.getLogger(), logging.getLogger("cocrea")
    levels = root.level, own.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    own.setLevel(logging.DEBUG)
    yield output
    root.removeHandler(handler)
    root.setLevel(levels[0])
    own.setLevel(levels[1])


@pytest.fixture
def crash(app, client, monkeypatch):
    """A page that fails as pages do outside tests: `crash(view)` posts private words to it."""
    monkeypatch.setattr(app.config["COCREA"], "environment", "development")
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def post(view):
        monkeypatch.setitem(app.view_functions, "core.set_locale", view)
        client.sign_in(person(NAME))
        headers = {"User-Agent": NAME, "Referer": f"http://localhost/{TEXT}"}
        return client.post(f"/idioma?q={EMAIL}", data={"body": TEXT, "email": EMAIL}, headers=headers)

    return post


def _assert_silent(log):
    for secret in (NAME, TEXT, EMAIL, "Nombre", "palabras", "xochitl"):
        assert secret not in log
        assert json.dumps(secret)[1:-1] not in log


def test_a_crash_is_logged_by_place_only(crash, written):
    def view():
        raise ValueError(f"{NAME} wrote {TEXT} from {EMAIL}")

    response = crash(view)
    assert response.status_code == 500
    log = written.getvalue()
    _assert_silent(log)
    entry = next(json.loads(line) for line in log.splitlines() if '"crash"' in line)
    assert entry["error"] == "ValueError"
    assert "test_logs.py" in entry["trail"]
    assert entry["id"] == response.headers["X-Request-Id"]


def test_a_database_error_is_logged_without_its_values(crash, written):
    def view():
        row = {"public_id": "same", "name": NAME, "is_pseudonym": False, "created_at": NOW, "locale": "es_MX"}
        db.session.execute(sa.insert(Person), [row, row])

    assert crash(view).status_code == 500
    _assert_silent(written.getvalue())


def test_the_message_of_a_database_error_hides_values(app):
    with pytest.raises(sa.exc.SQLAlchemyError) as caught:
        db.session.execute(sa.text("select :word from nowhere"), {"word": TEXT})
    assert TEXT not in str(caught.value)


def test_requests_are_logged_by_rule(client, written):
    client.get("/healthz?q=palabras")
    entry = next(json.loads(line) for line in written.getvalue().splitlines() if '"request"' in line)
    assert (entry["rule"], entry["status"], entry["method"]) == ("/healthz", 200, "GET")
    assert "palabras" not in written.getvalue()


def test_a_careless_extra_does_not_leak(written):
    logging.getLogger("cocrea.x").warning("something", extra={"body": TEXT, "person": NAME})
    try:
        raise ValueError(TEXT)
    except ValueError:
        logging.getLogger("cocrea.x").exception("it failed")
    _assert_silent(written.getvalue())
