"""The pages of tables and sessions, whole by plain HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.tables import operations
from cocrea.tables.models import Agreement, Message, Session, Table
from tests.conftest import NOW
from tests.factories import cycles, tables
from tests.factories.accounts import person

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def room(app):
    return tables.live_session()


def count(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def page_of(session):
    return f"/sesiones/{session.reference}"


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text).group(1)


def test_from_an_empty_cycle_to_a_session(client):
    cycle = tables.meeting_cycle()
    client.sign_in(cycles.facilitator(cycle))
    made = client.post(
        f"/ciclos/{cycle.slug}/mesas/nueva", data={"name": f"Agua {SCRIPT}", "purpose": "Acordar.", "topic": "0"}
    )
    assert made.status_code == 303
    shown = client.get(made.location)
    assert SCRIPT not in shown.text
    assert "Agua &lt;script&gt;" in shown.text
    called = client.post(
        f"{made.location}/sesiones/nueva",
        data={
            "title": "Primera",
            "mode": "online",
            "starts_at": "2026-06-05T12:00",
            "ends_at": "2026-06-05T14:00",
        },
    )
    assert called.status_code == 303
    assert client.post(f"{called.location}/apertura").status_code == 303
    session = db.session.scalars(sa.select(Session)).one()
    assert (session.is_live, session.starts_at) == (True, NOW)
    assert client.post(f"{called.location}/apertura").status_code == 403
    assert client.post(f"{called.location}/cierre").status_code == 303


def test_joining_and_leaving(client, room):
    session, _facilitator = room
    address = f"/mesas/{session.table.reference}"
    client.sign_in(person())
    for _ in range(2):
        assert client.post(f"{address}/asiento").status_code == 303
    assert client.post(f"{address}/asiento/retiro").status_code == 303
    assert client.post(f"{address}/asiento/retiro").status_code == 403


def test_the_page_says_why_one_cannot_join(client, app):
    cycle = cycles.cycle()
    cycles.stage(cycle, cycles.StageKind.TABLES, start=NOW + timedelta(days=2), end=NOW + timedelta(days=3))
    table = tables.table(cycle)
    client.sign_in(person())
    assert "abre el" in client.get(f"/mesas/{table.reference}").text
    assert client.post(f"/mesas/{table.reference}/asiento").status_code == 403


def test_speaking_without_scripts_twice_with_one_form(client, room):
    session, _facilitator = room
    client.sign_in(tables.member(session.table))
    key = hidden(client.get(page_of(session)), "client_key")
    form = {"body": f"Hola **a todas** {SCRIPT}", "client_key": key}
    for _ in range(2):
        assert client.post(f"{page_of(session)}/mensajes", data=form).status_code == 303
    assert count(Message) == 1
    page = client.get(page_of(session)).text
    assert "<strong>a todas</strong>" in page
    assert SCRIPT not in page


def test_whoever_cannot_speak_keeps_their_text(client, room):
    session, facilitator = room
    client.sign_in(tables.member(session.table))
    with transaction():
        operations.end_session(actor=facilitator, session=session, now=NOW)
    answer = client.post(f"{page_of(session)}/mensajes", data={"body": "Lo que quería decir", "client_key": "k1"})
    assert (answer.status_code, count(Message)) == (403, 0)
    assert "Lo que quería decir" in answer.text
    assert "La sesión terminó" in answer.text


@pytest.mark.parametrize("key", ["", "x" * 65, "a\x00b"], ids=["none", "long", "nul"])
def test_a_strange_key_is_no_crash(client, room, key):
    session, facilitator = room
    client.sign_in(facilitator)
    answer = client.post(f"{page_of(session)}/mensajes", data={"body": "Hola", "client_key": key})
    assert answer.status_code in {303, 422}


def test_visitors_read_and_are_shown_the_way_in(client, room):
    session, facilitator = room
    tables.said(session, facilitator, "Se lee sin cuenta.")
    page = client.get(page_of(session))
    assert "Se lee sin cuenta." in page.text
    assert 'name="body"' not in page.text
    assert client.post(f"{page_of(session)}/mensajes", data={"body": "Hola", "client_key": "k"}).status_code == 403
    assert client.post(f"{page_of(session)}/cierre").status_code == 401


def test_older_messages_have_their_page(client, room):
    session, facilitator = room
    for n in range(60):
        tables.said(session, facilitator, f"mensaje-numero-{n:02d}")
    last = client.get(page_of(session)).text
    assert "mensaje-numero-59" in last
    assert "mensaje-numero-09" not in last
    older = re.search(r'href="([^"]*antes=\d+)"', last).group(1)
    assert "mensaje-numero-09" in client.get(older).text


def test_a_hidden_message_shows_its_reason_and_no_text(client, room):
    session, facilitator = room
    message = tables.said(session, tables.member(session.table), "Un insulto.")
    client.sign_in(facilitator)
    address = f"{page_of(session)}/mensajes/{message.seq}/ocultamiento"
    assert "Un insulto." in client.get(address).text
    assert client.post(address, data={"reason": " "}).status_code == 422
    assert client.post(address, data={"reason": "Contiene insultos."}).status_code == 303
    page = client.get(page_of(session)).text
    assert "Contiene insultos." in page
    assert "Un insulto." not in page
    assert client.get(f"{page_of(session)}/mensajes/999/ocultamiento").status_code == 404


def test_what_was_agreed_is_on_both_pages(client, room):
    session, facilitator = room
    client.sign_in(facilitator)
    form = {"body": "Publicar el padrón", "responsible": "Obras", "due": "2026-07-01", "client_key": "k1"}
    for _ in range(2):
        assert client.post(f"{page_of(session)}/acuerdos", data=form).status_code == 303
    assert count(Agreement) == 1
    for address in (page_of(session), f"/mesas/{session.table.reference}"):
        assert "Publicar el padrón" in client.get(address).text


def test_drafts_of_others_do_not_exist(client, room):
    session, _facilitator = room
    session.cycle.published_at = None
    db.session.commit()
    client.sign_in(person())
    table = db.session.scalars(sa.select(Table)).one()
    for address in (page_of(session), f"/mesas/{table.reference}", f"/ciclos/{table.cycle.slug}/mesas"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/sesiones/NO-SES-1", "/mesas/NO-MES-1", "/ciclos/no/mesas"])
def test_what_does_not_exist_is_not_found(client, app, address):
    assert client.get(address).status_code == 404


def test_pages_cost_the_same_with_many_rows(client, count_queries, room):
    session, facilitator = room
    client.sign_in(facilitator)
    addresses = [page_of(session), f"/mesas/{session.table.reference}", f"/ciclos/{session.cycle.slug}/mesas"]

    def cost():
        found = []
        for address in addresses:
            with count_queries() as log:
                assert client.get(address).status_code == 200
            found.append(len(log))
        return found

    for _ in range(3):
        tables.said(session, tables.member(session.table))
    few = cost()
    for n in range(27):
        tables.said(session, tables.member(session.table))
        tables.table(session.cycle, facilitator=facilitator, name=f"Mesa {n}")
    assert cost() == few
    assert max(few) <= 10
