"""What every answer carries, and what no honest page would send: answered with a page, never with an error of ours."""

from __future__ import annotations

import re

import pytest
from flask import url_for

from cocrea.core.http import KeyConverter
from tests.factories import consultation, cycles, tables
from tests.factories.accounts import person

HUGE = ["2147483648", "9223372036854775808", "9" * 40]


@pytest.mark.parametrize("number", HUGE)
def test_numbers_no_key_can_be_are_not_found(client, number):
    cycle = tables.meeting_cycle()
    for path in (f"/historial/registros/{number}", f"/ciclos/{cycle.slug}/etapas/{number}/informe"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("number", [*HUGE, "-1", "-" + HUGE[-1], "x"])
def test_positions_no_key_can_have_lead_to_the_first_page(client, number):
    session, _facilitator = tables.live_session()
    for path in ("/ciclos", "/historial", f"/sesiones/{session.reference}"):
        for name in ("antes", "despues"):
            assert client.get(f"{path}?{name}={number}").status_code == 200


def test_a_nul_in_a_hidden_field_is_taken_out(client):
    problem = consultation.problem()
    client.sign_in(cycles.facilitator(problem.cycle))
    data = {"body": "Aquí también", "parent": f"{problem.reference}\0", "key": "k"}
    assert client.post(f"/aportaciones/{problem.reference}/comentarios", data=data).status_code == 422


@pytest.mark.parametrize("year", ["0001", "1899", "2200", "9999"])
def test_years_outside_the_calendar_come_back_to_the_form(client, year):
    session, facilitator = tables.live_session()
    client.sign_in(facilitator)
    data = {"title": "Agua", "mode": "online", "starts_at": "2026-06-06T10:00", "ends_at": f"{year}-12-31T23:59"}
    answer = client.post(f"/mesas/{session.table.reference}/sesiones/nueva", data=data)
    assert answer.status_code == 422
    assert "entre 1900 y 2199" in answer.text


def test_every_page_carries_the_same_strict_headers(client):
    cycle = consultation.problem().cycle
    for path in ("/", f"/ciclos/{cycle.slug}", "/entrar", "/no-existe", "/codigo-fuente/cocrea.tar.gz"):
        headers = client.get(path).headers
        policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert re.fullmatch(r"'self'( 'nonce-[\w-]{22}')?", policy["script-src"])
        assert set(policy.values()) <= {"'none'", "'self'", "'self' data:", policy["script-src"]}
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers


def test_production_asks_for_https_from_then_on(client, monkeypatch):
    monkeypatch.setattr(client.application.config["COCREA"], "environment", "production")
    assert client.get("/").headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert client.get("/diseno").status_code == 404


TOKENLESS = {"core.set_locale", "tables.unsubscribe", "notifications.unsubscribe"}


def test_nothing_changes_without_the_token_of_the_page(client, monkeypatch):
    """Every route that takes a POST, except the language, which is kept on the device alone, and the addresses by which
    a mail program ends letters (RFC 8058): they have no page, and are signed."""
    app = client.application
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client.sign_in(person())
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods and rule.endpoint not in TOKENLESS:
            values = {name: 1 if isinstance(kind, KeyConverter) else "x" for name, kind in rule._converters.items()}
            with app.test_request_context():
                path = url_for(rule.endpoint, **values)
            answer = client.post(path, data={"body": "Lo que escribí"})
            assert answer.status_code == 400, rule
            assert "Tu sesión caducó antes de enviar" in answer.text, rule
            assert "Lo que escribí" in answer.text, rule


def test_an_error_gives_back_what_was_written_and_nothing_that_was_chosen(client):
    client.sign_in(person())
    problem = consultation.problem()
    data = {
        "body": "Lo que escribí",
        "direction": "up",
        "state": "in_progress",
        "read": "f0" * 32,
        "url": "https://ejemplo.mx/agua",
    }
    page = client.post(f"/problematicas/{problem.reference}/fusion", data=data).text
    assert re.findall(r"<textarea[^>]*>(.*?)</textarea>", page) == ["Lo que escribí", "https://ejemplo.mx/agua"]


WAY_BACK = "Vuelve a la página de la que venías"


@pytest.mark.parametrize("page", ["/ciclos", "/historial?folio=C1&amp;ambito=a"])
def test_an_error_leads_back_to_the_page_one_came_from(client, page):
    answer = client.get("/no-existe", headers={"Referer": "http://localhost" + page.replace("&amp;", "&")})
    assert f'<a href="{page}">{WAY_BACK}</a>' in answer.text


@pytest.mark.parametrize(
    "referrer",
    ["", "http://localhost/no-existe?a=1", "https://otro.mx/ciclos", "http://localhost//otro.mx", "http://["],
)
def test_an_error_leads_back_to_no_other_site_and_not_to_itself(client, referrer):
    assert WAY_BACK not in client.get("/no-existe", headers={"Referer": referrer}).text
