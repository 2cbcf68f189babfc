"""What people send by plain HTTP has the rate of the live connection, and comes back when it was too much."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cocrea.core import live
from cocrea.core.rates import Rate
from cocrea.extensions import db
from cocrea.tables.models import Message, PollKind, Turn
from tests.factories import agreements, polls, tables


@pytest.fixture
def room(app, monkeypatch):
    monkeypatch.setattr(live, "WRITES", Rate(1, 60))
    session, facilitator = tables.live_session()
    return session, facilitator, tables.member(session.table)


def count(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def use_up(client, someone):
    client.sign_in(someone)
    live.spend(someone)


def test_a_message_too_many_comes_back(room, client):
    session, _facilitator, someone = room
    use_up(client, someone)
    answer = client.post(f"/sesiones/{session.reference}/mensajes", data={"body": "Falta agua", "client_key": "k1"})
    assert (answer.status_code, count(Message)) == (403, 0)
    assert "Vas muy rápido" in answer.text and "Falta agua</textarea>" in answer.text


def test_a_turn_asked_for_too_often_comes_back(room, client):
    session, _facilitator, someone = room
    use_up(client, someone)
    answer = client.post(f"/sesiones/{session.reference}/turnos", data={"kind": "question", "client_key": "k1"})
    assert (answer.status_code, count(Turn)) == (422, 0)
    assert "Vas muy rápido" in answer.text


def test_an_answer_to_a_poll_too_many_comes_back(room, client):
    session, facilitator, someone = room
    poll = polls.opened(session, facilitator, PollKind.CLOUD)
    use_up(client, someone)
    answer = client.post(f"/sesiones/{session.reference}/sondeos/{poll.id}/respuesta", data={"word": "manantial"})
    assert answer.status_code == 422
    assert "Vas muy rápido" in answer.text and 'value="manantial"' in answer.text


def test_an_answer_to_an_agreement_too_many_comes_back(room, client):
    session, facilitator, someone = room
    text = agreements.put(agreements.drafted(session, facilitator), facilitator)
    use_up(client, someone)
    said = {"choice": "block", "reason": "Falta el manantial", "version": "1"}
    address = f"/sesiones/{session.reference}/acuerdos/{text.reference}/respuesta"
    answer = client.post(address, data=said, headers={"X-Cocrea-Panel": "agreement"})
    assert answer.status_code == 422
    assert "Vas muy rápido" in answer.text and "Falta el manantial" in answer.text


def test_visitors_are_judged_and_not_counted(room, client):
    session, _facilitator, _someone = room
    for key in ("k1", "k2"):
        answer = client.post(f"/sesiones/{session.reference}/mensajes", data={"body": "Hola", "client_key": key})
        assert "Vas muy rápido" not in answer.text
