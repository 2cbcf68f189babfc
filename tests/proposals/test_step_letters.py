"""Whoever wrote or supports a proposal is told what became of it, once for all that happened at once."""

from __future__ import annotations

import pytest

from cocrea.core.db import transaction
from cocrea.discussion import addressees
from cocrea.proposals import jobs, operations
from cocrea.proposals.models import ProposalStatus
from cocrea.proposals.operations import Content
from tests.conftest import NOW
from tests.factories import cycles, discussion, proposals
from tests.factories.accounts import credential, person
from tests.factories.history import actions


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def address(someone):
    return f"{someone.public_id}@example.org"


def known(name, **columns):
    found = person(name, **columns)
    credential(found)
    return found


def published(cycle, author, title):
    return proposals.published(cycle, author=author, content=Content(title, "x"))


def moved(*proposed, to):
    with transaction():
        for proposal in proposed:
            operations.move(actor=None, proposal=proposal, status=to, now=NOW)


def told(outbox):
    return {letter.to[0]: letter.body for letter in outbox}


def test_author_and_supporters_learn_the_decision_and_its_reason(cycle, outbox):
    author, supporter, english = known("Autora 01"), known("Vecino 02"), known("Neighbour 03", locale="en")
    proposal = published(cycle, author, "Abrir el padrón")
    for someone in (supporter, english, person("Sin correo")):
        discussion.support(proposal, someone)
    with transaction():
        operations.reject(
            actor=cycles.facilitator(cycle),
            proposal=proposal,
            findings=proposals.first_not_met(cycle, "Nadie la pidió."),
            reason="No es de este gobierno.",
            now=NOW,
        )
    letters = told(outbox)
    assert sorted(letters) == sorted(map(address, (author, supporter, english)))
    body = letters[address(author)]
    for words in (
        "«Abrir el padrón»",
        "La revisión no la admitió.",
        "No es de este gobierno.",
        "Nadie la pidió.",
        proposal.reference,
    ):
        assert words in body
    assert "No es de este gobierno." in letters[address(english)]
    assert "La revisión" not in letters[address(english)]


def test_one_letter_tells_all_that_happened_at_once(cycle, outbox, monkeypatch):
    monkeypatch.setattr(addressees, "LETTERS_AT_ONCE", 1)
    author, other = known("Autora 01"), known("Autor 02")
    several = [published(cycle, author, f"Propuesta {n}") for n in range(3)]
    single = published(cycle, other, "La de otro")
    moved(*several, single, to=ProposalStatus.ADMITTED)
    assert len(outbox) == 2
    letters = told(outbox)
    assert all(proposal.reference in letters[address(author)] for proposal in several)
    assert single.reference not in letters[address(author)]


def test_what_was_overtaken_is_not_told(cycle, outbox):
    proposal = published(cycle, known("Autora 01"), "Abrir el padrón")
    moved(proposal, to=ProposalStatus.ADMITTED)
    outbox.clear()
    jobs.tell_of_steps([(proposal.id, "not_admitted")])
    assert outbox == []


def test_a_vote_that_is_called_off_is_not_told_as_an_admission(cycle, outbox):
    proposal = published(cycle, known("Autora 01"), "Abrir el padrón")
    moved(proposal, to=ProposalStatus.ADMITTED)
    moved(proposal, to=ProposalStatus.ON_BALLOT)
    outbox.clear()
    moved(proposal, to=ProposalStatus.ADMITTED)
    assert "se canceló" in outbox[0].body and "La revisión" not in outbox[0].body
    assert actions(proposal.reference)[-1] == "proposal.off_ballot"


def test_of_what_was_withdrawn_the_letter_has_the_reason_and_no_text(cycle, outbox):
    author, supporter = known("Autora 01"), known("Vecino 02")
    proposal = published(cycle, author, "Lo que no debió decir")
    discussion.support(proposal, supporter)
    with transaction():
        operations.withdraw(actor=author, proposal=proposal, reason="Ya no la sostengo.", now=NOW)
    body = told(outbox)[address(supporter)]
    assert "Ya no la sostengo." in body and proposal.reference in body
    assert "Lo que no debió decir" not in body


def test_publishing_writes_to_nobody(cycle, outbox):
    published(cycle, known("Autora 01"), "Abrir el padrón")
    assert outbox == []
