"""Agreements on the page: the same with and without scripts, and what follows from them as a page and as data."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
import sqlalchemy as sa

from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.tables import operations
from cocrea.tables.models import Agreement, AgreementStep, AgreementTest, Purpose
from cocrea.tables.operations import AgreementContent, DutyContent, ItemContent
from tests.conftest import NOW
from tests.factories import agreements, tables
from tests.factories.accounts import person
from tests.tables.test_agreement_steps import DUE, seated

PANEL = {"X-Cocrea-Panel": "agreement"}


@pytest.fixture
def live(app):
    return tables.live_session()


def address(session, agreement, act):
    return f"/sesiones/{session.reference}/acuerdos/{agreement.reference}/{act}"


def only():
    return db.session.scalars(sa.select(Agreement)).one()


def test_from_a_draft_to_an_agreement_without_scripts(client, live):
    session, facilitator = live
    member = tables.member(session.table)
    client.sign_in(facilitator)
    draft = {"body": "<b>Publicar</b>", "what": "Reunir", "responsible": member.name, "due": "2026-07-01"}
    draft |= {"what_2": "Avisar", "responsible_2": "La agencia", "undated_2": "y", "client_key": "k1"}
    for _ in range(2):
        sent = client.post(f"/sesiones/{session.reference}/acuerdos/borradores", data=draft)
        assert sent.status_code == 303 and sent.location.endswith("#agreement")
    text = only()
    assert [(duty.what, duty.person_id, duty.responsible) for duty in text.duties] == [
        ("Reunir", member.id, ""),
        ("Avisar", None, "La agencia"),
    ]
    page = client.get(f"/sesiones/{session.reference}").text
    assert "&lt;b&gt;Publicar&lt;/b&gt;" in page and "Por cada persona en contra hay al menos dos a favor" in page
    put = {"test": "majority", "quorum": "50", "version": "1"}
    assert client.post(address(session, text, "decision"), data={**put, "quorum": "101"}).status_code == 422
    assert client.post(address(session, text, "decision"), data=put).status_code == 303
    page = client.sign_in(member).get(f"/sesiones/{session.reference}").text
    assert "se publica con tu nombre" in page and "Quórum: al menos 1 de 1 integrantes" in page
    answer = address(session, text, "respuesta")
    assert client.post(answer, data={"choice": "block", "version": "1"}).status_code == 422
    assert client.post(answer, data={"choice": "agree", "version": "1"}).status_code == 303
    assert "Ya contestaste" in client.get(f"/sesiones/{session.reference}").text
    client.sign_in(facilitator)
    assert client.post(address(session, text, "cierre")).status_code == 303
    assert client.post(address(session, text, "cierre")).status_code == 403
    for page in (
        f"/sesiones/{session.reference}",
        f"/acuerdos/{text.reference}",
        f"/mesas/{session.table.reference}",
    ):
        assert "Publicar" in client.get(page).text
    page = client.get(f"/acuerdos/{text.reference}").text
    assert "Adoptado por mayoría simple: 1 a favor, ningún bloqueo" in page and member.name in page


def test_what_is_owed_says_by_whom_and_until_when_all_at_once(client, live):
    session, facilitator = live
    client.sign_in(facilitator)
    drafts, draft = (
        f"/sesiones/{session.reference}/acuerdos/borradores",
        {"body": "Uno", "what": "Reunir", "client_key": "k"},
    )
    asked = client.post(drafts, data={**draft, "responsible_2": "La agencia"})
    assert asked.status_code == 422
    for words in ("Tarea 1: escribe quién", "Tarea 1: elige para cuándo", "Tarea 2: elige para cuándo"):
        assert words in asked.text
    assert client.post(drafts, data={**draft, "responsible": "La agencia", "undated": "y"}).status_code == 303
    assert only().duties[0].due_at is None


def test_whoever_closes_is_told_beforehand_that_quorum_is_missing(client, live):
    session, facilitator = live
    members = seated(session, 4)
    text = agreements.put(agreements.drafted(session, facilitator, "Uno"), facilitator, quorum=50)
    page = f"/sesiones/{session.reference}"
    warned = "Falta quórum: contestaron 0 y hacen falta 2. Si cierras ahora, el texto no se adopta."
    client.sign_in(facilitator)
    assert client.get(page).text.count(warned) == 2
    for member in members[:2]:
        client.sign_in(member).post(address(session, text, "respuesta"), data={"choice": "agree", "version": "1"})
    assert "Falta quórum" not in client.get(page).text
    assert "Falta quórum" not in client.sign_in(facilitator).get(page).text


def test_a_script_gets_the_panel_alone_also_with_its_errors(client, live):
    session, facilitator = live
    client.sign_in(facilitator)
    drafts = f"/sesiones/{session.reference}/acuerdos/borradores"
    empty = client.post(drafts, data={"body": " ", "what": "Reunir"}, headers=PANEL)
    assert empty.status_code == 422 and "<html" not in empty.text and 'value="Reunir"' in empty.text
    assert client.post(drafts, data={"body": "Uno"}, headers=PANEL).status_code == 200
    text = only()
    agreements.edited(text, facilitator, "Uno de otra persona")
    late = client.post(address(session, text, "texto"), data={"body": "Uno mío", "base": "1"}, headers=PANEL)
    assert late.status_code == 422 and "Alguien cambió el texto" in late.text
    assert (
        "Uno mío" in late.text
        and "Uno de otra persona" in late.text
        and 'name="base" type="hidden" value="2"' in late.text
    )
    again = client.post(address(session, text, "texto"), data={"body": "De las dos", "base": "2"}, headers=PANEL)
    assert again.status_code == 200 and text.text == "De las dos"
    agreements.put(text, facilitator)
    hands = {"people_block": "1", "people_agree": "0"}
    seated(session, 2)
    assert client.post(address(session, text, "manos"), data=hands, headers=PANEL).status_code == 422
    assert client.post(address(session, text, "retiro"), data={"reason": ""}, headers=PANEL).status_code == 422
    assert client.post(address(session, text, "retiro"), data={"reason": "Sobra"}, headers=PANEL).status_code == 200
    assert "Sobra" in client.get(f"/acuerdos/{text.reference}").text
    assert client.post(address(session, text, "retoma"), headers=PANEL).status_code == 200
    assert client.post(address(session, text, "retoma"), headers=PANEL).status_code == 409


def test_whoever_answers_too_late_or_another_text_is_told_so(client, live):
    session, facilitator = live
    (member,) = seated(session, 1)
    text = agreements.put(agreements.drafted(session, facilitator, "Uno"), facilitator)
    agreements.edited(text, facilitator, "Dos")
    agreements.put(text, facilitator)
    client.sign_in(member)
    for headers, status in ((PANEL, 422), ({}, 403)):
        sent = {"choice": "agree", "version": "1"}
        old = client.post(address(session, text, "respuesta"), data=sent, headers=headers)
        assert old.status_code == status and "El texto cambió mientras contestabas" in old.text
    agreements.closed(text, facilitator)
    late = client.post(address(session, text, "respuesta"), data={"choice": "agree", "version": "2"}, headers=PANEL)
    assert late.status_code == 422 and "ya se cerró" in late.text


def test_what_was_answered_to_a_text_that_changed_is_not_read_as_answers_to_todays(client, live):
    session, facilitator = live
    one, two, three = (tables.member(session.table, person(name)) for name in ("Ana Uno", "Beto Dos", "Cata Tres"))
    text = agreements.put(agreements.drafted(session, facilitator, "Publicar"), facilitator)
    told = f"/acuerdos/{text.reference}"
    changed, stale = "El texto cambió mientras se decidía.", "no al texto de hoy"
    agreements.answered(text, one, "agree")
    assert changed not in client.get(told).text
    agreements.edited(text, facilitator, "Publicar en mayo")
    agreements.put(text, facilitator)
    agreements.answered(text, two, "block", "Falta quién paga")
    agreements.edited(text, facilitator, "Publicar en mayo, con dinero propio")
    agreements.put(text, facilitator)
    agreements.answered(text, three, "agree")
    agreements.closed(text, facilitator)
    page = client.get(told).text
    assert changed in page
    newest, second, first = page[page.index("<h3") :].split("<article")
    assert "Cata Tres" in newest and "con estas respuestas se decidió" in newest and stale not in newest
    for part, number, name in ((second, 2, "Beto Dos"), (first, 1, "Ana Uno")):
        assert f"Se contestó a la versión {number}, no al texto de hoy." in part
        assert "dejaron de contar el viernes 5 de junio" in part
        assert name in part
    assert "Leer completa la versión 2" in second and ">Publicar en mayo</p>" in second
    other = agreements.put(agreements.drafted(session, facilitator, "Otro"), facilitator)
    agreements.answered(other, one, "agree")
    agreements.closed(other, facilitator)
    page = client.get(f"/acuerdos/{other.reference}").text
    assert "con estas respuestas se decidió" in page
    assert changed not in page and stale not in page


def test_what_was_agreed_without_devices_from_the_page(client, live):
    session, facilitator = live
    client.sign_in(facilitator)
    where = f"/sesiones/{session.reference}/acuerdos"
    said = {"body": "Uno", "test": "two_thirds", "client_key": "k1"}
    assert client.post(where, data=said).status_code == 422
    assert client.post(where, data={**said, "test": ""}).status_code == 422
    assert client.post(where, data={**said, "people_agree": "2", "people_disagree": "1"}).status_code == 303
    assert (only().step, only().test) == (AgreementStep.ADOPTED, AgreementTest.TWO_THIRDS)
    assert "Adoptado por dos tercios: 2 a favor, 1 en desacuerdo" in client.get(f"/sesiones/{session.reference}").text


@pytest.fixture
def followed(live):
    """An agreement by which a member owes something, an institution nothing, and others something done."""
    session, facilitator = live
    member = tables.member(session.table, person("Ana Única"))
    owed = [DutyContent(member.name, DUE, "Reunir los datos"), DutyContent("=La agencia", NOW, "Avisar")]
    text = agreements.drafted(session, facilitator, "Publicar", *owed)
    agreements.put(text, facilitator)
    agreements.answered(text, member, "agree")
    agreements.closed(text, facilitator)
    return text, member, facilitator


def test_what_is_owed_is_followed_by_its_state(client, followed):
    text, member, _facilitator = followed
    page = f"/mesas/{text.session.table.reference}/acuerdos"
    shown = {
        "": ("Reunir los datos", "Avisar"),
        "?estado=pendiente": ("Reunir los datos",),
        "?estado=vencido": ("Avisar",),
        "?estado=cumplido": (),
        "?estado=otro": ("Reunir los datos", "Avisar"),
    }
    for query, words in shown.items():
        found = client.get(page + query).text
        assert [word for word in ("Reunir los datos", "Avisar") if word in found] == list(words), query
    client.sign_in(member)
    home = client.get("/").text
    assert "Cumple lo que te toca de un acuerdo" in home and "Reunir los datos" in home
    done = f"/acuerdos/{text.reference}/cumplimiento/1"
    assert client.post(f"/acuerdos/{text.reference}/cumplimiento/2", data={"outcome": "x"}).status_code == 403
    assert client.get(f"/acuerdos/{text.reference}/cumplimiento/3").status_code == 404
    assert client.post(done, data={"outcome": "Están en la página"}).location == page
    assert client.post(done, data={"outcome": "Otra vez"}).status_code == 403
    found = client.get(f"{page}?estado=cumplido").text
    assert "Están en la página" in found and "Ana Única" in found and "Avisar" not in found
    assert "Cumple lo que te toca" not in client.get("/").text


def test_it_is_taken_along_as_data(client, followed):
    text, member, _facilitator = followed
    where = f"/mesas/{text.session.table.reference}/acuerdos"
    rows = json.loads(client.get(f"{where}.json").text)["items"]
    assert [(row["duty"], row["responsible"], row["state"]) for row in rows] == [
        ("Reunir los datos", member.name, "pending"),
        ("Avisar", "=La agencia", "overdue"),
    ]
    assert rows[0]["agree"] == 1 and rows[0]["test"] == "consent"
    assert "'=La agencia" in client.get(f"{where}.csv").text
    assert client.get(f"{where}.xml").status_code == 404


def test_a_full_room_costs_no_more(client, live, count_queries):
    session, facilitator = live
    members, address = seated(session, 3), f"/sesiones/{session.reference}"
    client.sign_in(members[0])
    costs = []
    for number in (1, 5):
        for _ in range(number):
            text = agreements.drafted(session, facilitator, "Uno", DutyContent(members[0].name), DutyContent("Otra"))
            agreements.put(text, facilitator)
            for member in members:
                agreements.answered(text, member, "agree")
            agreements.closed(text, facilitator)
        for page in (f"{address}/paneles/agreement", address):
            client.get(page)  # what the commits made stale is read again
            with count_queries() as log:
                assert client.get(page).status_code == 200
            costs.append(len(log))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 12


def test_what_people_wrote_is_one_line_of_the_minutes(live):
    session, facilitator = live
    with transaction():
        operations.record_agreement(
            actor=facilitator,
            session=session,
            content=AgreementContent("Uno\n\n# Título\n- [dos](https://x.example)"),
            now=NOW,
        )
        item = ItemContent("# Aviso", Purpose.INFORM, 5)
        operations.add_item(actor=facilitator, session=session, content=item, now=NOW)
        minutes = operations.draft_minutes(actor=facilitator, session=session, now=NOW)
    assert "Uno # Título - [dos](https://x.example) (Adoptado" in unescape(re.sub("<[^>]+>", "", minutes.html))
    assert "Título</h" not in minutes.html and "Aviso</h" not in minutes.html and "<a " not in minutes.html


def test_minutes_tell_how_it_was_decided_and_what_is_owed(followed):
    text, _member, facilitator = followed
    with transaction():
        minutes = operations.draft_minutes(actor=facilitator, session=text.session, now=NOW)
    assert "Publicar (Adoptado por consenso: 1 a favor, ningún bloqueo)" in minutes.source
    assert "  - Reunir los datos; Ana Única; 15 de junio de 2026" in minutes.source
