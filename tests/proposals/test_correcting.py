"""A published answer is corrected in public: every text it had stays, and nobody's is lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Organisation, Role
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.discussion.models import Visibility
from cocrea.discussion.operations import set_visibility, support
from cocrea.extensions import db
from cocrea.proposals import feeding, operations, policies, queries
from cocrea.proposals.models import AnswerStep, ResponseKind, ResponseVersion, answer_step
from cocrea.proposals.operations import Answer
from tests.conftest import NOW
from tests.factories import proposals
from tests.factories.accounts import credential, grant, organisation, person
from tests.factories.history import records
from tests.real import at_once

FIRST = Answer(ResponseKind.NOT_ACCEPTED, "No hay recursos este año.", "Nada por ahora.")
BETTER = Answer(ResponseKind.PARTLY, "Hay recursos para la mitad.", "En marzo se publica.")
WHY = "El presupuesto se amplió en octubre."
LATER = NOW + timedelta(days=2)


@pytest.fixture
def ministry(app):
    return organisation()


@pytest.fixture
def official(ministry):
    return grant(person("Servidora 01"), Role.OFFICIAL, ministry)


@pytest.fixture
def author(app):
    return person("Autora 01")


@pytest.fixture
def response(author, ministry, official):
    proposal = proposals.admitted(proposals.working_cycle(), author=author)
    proposals.routed(proposal, ministry)
    with transaction():
        return operations.respond(actor=official, proposal=proposal, organisation=ministry, answer=FIRST, now=NOW)


def correct(actor, response, answer=BETTER, reason=WHY, base=None, now=LATER):
    with transaction():
        return operations.correct(
            actor=actor,
            response=response,
            answer=answer,
            reason=reason,
            base=response.fingerprint if base is None else base,
            now=now,
        )


def texts(response):
    statement = sa.select(ResponseVersion).filter_by(response_id=response.id).order_by(ResponseVersion.number)
    return [(version.number, version.reasons_source, version.why) for version in db.session.scalars(statement)]


def test_every_text_stays_with_why_and_the_history_has_both_fingerprints(response, official):
    before = response.fingerprint
    correct(official, response)
    assert texts(response) == [(1, FIRST.reasons, ""), (2, BETTER.reasons, WHY)]
    assert (response.kind, response.version, response.corrected_at) == (ResponseKind.PARTLY, 2, LATER)
    assert response.published_at == NOW
    told = records("proposal.answer_corrected")[-1]
    assert (told["old"], told["reason"]) == ({"kind": "not_accepted", "text": before}, WHY)
    assert told["new"] == {
        "kind": "partly",
        "text": response.fingerprint,
        "organisation": response.organisation.slug,
        "version": 2,
    }


def test_what_was_published_once_does_not_change(response):
    first = db.session.scalars(sa.select(ResponseVersion)).one()
    first.reasons_source = "Nunca lo dijimos."
    with pytest.raises(RuntimeError, match="response_versions does not change"):
        db.session.flush()
    db.session.rollback()
    assert texts(response) == [(1, FIRST.reasons, "")]


def test_it_needs_a_reason_and_to_say_something_else(response, official):
    for answer, reason in ((BETTER, " "), (FIRST, WHY), (Answer(None, "Sí."), WHY), (Answer(BETTER.kind, " "), WHY)):
        with pytest.raises(Invalid):
            correct(official, response, answer, reason)
    assert texts(response) == [(1, FIRST.reasons, "")]
    assert response.version == 1


def test_only_officials_of_the_institution_correct_what_is_public(response, author):
    for stranger in (author, person(), grant(person(), Role.OFFICIAL, organisation())):
        with pytest.raises(Denied):
            correct(stranger, response)
    official = grant(person(), Role.OFFICIAL, response.organisation)
    with transaction():
        set_visibility(response.proposal, Visibility.HIDDEN, reason="x", now=NOW)
    with pytest.raises(Denied):
        correct(official, response)


def test_of_two_at_once_the_second_is_shown_both(client, response, official):
    colleague, base = grant(person(), Role.OFFICIAL, response.organisation), response.fingerprint
    correct(colleague, response, base=base)
    with pytest.raises(Conflict):
        correct(official, response, Answer(ResponseKind.ALREADY, "Ya se hace."), base=base)
    sent = {"kind": "already", "reasons": "Ya se hace.", "reason": "Nos faltó decirlo.", "base": base}
    page = client.sign_in(official).post(f"/respuestas/{response.id}/correccion", data=sent)
    assert page.status_code == 422
    assert BETTER.reasons in page.text
    assert "Ya se hace." in page.text
    fresh = re.search(r'name="base"[^>]*value="([^"]*)"', page.text).group(1)
    assert fresh == response.fingerprint
    assert client.post(f"/respuestas/{response.id}/correccion", data={**sent, "base": fresh}).status_code == 303
    assert [number for number, *_rest in texts(response)] == [1, 2, 3]


def test_twenty_presses_at_once_publish_one_correction(committed_app):
    institution = organisation()
    who = grant(person(), Role.OFFICIAL, institution)
    proposal = proposals.admitted(proposals.working_cycle())
    proposals.routed(proposal, institution)
    with transaction():
        made = operations.respond(actor=who, proposal=proposal, organisation=institution, answer=FIRST, now=NOW)
    keys, base = (type(made), made.id, type(who), who.id), made.fingerprint

    def press() -> bool:
        response, actor = db.session.get_one(*keys[:2]), db.session.get_one(*keys[2:])
        try:
            correct(actor, response, base=base)
        except Conflict:
            return False
        return True

    assert sum(at_once(committed_app, [press] * 20)) == 1


def test_asking_back_is_renewed_only_by_another_kind(response, official, author):
    def ask(now):
        with transaction():
            operations.ask_back(actor=author, response=response, body="¿Por qué?", now=now)

    def reply(now):
        with transaction():
            operations.reply(actor=official, response=response, body="Por el presupuesto.", now=now)

    ask(NOW)
    with pytest.raises(Denied):
        correct(official, response)
    reply(NOW)
    correct(official, response, Answer(FIRST.kind, "No hay recursos: ni este año ni el próximo."))
    assert answer_step(None, response) is AnswerStep.REPLIED
    with pytest.raises(Conflict):
        ask(LATER)
    correct(official, response, BETTER)
    assert answer_step(None, response) is AnswerStep.PUBLISHED
    with pytest.raises(Denied):
        ask(LATER + policies.ASK_BACK)
    ask(LATER + policies.ASK_BACK - timedelta(seconds=1))
    reply(LATER + policies.ASK_BACK)
    assert [asked.version for asked in response.questions] == [1, 3]


def test_an_official_corrects_on_a_page_and_everybody_reads_what_changed(client, app, response, official, author):
    supporter = person()
    for someone in (author, supporter):
        credential(someone)
    with transaction():
        support(actor=supporter, contribution=response.proposal, now=NOW)
    outbox = app.extensions["mailman"].outbox = []
    page, address = f"/propuestas/{response.proposal.reference}", f"/respuestas/{response.id}"
    client.sign_in(official)
    assert f"{address}/correccion" in client.get(page).text
    form = client.get(f"{address}/correccion").text
    assert FIRST.reasons in form
    base = re.search(r'name="base"[^>]*value="([^"]*)"', form).group(1)
    sent = {"kind": "partly", "reasons": BETTER.reasons, "next_steps": BETTER.next_steps, "base": base}
    unsaid = client.post(f"{address}/correccion", data={**sent, "reason": " "})
    assert (unsaid.status_code, BETTER.reasons in unsaid.text) == (422, True)
    assert client.post(f"{address}/correccion", data={**sent, "reason": WHY}).status_code == 303
    assert sorted(letter.to[0] for letter in outbox) == sorted(
        f"{p.public_id}@example.org" for p in (author, supporter)
    )
    assert WHY in outbox[0].body
    assert f"{address}/versiones" in outbox[0].body
    with client.application.test_client() as visitor:
        shown = visitor.get(page).text
        assert "Corregida el" in shown
        assert FIRST.reasons not in shown
        assert f"{address}/versiones" in shown
        every = visitor.get(f"{address}/versiones").text
        assert every.index("Versión 2") < every.index(WHY) < every.index("Versión 1") < every.index(FIRST.reasons)
        assert "Servidora 01" not in every
        for asked in ("", "?de=1&a=2", "?de=2&a=1&lado=1"):
            compared = visitor.get(f"{address}/versiones/comparacion{asked}").text
            assert "De la versión 1 a la 2" in compared
            assert "No aceptada" in compared
        assert visitor.get(f"{address}/versiones/comparacion?de=1&a=3").status_code == 404


@pytest.mark.parametrize("gone", [Visibility.WITHDRAWN, Visibility.MERGED, Visibility.SPLIT])
def test_what_was_answered_outlives_the_proposal_and_changes_no_more(client, response, official, author, gone):
    correct(official, response)
    title, address = response.proposal.title, f"/respuestas/{response.id}"
    with transaction():
        set_visibility(response.proposal, gone, reason="x", now=NOW)
    db.session.expire_all()
    assert f"{address}/versiones" in client.get(f"/propuestas/{response.proposal.reference}").text
    every = client.get(f"{address}/versiones")
    assert every.status_code == 200 and FIRST.reasons in every.text and WHY in every.text
    assert title not in every.text
    assert "De la versión 1 a la 2" in client.get(f"{address}/versiones/comparacion?de=1&a=2").text
    assert client.sign_in(official).get(f"{address}/correccion").status_code == 403
    assert client.post(f"{address}/replica", data={"body": "x"}).status_code == 403
    assert client.sign_in(author).post(f"{address}/repregunta", data={"body": "x"}).status_code == 403


def test_the_page_of_what_was_hidden_does_not_lead_to_what_answers_said_before(client, response, official):
    correct(official, response)
    with transaction():
        set_visibility(response.proposal, Visibility.HIDDEN, reason="x", now=NOW)
    page = client.get(f"/propuestas/{response.proposal.reference}").text
    assert "Corregida el" in page and "/versiones" not in page


def test_in_place_of_what_was_taken_from_view_is_why(client, response, official, author):
    correct(official, response)
    title, why = response.proposal.title, "Da el domicilio de una persona."
    with transaction():
        set_visibility(response.proposal, Visibility.HIDDEN, reason=why, now=NOW)
    db.session.expire_all()
    for reader in (None, author, official):
        if reader:
            client.sign_in(reader)
        for tail in ("", "/comparacion", "/comparacion?de=1&a=9"):
            page = client.get(f"/respuestas/{response.id}/versiones{tail}")
            assert (page.status_code, why in page.text) == (200, True)
            for secret in (title, FIRST.reasons, BETTER.reasons, WHY):
                assert secret not in page.text
    assert client.get(f"/respuestas/{response.id}/correccion").status_code == 403
    for act in ("replica", "repregunta"):
        refused = client.post(f"/respuestas/{response.id}/{act}", data={"body": "x"})
        assert (refused.status_code, title in refused.text) == (403, False)


def test_the_list_costs_the_same_however_many_there_are(client, response, official, count_queries):
    costs = []
    for more in (1, 5):
        for number in range(more):
            correct(official, response, Answer(BETTER.kind, f"Texto {more}-{number}"))
        address = f"/respuestas/{response.id}/versiones"
        db.session.expire_all()
        with count_queries() as log:
            assert client.get(address).status_code == 200
        costs.append(len(log))
    assert costs[0] == costs[1] <= 10


def test_an_answer_names_the_commitments_it_feeds(client, response, official, monkeypatch):
    offered = {"OAX-COM-0001": "Agua con calendario", "OAX-COM-0002": "Obra con letrero"}
    monkeypatch.setattr(feeding, "_loaders", [lambda _cycle: offered])
    fed = Answer(BETTER.kind, BETTER.reasons, feeds=("OAX-COM-0002",))
    with pytest.raises(Invalid):
        correct(official, response, Answer(BETTER.kind, BETTER.reasons, feeds=("OAX-COM-0003",)))
    correct(official, response, fed)
    page = client.get(f"/propuestas/{response.proposal.reference}").text
    assert "Obra con letrero" in page
    assert "Agua con calendario" not in page
    offered.clear()
    page = client.get(f"/propuestas/{response.proposal.reference}").text
    assert "OAX-COM-0002" in page
    assert "Obra con letrero" not in page
    assert queries.responses(response.proposal)[0].feeds == ["OAX-COM-0002"]
    assert db.session.get_one(Organisation, response.organisation_id).name in page
