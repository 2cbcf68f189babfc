"""Who has to act on a proposal finds how at the head of its page; who does not is not led there."""

from __future__ import annotations

import re

import pytest

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.proposals import operations
from cocrea.proposals.models import ResponseKind
from cocrea.proposals.operations import Answer
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import grant, organisation, person

ANSWER = Answer(ResponseKind.PARTLY, "Hay recursos para la mitad.")


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def author(app):
    return person()


@pytest.fixture
def official(app):
    return grant(person(), Role.OFFICIAL, organisation())


def leads(client, someone, proposal):
    """Where the head of the page leads this reader, within it and beyond."""
    with client.application.test_client() as browser:
        if someone:
            browser.sign_in(someone)
        page = browser.get(f"/propuestas/{proposal.reference}").text
    head = re.search(r'<header class="page-header">(.*?)</header>', page, re.S)[1]
    within = [found for found in re.findall(r'href="#([^"]+)"', head) if f'id="{found}"' in page]
    return within, set(re.findall(r'href="(/[^"]+)"', head))


def test_the_facilitation_is_led_to_its_review_and_then_to_who_answers(client, cycle, author):
    facilitator = cycles.facilitator(cycle)
    waiting = proposals.published(cycle, author=author)
    assert leads(client, facilitator, waiting)[0] == ["revision"]
    assert leads(client, author, waiting)[0] == leads(client, None, waiting)[0] == []
    admitted = proposals.admitted(cycle)
    turn = f"/propuestas/{admitted.reference}/turno"
    within, beyond = leads(client, facilitator, admitted)
    assert (within, turn in beyond) == ([], True)
    assert turn not in leads(client, author, admitted)[1]
    proposals.routed(admitted, organisation())
    assert turn not in leads(client, facilitator, admitted)[1]


def test_an_institution_is_led_to_its_answer_and_to_what_was_asked(client, cycle, author, official):
    ministry = organisation()
    mine = grant(person(), Role.OFFICIAL, ministry)
    routing = proposals.routed(proposals.admitted(cycle, author=author), ministry)
    proposal, desk = routing.proposal, f"/respuestas-pendientes/{routing.id}"
    assert desk in leads(client, mine, proposal)[1]
    for stranger in (None, author, official):
        assert desk not in leads(client, stranger, proposal)[1]
    with transaction():
        (made,) = operations.respond_to_each(actor=mine, routings=[routing.id], answer=ANSWER, now=NOW)
    assert leads(client, author, proposal)[0] == ["respuestas"]
    assert (leads(client, mine, proposal)[0], desk in leads(client, mine, proposal)[1]) == ([], False)
    with transaction():
        operations.ask_back(actor=author, response=made, body="¿Cuándo?", now=NOW)
    assert leads(client, mine, proposal)[0] == ["respuestas"]
    assert leads(client, author, proposal)[0] == leads(client, official, proposal)[0] == []
    with transaction():
        operations.reply(actor=mine, response=made, body="En marzo.", now=NOW)
    assert leads(client, mine, proposal)[0] == []


def test_what_was_withdrawn_leads_no_institution_to_a_page_that_is_not_there(client, cycle, author):
    ministry = organisation()
    mine = grant(person(), Role.OFFICIAL, ministry)
    routing = proposals.routed(proposals.admitted(cycle, author=author), ministry)
    with transaction():
        operations.withdraw(actor=author, proposal=routing.proposal, reason="Ya no.", now=NOW)
    client.sign_in(mine)
    assert f"/respuestas-pendientes/{routing.id}" not in client.get(f"/propuestas/{routing.proposal.reference}").text
