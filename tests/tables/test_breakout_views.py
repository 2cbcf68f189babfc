"""Small groups on the page: what each may see and when, and forms that work with and without scripts."""

from __future__ import annotations

import pytest

from cocrea.core.db import transaction
from cocrea.tables import operations, queries
from cocrea.tables.models import Deal, RestrictionKind
from tests.factories import breakouts, tables
from tests.factories.accounts import person
from tests.tables.test_breakouts import do

PANEL = {"X-Cocrea-Panel": "breakout"}
ASKED = {"groups": "2", "minutes": "10", "questions": "¿Qué harían primero?", "deal": "by_hand"}
SECRET = "Lo que solo sabe el grupo"


@pytest.fixture
def room(app):
    session, facilitator = tables.live_session()
    return session, facilitator, [tables.member(session.table) for _ in range(3)]


def address(session, act=""):
    return f"/sesiones/{session.reference}{act}"


def test_the_facilitation_divides_conducts_and_calls_back(client, room):
    session, facilitator, (rosa, *_others) = room
    client.sign_in(facilitator)
    page = client.get(address(session)).text
    assert "Dividir la sesión en grupos pequeños" in page
    assert client.post(address(session, "/grupos"), data={**ASKED, "groups": "1"}).status_code == 422
    assert client.post(address(session, "/grupos"), data={**ASKED, "questions": "a\nb\nc"}).status_code == 422
    assert client.post(address(session, "/grupos"), data=ASKED).status_code == 303
    page = client.get(address(session)).text
    assert "La mesa trabaja en 2 grupos" in page
    assert "Dividir la sesión" not in page
    moved = client.post(address(session, "/grupos/personas"), data={"person": rosa.public_id, "group": "2"})
    assert moved.status_code == 303
    assert breakouts.group_of(rosa, session).number == 2
    for act, data in (("tiempo", {"minutes": "5"}), ("aviso", {"notice": "Quedan cinco minutos."})):
        panel = client.post(address(session, f"/grupos/{act}"), data=data, headers=PANEL)
        assert panel.status_code == 200
    early = client.post(address(session, "/grupos/resultados"), headers=PANEL)
    assert (early.status_code, "Todavía ningún grupo" in early.text) == (422, True)
    group = breakouts.groups(session)[0].session
    assert "Quedan cinco minutos." in client.get(address(group)).text
    assert client.post(address(session, "/grupos/cierre")).status_code == 303
    page = client.get(address(session)).text
    assert "Lo que trajeron los grupos" in page
    assert "Dividir la sesión" in page


def test_whoever_was_dealt_finds_the_way_there_and_back(client, room, clock):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others)
    group = breakouts.group_of(rosa, session)
    client.sign_in(rosa)
    for page in (client.get(address(session)).text, client.get(address(session, "/paneles/breakout")).text):
        assert f"Estás en el grupo {group.number}" in page
        assert f'href="{address(group.session)}"' in page
        assert "Hasta las 12:10" in page
    own = client.get(address(group.session)).text
    assert breakouts.QUESTION in own
    assert "Hasta las 12:10" in own
    assert 'id="mensaje"' in own
    assert "Guardar lo que lleva el grupo" in own
    assert "Convocada el" not in own
    clock.advance(minutes=10)
    own = client.get(address(group.session)).text
    assert "El tiempo del grupo terminó" in own
    assert 'id="mensaje"' not in own
    assert f'href="{address(session)}"' in own


def test_who_comes_later_enters_without_scripts(client, room):
    session, facilitator, (rosa, *_others) = room
    breakouts.opened(session, facilitator)
    client.sign_in(rosa)
    assert "Entrar a un grupo" in client.get(address(session)).text
    assert client.post(address(session, "/grupos/entrada")).status_code == 303
    assert "Estás en el grupo 1" in client.get(address(session)).text
    assert "Entrar a un grupo" not in client.get(address(session)).text


def test_nobody_outside_the_table_learns_what_a_group_says_until_it_is_over(client, room, clock):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others)
    group = breakouts.group_of(rosa, session)
    tables.said(group.session, rosa, SECRET)
    breakouts.saved(group, rosa, SECRET)
    outsider = person()
    pages = [
        address(session),
        address(session, "/paneles/breakout"),
        f"/mesas/{session.table.reference}",
        f"/ciclos/{session.cycle.slug}",
        f"/ciclos/{session.cycle.slug}/mesas",
        f"/ciclos/{session.cycle.slug}/sesiones.ics",
        "/historial",
        "/historial/descarga.ndjson",
        "/buscar?q=grupo",
    ]
    for reader in (None, outsider):
        if reader:
            client.sign_in(reader)
        for act in ("", "/paneles/breakout", "/paneles/poll", "/proyeccion", "/asistencia", "/calendario.ics"):
            assert client.get(address(group.session, act)).status_code == 404
        told = "\n".join(client.get(page).text for page in pages)
        assert SECRET not in told
        assert f"{session.reference}-G1/" not in told
    listed = [page for page in pages[2:6] if "-G1" in client.get(page).text]
    assert listed == []
    clock.advance(minutes=10)
    assert SECRET in client.get(address(group.session)).text
    for act in ("/proyeccion", "/asistencia", "/calendario.ics"):
        assert client.get(address(group.session, act)).status_code == 404


def test_who_was_put_out_does_not_read_the_groups(client, room):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others)
    group = breakouts.group_of(rosa, session).session
    client.sign_in(rosa)
    assert client.get(address(group)).status_code == 200
    do(
        operations.restrict,
        facilitator,
        session,
        person=rosa,
        kind=RestrictionKind.REMOVED,
        reason="Interrumpió.",
    )
    assert client.get(address(group)).status_code == 404


def test_a_result_that_somebody_saved_meanwhile_is_shown_beside_ones_own(client, room):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others)
    group = breakouts.group_of(rosa, session)
    breakouts.saved(group, facilitator, "Primero, medir.")
    client.sign_in(rosa)
    sent = client.post(
        address(group.session, "/resultado"), data={"result": "Primero, preguntar.", "base": "0"}, headers=PANEL
    )
    assert sent.status_code == 422
    assert "Primero, medir." in sent.text
    assert "Primero, preguntar.</textarea>" in sent.text
    assert 'name="base" type="hidden" value="1"' in sent.text
    sent = client.post(address(group.session, "/resultado"), data={"result": "Las dos.", "base": "1"})
    assert sent.status_code == 303
    assert breakouts.group_of(rosa, session).result == "Las dos."


def test_too_late_is_said_and_the_text_comes_back(client, room, clock):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others)
    group = breakouts.group_of(rosa, session).session
    client.sign_in(rosa)
    clock.advance(minutes=10)
    late = client.post(address(group, "/mensajes"), data={"body": "A medio decir", "client_key": "k1"})
    assert "El tiempo de los grupos terminó" in late.text
    assert "A medio decir" in late.text


def test_a_press_that_comes_too_late_says_why_in_its_panel(client, room, clock):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others[:-1])
    group = breakouts.group_of(rosa, session).session
    clock.advance(minutes=10)
    client.sign_in(rosa)
    for headers, status in ((PANEL, 422), ({}, 403)):
        sent = client.post(
            address(group, "/resultado"), data={"result": "A medio decir", "base": "0"}, headers=headers
        )
        assert (sent.status_code, sent.text.count("A medio decir")) == (status, 1)
        assert "El tiempo de los grupos terminó" in sent.text
    client.sign_in(others[-1])
    for headers, status in ((PANEL, 422), ({}, 403)):
        sent = client.post(address(session, "/grupos/entrada"), headers=headers)
        assert (sent.status_code, "Ahora no hay grupos trabajando." in sent.text) == (status, True)


def test_by_hand_the_facilitation_puts_everyone_into_a_group(client, room):
    session, facilitator, (rosa, *_others) = room
    breakouts.opened(session, facilitator, deal=Deal.BY_HAND)
    client.sign_in(rosa)
    page = client.get(address(session)).text
    assert "La facilitación te pondrá en un grupo." in page
    assert "Entrar a un grupo" not in page


def test_a_hidden_result_is_not_told_again(client, room, clock):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others)
    group = breakouts.group_of(rosa, session)
    breakouts.saved(group, rosa, SECRET)
    clock.advance(minutes=10)
    breakouts.called_back(session, clock.moment)
    message = queries.message(session, group.returned_seq)
    with transaction():
        operations.hide_message(actor=facilitator, message=message, reason="Datos de una persona.", now=clock.moment)
    for where in (session, group.session):
        assert SECRET not in client.get(address(where)).text
    with transaction():
        drafted = operations.draft_minutes(actor=facilitator, session=session, now=clock.moment).source
    assert SECRET not in drafted


def test_the_room_costs_no_more_with_groups_than_it_may(client, room, count_queries):
    session, facilitator, (rosa, *others) = room
    breakouts.opened(session, facilitator, rosa, *others)
    group = breakouts.group_of(rosa, session).session
    found = {}
    for reader in (rosa, facilitator):
        client.sign_in(reader)
        for where, url in ((session, address(session)), (group, address(group))):
            with count_queries() as log:
                assert client.get(url).status_code == 200
            found[reader is rosa, where is session] = len(log)
    assert max(found.values()) <= 10, found
