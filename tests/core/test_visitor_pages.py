"""What visitors share is made once per moment, and never outlives a change, a second, a language or a session."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.discussion.models import Contribution, Visibility
from cocrea.extensions import db
from tests.conftest import Client
from tests.factories import proposals
from tests.factories.accounts import person
from tests.real import committed_app

__all__ = ["committed_app"]


@pytest.fixture
def browser(committed_app):
    committed_app.test_client_class = Client
    return committed_app.test_client()


@pytest.fixture
def listed(committed_app):
    """A published proposal and the address of the list it is in."""
    proposal = proposals.published(proposals.working_cycle())
    return proposal, f"/ciclos/{proposal.cycle.slug}/propuestas"


def statements(app, ask):
    """How many statements answering takes."""
    seen = []
    listen = db.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2])
    sa.event.listen(*listen)
    try:
        ask()
    finally:
        sa.event.remove(*listen)
    return len(seen)


def test_a_second_visitor_costs_nothing(committed_app, browser, listed):
    # PostgreSQL's snapshot spans all databases: other tests beside this one would end a moment.
    committed_app.extensions["database_state"] = lambda: "unchanged"
    _proposal, url = listed
    assert statements(committed_app, lambda: browser.get(url)) > 1
    assert statements(committed_app, lambda: browser.get(url)) == 0
    committed_app.extensions["clock"].advance(seconds=1)
    assert statements(committed_app, lambda: browser.get(url)) > 1


def test_what_was_hidden_is_gone_at_once(browser, listed):
    proposal, url = listed
    title, hidden = proposal.title, Contribution.__table__.c.id == proposal.id
    assert title in browser.get(url).text
    db.session.rollback()  # the test's own context would go on reading what it had begun to read
    with db.engine.begin() as elsewhere:
        elsewhere.execute(sa.update(Contribution.__table__).where(hidden).values(visibility=Visibility.HIDDEN))
    assert title not in browser.get(url).text


def test_every_answer_has_its_own_nonce(browser, listed):
    _proposal, url = listed
    nonces = set()
    for _ in range(3):
        answer = browser.get(url)
        inside = re.search(r'nonce="([^"]+)"', answer.text)[1]
        assert f"'nonce-{inside}'" in answer.headers["Content-Security-Policy"]
        nonces.add(inside)
    assert len(nonces) == 3


def test_languages_and_people_are_kept_apart(committed_app, browser, listed):
    _proposal, url = listed
    spanish = browser.get(url, headers={"Accept-Language": "es"}).text
    english = browser.get(url, headers={"Accept-Language": "en"}).text
    assert 'lang="es-MX"' in spanish
    assert 'lang="en"' in english
    someone = person(name="Solo para mí")
    signed_in = browser.sign_in(db.session.get(Person, someone.id)).get(url).text
    assert "Solo para mí" in signed_in
    visitor = committed_app.test_client().get(url, headers={"Accept-Language": "es"}).text
    assert "Solo para mí" not in visitor


def test_a_page_with_a_form_of_its_own_is_nobody_elses(committed_app, browser):
    committed_app.config["WTF_CSRF_ENABLED"] = True
    first, second = (committed_app.test_client().get("/entrar") for _ in range(2))
    tokens = [re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)[1] for answer in (first, second)]
    assert tokens[0] != tokens[1]
