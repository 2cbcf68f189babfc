"""Moderating by plain HTTP, and what everyone sees of it."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Gender, Role, Sector
from cocrea.core import presence
from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import Message, Restriction, RestrictionKind, Turn, TurnKind
from cocrea.tables.queries import moderation
from tests.conftest import NOW
from tests.factories import tables
from tests.factories.accounts import grant, person

REASON = "Interrumpió tres veces a otras personas."
ASKED = {"X-Cocrea-Panel": "moderation"}


@pytest.fixture
def room(app):
    session, facilitator = tables.live_session()
    return session, facilitator, tables.member(session.table, person("Rosa Elvira"))


def page_of(session, rest=""):
    return f"/sesiones/{session.reference}{rest}"


def act_on(session, someone, rest="medida"):
    return page_of(session, f"/integrantes/{someone.public_id}/{rest}")


def count(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def say(client, session, key, body="Lo que quería decir"):
    return client.post(page_of(session, "/mensajes"), data={"body": body, "client_key": key})


def as_(client, someone):
    client.sign_in(someone)
    return client


def test_a_conversation_is_closed_and_opened_where_everyone_sees_why(client, room):
    session, facilitator, someone = room
    as_(client, facilitator)
    assert client.post(page_of(session, "/conversacion/cierre"), data={"reason": " "}).status_code == 422
    closed = client.post(page_of(session, "/conversacion/cierre"), data={"reason": "Escuchemos a quien expone."})
    assert closed.status_code == 303
    as_(client, someone)
    page = client.get(page_of(session)).text
    assert page.count("Escuchemos a quien expone.") >= 1
    answer = say(client, session, "k1")
    assert (answer.status_code, count(Message)) == (403, 0)
    assert "Lo que quería decir" in answer.text
    as_(client, facilitator)
    assert client.post(page_of(session, "/conversacion/apertura")).status_code == 303
    assert say(as_(client, someone), session, "k1").status_code == 303
    assert "Escuchemos a quien expone." in client.get("/historial").text


def test_visitors_see_why_as_well(client, room):
    session, facilitator, _someone = room
    as_(client, facilitator).post(page_of(session, "/conversacion/cierre"), data={"reason": "Escuchemos."})
    client.post("/salir")
    page = client.get(page_of(session)).text
    assert "Escuchemos." in page
    assert "Moderar" not in page


def test_in_slow_mode_the_page_says_how_long_and_keeps_the_text(client, room, clock):
    session, facilitator, someone = room
    slow = {"seconds": "30", "reason": "Somos muchas personas."}
    assert as_(client, facilitator).post(page_of(session, "/conversacion/ritmo"), data=slow).status_code == 303
    as_(client, someone)
    assert "cada 30 segundos" in client.get(page_of(session)).text
    assert say(client, session, "k1").status_code == 303
    clock.advance(seconds=12)
    assert "Puedes volver a escribir en 18 segundos." in client.get(page_of(session)).text
    early = say(client, session, "k2", "Otra cosa más")
    assert (early.status_code, count(Message)) == (403, 1)
    assert "Otra cosa más" in early.text
    assert 'data-wait="18"' in client.get(page_of(session, "/paneles/rules")).text
    clock.advance(seconds=18)
    assert say(client, session, "k2", "Otra cosa más").status_code == 303


def test_who_may_not_write_sees_why_and_no_box_which_comes_back(client, room):
    session, facilitator, someone = room
    box = '<div class="room__write" data-room-write'
    as_(client, facilitator).post(act_on(session, someone), data={"kind": "muted", "reason": REASON})
    page = as_(client, someone).get(page_of(session)).text
    assert f"{box} hidden>" in page
    assert "Vale hasta que la facilitación lo deshaga o termine esta sesión." in page
    lifting = act_on(session, someone) + "/retiro"
    assert as_(client, facilitator).post(lifting).status_code == 303
    page = as_(client, someone).get(page_of(session)).text
    assert f"{box}>" in page
    assert "Lo que escribes es público y con tu nombre." in page


def test_who_is_muted_for_some_minutes_reads_until_when(client, room, clock):
    session, facilitator, someone = room
    sent = {"kind": "muted", "reason": REASON, "minutes": "15"}
    as_(client, facilitator)
    assert client.post(act_on(session, someone), data={**sent, "minutes": "7"}).status_code == 422
    assert "Hasta las 12:15." in client.get(client.post(act_on(session, someone), data=sent).location).text
    page = as_(client, someone).get(page_of(session)).text
    assert "Vale hasta las 12:15" in page
    assert 'data-minutes="15.0"' in page
    clock.advance(minutes=15)
    panel = client.get(page_of(session, "/paneles/rules")).text
    assert 'data-open="yes"' in panel
    assert REASON not in panel
    assert say(client, session, "k1").status_code == 303
    assert "No puede escribir" not in as_(client, facilitator).get(page_of(session, "/integrantes")).text


def test_the_day_stands_once_above_what_was_said_on_it(client, room, clock):
    session, _facilitator, someone = room
    as_(client, someone)
    first = say(client, session, "k1")
    say(client, session, "k2")
    clock.advance(days=1)
    say(client, session, "k3")
    reply = {"body": "Respondo", "client_key": "k4", "parent": first.location.rpartition("#m")[2]}
    client.post(page_of(session, "/mensajes"), data=reply)
    page = client.get(page_of(session)).text
    days = re.findall(r'class="chat__day" data-day="([^"]*)"', page.partition("<template")[0])
    times = re.findall(
        r"<time datetime=[^>]*>([^<]*)</time>", page.partition("data-room-list")[2].partition("</ol>")[0]
    )
    assert days == ["2026-06-05", "2026-06-06"]
    assert times == ["12:00", "sábado 6 de junio de 2026, 12:00", "12:00", "12:00"]


@pytest.mark.parametrize("seconds", ["", "7", "-30", "x", "99999999999"])
def test_only_waits_from_the_list_are_taken(client, room, seconds):
    session, facilitator, _someone = room
    sent = {"seconds": seconds, "reason": "Somos muchas."}
    assert as_(client, facilitator).post(page_of(session, "/conversacion/ritmo"), data=sent).status_code == 422
    assert session.slow_seconds == 0


def test_a_script_gets_the_panel_alone(client, room):
    session, facilitator, _someone = room
    as_(client, facilitator)
    empty = client.post(page_of(session, "/conversacion/cierre"), data={"reason": ""}, headers=ASKED)
    assert (empty.status_code, "Hay algo que corregir" in empty.text) == (422, True)
    done = client.post(page_of(session, "/conversacion/cierre"), data={"reason": "Escuchemos."}, headers=ASKED)
    assert (done.status_code, "Cerrar la conversación" in done.text, "<html" in done.text) == (200, False, False)
    rules = client.get(page_of(session, "/paneles/rules")).text
    assert 'data-open="no"' in rules
    opened = client.post(page_of(session, "/conversacion/apertura"), headers={"X-Cocrea-Panel": "rules"})
    assert ("Abrir la conversación" in rules, 'data-open="yes"' in opened.text) == (True, True)


def test_the_tools_of_the_facilitation_are_in_nobody_elses_panel(client, room):
    session, facilitator, someone = room
    tools = page_of(session, "/paneles/moderation")
    assert "Cambiar el ritmo" in as_(client, facilitator).get(tools).text
    assert "Cambiar el ritmo" not in as_(client, someone).get(tools).text
    assert 'data-panel="moderation"' not in client.get(page_of(session)).text


def test_from_a_message_to_whoever_wrote_it_and_back(client, room):
    session, facilitator, someone = room
    message = tables.said(session, someone)
    own = tables.said(session, facilitator)
    as_(client, facilitator)
    author = page_of(session, f"/mensajes/{message.seq}/autoria")
    assert author in client.get(page_of(session)).text
    assert client.get(author).location.endswith(act_on(session, someone))
    assert client.get(page_of(session, f"/mensajes/{own.seq}/autoria")).location.endswith("/integrantes")
    asked = client.get(act_on(session, someone))
    assert someone.name in asked.text
    assert client.post(act_on(session, someone), data={"kind": "muted", "reason": " "}).status_code == 422
    assert client.post(act_on(session, someone), data={"kind": "banned", "reason": REASON}).status_code == 422
    done = client.post(act_on(session, someone), data={"kind": "muted", "reason": REASON})
    assert (done.status_code, count(Restriction)) == (303, 1)
    listed = client.get(done.location).text
    assert REASON in listed
    assert "No puede escribir" in listed
    assert client.post(act_on(session, someone, "medida/retiro")).status_code == 303
    assert count(Restriction) == 0
    assert client.post(act_on(session, someone, "medida/retiro")).status_code == 404


def test_the_person_reads_why_and_nobody_else_reads_whom(client, room):
    session, facilitator, someone = room
    as_(client, facilitator).post(act_on(session, someone), data={"kind": "removed", "reason": REASON})
    page = as_(client, someone).get(page_of(session)).text
    assert page.count(REASON) >= 1
    assert "data-room-write hidden>" in page
    answer = say(client, session, "k1")
    assert (answer.status_code, count(Message)) == (403, 0)
    assert "Lo que quería decir" in answer.text
    assert client.get(page_of(session, "/paneles/rules")).text.count(REASON) >= 1
    other = tables.member(session.table)
    for address in ("", "/paneles/rules"):
        assert REASON not in as_(client, other).get(page_of(session, address)).text
    for address in ("/integrantes", f"/integrantes/{someone.public_id}/medida"):
        assert client.get(page_of(session, address)).status_code == 403
    assert client.post(act_on(session, someone, "medida/retiro")).status_code == 404
    told = client.get("/historial").text
    assert REASON in told
    assert someone.name not in told


def test_what_it_costs_is_the_same_in_any_mode(client, room, count_queries):
    session, facilitator, someone = room
    as_(client, someone)
    say(client, session, "k1")

    def cost():
        db.session.expire_all()
        with count_queries() as log:
            assert client.get(page_of(session)).status_code == 200
        return len(log)

    before = cost()
    with transaction():
        said = {"actor": facilitator, "session": session, "reason": REASON, "now": NOW}
        operations.set_slow_mode(seconds=30, **said)
    assert cost() == before
    with transaction():
        operations.restrict(person=someone, kind=RestrictionKind.MUTED, **said)
    assert cost() == before
    assert before <= 10


def test_the_list_costs_the_same_however_many_sit_there(client, room, count_queries):
    session, facilitator, _someone = room
    as_(client, facilitator)

    def cost():
        db.session.expire_all()
        with count_queries() as log:
            assert client.get(page_of(session, "/integrantes")).status_code == 200
        return len(log)

    few = cost()
    for _ in range(12):
        tables.said(session, tables.member(session.table))
    assert cost() == few
    assert few <= 10


@pytest.fixture
def present(monkeypatch):
    """Who is in the room online, as the list of members finds it."""
    here = set()
    monkeypatch.setattr(presence, "people", lambda _room: {someone.public_id for someone in here})
    return here


def unheard(client, session):
    page = client.get(page_of(session, "/integrantes")).text
    return page.partition("A quién no se ha escuchado")[2].partition("De quiénes se ha escuchado la voz")[0]


def test_the_facilitation_sees_who_is_there_and_was_not_heard(client, room, present):
    session, facilitator, silent = room
    wrote, spoke, away, muted = (tables.member(session.table, person(f"Persona {n}")) for n in "ABCD")
    watches = tables.member(session.table, grant(person("Quien mira"), Role.OBSERVER, session.table))
    helps = tables.member(session.table, grant(person("Quien ayuda"), Role.COFACILITATOR, session.table))
    present |= {silent, wrote, spoke, muted, watches, helps, facilitator}
    tables.said(session, wrote)
    with transaction():
        operations.ask_for_floor(actor=spoke, session=session, kind=TurnKind.QUESTION, now=NOW)
    as_(client, facilitator)
    assert spoke.name in unheard(client, session)
    with transaction():
        turn = db.session.scalars(sa.select(Turn)).one()
        operations.give_floor(actor=facilitator, turn=turn, now=NOW)
    client.post(act_on(session, muted), data={"kind": "muted", "reason": REASON})
    listed = unheard(client, session)
    assert silent.name in listed
    for someone in (wrote, spoke, away, muted, watches, helps):
        assert someone.name not in listed
    present -= {silent}
    assert "se les ha escuchado" in unheard(client, session)
    present.clear()
    assert "Ninguna persona de la mesa está en la sala" in unheard(client, session)


def test_a_list_that_is_cut_says_so(client, room, monkeypatch):
    session, facilitator, _someone = room
    monkeypatch.setattr(moderation, "SHOWN_MEMBERS", 1)
    monkeypatch.setattr(queries, "SHOWN_MEMBERS", 1)
    as_(client, facilitator)
    assert "quienes se sentaron primero" not in client.get(page_of(session, "/integrantes")).text
    later = tables.member(session.table, person("Quien llegó después"))
    page = client.get(page_of(session, "/integrantes")).text
    assert "quienes se sentaron primero" in page
    assert later.name not in page


def test_small_groups_are_told_with_others_and_genders_only_when_it_is_over(client, room):
    session, facilitator, _someone = room
    for sector, people in ((Sector.ACADEMIA, 6), (Sector.CIVIL_SOCIETY, 3), (Sector.PRIVATE_SECTOR, 2)):
        for number in range(people):
            gender = Gender.WOMAN if number % 2 else Gender.MAN
            someone = tables.member(session.table, person(sector=sector, gender=gender))
            if number != 1:
                tables.said(session, someone)
    told = queries.voices(session)
    assert told.by_sector == {"academia": (5, 6), "rest": (3, 6)}
    assert told.by_gender == {}
    as_(client, facilitator)
    cells = re.findall(r'<td[^>]*class="number"[^>]*>([^<]*)</td>', client.get(page_of(session, "/integrantes")).text)
    assert cells == ["5", "6", "menos de 5", "6"]
    with transaction():
        operations.end_session(actor=facilitator, session=session, now=NOW)
    assert queries.voices(session).by_gender == {"rest": 8}
