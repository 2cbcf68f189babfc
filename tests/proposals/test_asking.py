"""Asking back about an answer, and the reply: each once, both public."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cocrea.accounts.models import Organisation, Role
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import db
from cocrea.proposals import operations, policies
from cocrea.proposals.models import AnswerStep, ResponseKind, answer_step
from cocrea.proposals.operations import Answer
from tests.conftest import NOW
from tests.factories import proposals
from tests.factories.accounts import credential, grant, organisation, person
from tests.factories.history import actions


@pytest.fixture
def author(app):
    made = person("Autora 01")
    credential(made)
    return made


@pytest.fixture
def official(app):
    made = grant(person("Servidora 01"), Role.OFFICIAL, organisation())
    credential(made)
    return made


@pytest.fixture
def response(author, official):
    proposal = proposals.admitted(proposals.working_cycle(), author=author)
    routing = proposals.routed(proposal, _institution(official))
    with transaction():
        answer = Answer(ResponseKind.PARTLY, "La mitad.")
        return operations.respond(
            actor=official, proposal=proposal, organisation=routing.organisation, answer=answer, now=NOW
        )


def _institution(official):
    return db.session.get_one(Organisation, official.organisation_ids(Role.OFFICIAL).pop())


def ask(actor, response, body="¿Por qué la mitad?", now=NOW):
    with transaction():
        return operations.ask_back(actor=actor, response=response, body=body, now=now)


def reply(actor, response, body="Por el presupuesto."):
    with transaction():
        return operations.reply(actor=actor, response=response, body=body, now=NOW)


def test_the_author_asks_once_and_the_institution_replies_once(author, official, response):
    assert answer_step(None, response) is AnswerStep.PUBLISHED
    with pytest.raises(Conflict):
        reply(official, response)
    ask(author, response)
    with pytest.raises(Conflict):
        ask(author, response)
    assert answer_step(None, response) is AnswerStep.ASKED
    reply(official, response)
    for again in (lambda: ask(author, response), lambda: reply(official, response)):
        with pytest.raises(Conflict):
            again()
    assert answer_step(None, response) is AnswerStep.REPLIED
    assert actions(response.proposal.reference)[-2:] == ["proposal.asked_back", "proposal.replied"]


def test_only_the_author_asks_in_time_and_only_the_institution_replies(author, official, response):
    other = grant(person(), Role.OFFICIAL, organisation())
    for stranger in (person(), official, other):
        with pytest.raises(Denied):
            ask(stranger, response)
    with pytest.raises(Denied):
        ask(author, response, now=NOW + policies.ASK_BACK)
    with pytest.raises(Invalid):
        ask(author, response, " ")
    ask(author, response, now=NOW + policies.ASK_BACK - timedelta(seconds=1))
    for stranger in (author, other):
        with pytest.raises(Denied):
            reply(stranger, response)
    with pytest.raises(Invalid):
        reply(official, response, " ")


def test_both_are_written_on_the_page_and_told(client, app, author, official, response):
    outbox = app.extensions["mailman"].outbox = []
    page, address = f"/propuestas/{response.proposal.reference}", f"/respuestas/{response.id}"
    assert client.sign_in(person()).post(f"{address}/repregunta", data={"body": "¿?"}).status_code == 403
    assert "Repreguntar" not in client.get(page).text
    client.sign_in(author)
    assert "Repreguntar" in client.get(page).text
    assert client.post(f"{address}/repregunta", data={"body": " "}).status_code == 422
    assert client.post(f"{address}/repregunta", data={"body": "<script>¿Por qué?"}).status_code == 303
    again = client.post(f"{address}/repregunta", data={"body": "Otra más."})
    assert again.status_code == 422
    client.sign_in(official)
    assert "Contestar lo que preguntaron" in client.get(page).text
    assert client.post(f"{address}/replica", data={"body": "Por el presupuesto."}).status_code == 303
    with client.application.test_client() as visitor:
        shown = visitor.get(page).text
        assert "&lt;script&gt;¿Por qué?" in shown
        assert "Por el presupuesto." in shown
    assert [letter.to[0] for letter in outbox] == [f"{one.public_id}@example.org" for one in (official, author)]
    assert client.post("/respuestas/999999999/replica").status_code == 404
