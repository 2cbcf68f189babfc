"""Proposals made on paper or in person: who writes them down, for whom, and who answers for them afterwards."""

from __future__ import annotations

import re

import pytest

from cocrea.accounts.models import Person, Role
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.proposals import operations, policies, queries
from cocrea.proposals.models import Proposal
from tests.conftest import NOW
from tests.factories import cycles, proposals, tables
from tests.factories.accounts import grant, person
from tests.factories.history import records

WHERE = "Asamblea vecinal en Comala, 14 de mayo"


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def facilitator(cycle):
    return cycles.facilitator(cycle)


@pytest.fixture
def problem(cycle):
    return proposals.problem(cycle)


def url(cycle):
    return f"/ciclos/{cycle.slug}/propuestas/registro"


def form_of(problem, **changes):
    said = {"title": "Avisar por radio", "body": "Cada domingo.", "problems": problem.reference, "key": "k1"}
    return said | {"channel": "paper", "attribution": WHERE} | changes


def recorded(client, cycle, facilitator, problem, **changes):
    place = client.sign_in(facilitator).post(url(cycle), data=form_of(problem, **changes)).location
    assert client.post(f"{place}/publicacion").status_code == 303
    return Proposal.query.one()


def test_a_group_is_named_and_so_is_who_wrote_it_down(client, cycle, facilitator, problem):
    made = recorded(client, cycle, facilitator, problem)
    assert (made.channel, made.author_id, made.recorded_by_id) == (Channel.PAPER, None, facilitator.id)
    assert made.author_sector is None
    told = client.get(f"/propuestas/{made.reference}").text
    assert "La propuesta ya es pública" in told and "Tu propuesta" not in told and told.count(WHERE) == 1
    with client.application.test_client() as visitor:
        page = visitor.get(f"/propuestas/{made.reference}").text
        assert visitor.get(f"/ciclos/{cycle.slug}/propuestas?canal=paper").text.count(made.reference) > 0
    for shown in (WHERE, "En papel", f"La registró {facilitator.label}"):
        assert shown in page
    assert "paper" in str(queries.figures(cycle, None))


def test_one_person_without_e_mail_is_its_author(client, cycle, facilitator, problem):
    made = recorded(client, cycle, facilitator, problem, newcomer="Doña Lupe", channel="in_person")
    assert (made.author.name, made.author.registered_by_id) == ("Doña Lupe", facilitator.id)
    assert made.recorded_by_id == facilitator.id
    assert len(records("person.assisted")) == 1
    page = client.get(f"/propuestas/{made.reference}").text
    assert "Doña Lupe" in page and WHERE in page
    again = client.get(url(cycle)).text
    assert re.search(rf'<option value="{made.author.public_id}">Doña Lupe', again)
    second = form_of(problem, key="k2", person=made.author.public_id)
    client.post(url(cycle), data=second)
    assert {proposal.author_id for proposal in Proposal.query} == {made.author_id}
    assert Person.query.filter_by(name="Doña Lupe").count() == 1


def test_nobody_is_acted_for_by_who_did_not_register_them(client, cycle, facilitator, problem):
    stranger = person("Alguien con cuenta")
    with pytest.raises(Invalid), transaction():
        operations.record(
            actor=facilitator,
            cycle=cycle,
            content=proposals.CONTENT,
            problems=[problem],
            channel=Channel.PAPER,
            attribution=WHERE,
            acting_for=stranger,
            now=NOW,
        )
    page = client.sign_in(facilitator).post(url(cycle), data=form_of(problem, person=stranger.public_id))
    assert (page.status_code, Proposal.query.count()) == (422, 0)


@pytest.mark.parametrize("wrong", [{"attribution": " "}, {"channel": "online"}, {"channel": ""}, {"problems": "X"}])
def test_where_it_comes_from_is_asked_and_what_was_typed_stays(client, cycle, facilitator, problem, wrong):
    page = client.sign_in(facilitator).post(url(cycle), data=form_of(problem, **wrong))
    assert page.status_code == 422
    assert "Cada domingo." in page.text
    assert "tu propuesta" not in page.text.lower()


def test_only_the_facilitation_records_and_only_in_the_stage(client, cycle, problem):
    assert client.sign_in(person()).get(url(cycle)).status_code == 403
    other = cycles.cycle(StageKind.CONSULTATION)
    with pytest.raises(Denied), transaction():
        operations.record(
            actor=cycles.facilitator(other),
            cycle=other,
            content=proposals.CONTENT,
            problems=[],
            channel=Channel.PAPER,
            attribution=WHERE,
            now=NOW,
        )
    assert "Registrar una hecha en persona" not in client.get(f"/ciclos/{cycle.slug}/propuestas").text


def test_who_recorded_it_speaks_for_it_and_other_facilitators_do_not(client, cycle, facilitator, problem):
    made = recorded(client, cycle, facilitator, problem, newcomer="Doña Lupe")
    colleague = cycles.facilitator(cycle)
    for may in (policies.can_edit, policies.can_withdraw):
        assert may(facilitator, made, NOW) and not may(colleague, made, NOW)
    assert not policies.can_amend(facilitator, made, NOW)
    path = f"/propuestas/{made.reference}"
    sent = {"title": "Otro", "body": "x", "problems": problem.reference, "base": made.edition}
    assert client.post(f"{path}/edicion", data=sent).status_code == 303
    assert client.post(f"{path}/retiro", data={"reason": "Lo pidió la asamblea."}).status_code == 303
    assert client.sign_in(colleague).get(f"{path}/edicion").status_code == 404


@pytest.mark.parametrize("how", ["role", "account"])
def test_once_who_recorded_it_facilitates_no_more_the_others_speak_for_it(client, cycle, facilitator, problem, how):
    client.sign_in(facilitator).post(url(cycle), data=form_of(problem))
    draft, colleague = Proposal.query.one(), cycles.facilitator(cycle)
    path = f"/propuestas/{draft.reference}"
    assert client.sign_in(colleague).get(path).status_code == 404
    assert "Publica tu borrador de propuesta" not in client.get("/").text
    if how == "role":
        facilitator.all_grants.clear()
    else:
        facilitator.suspended_at = NOW
    db.session.commit()
    assert not policies.can_edit(facilitator, draft, NOW) or how == "account"
    for other in (person(), cycles.facilitator(proposals.working_cycle())):
        assert client.sign_in(other).get(path).status_code == 404
    client.sign_in(colleague)
    assert "Publica tu borrador de propuesta" in client.get("/").text
    assert client.get(f"{path}/edicion").status_code == 200
    assert client.post(f"{path}/publicacion").status_code == 303
    db.session.refresh(draft)
    assert (draft.is_public, draft.recorded_by_id) == (True, facilitator.id)
    assert client.post(f"{path}/retiro", data={"reason": "Lo pidió la asamblea."}).status_code == 303


def test_who_facilitates_no_more_learns_of_no_draft_that_they_recorded(client, cycle, facilitator, problem):
    client.sign_in(facilitator).post(url(cycle), data=form_of(problem))
    draft = Proposal.query.one()
    assert draft.title in client.get("/").text
    facilitator.all_grants.clear()
    db.session.commit()
    assert draft.title not in client.get("/").text
    for path in (f"/propuestas/{draft.reference}", f"/aportaciones/{draft.reference}/comentarios.json"):
        assert client.get(path).status_code == 404


def test_so_does_whoever_leads_its_table(client):
    cycle = proposals.working_cycle(StageKind.TABLES)
    facilitator = cycles.facilitator(cycle)
    made = recorded(client, cycle, facilitator, proposals.problem(cycle))
    made.table = tables.table(cycle)
    leader = grant(person(), Role.FACILITATOR, made.table)
    db.session.commit()
    assert not policies.speaks_for(leader, made)
    facilitator.all_grants.clear()
    db.session.commit()
    assert policies.can_edit(leader, made, NOW) and not policies.can_amend(leader, made, NOW)
    assert not policies.speaks_for(facilitator, made)
    assert not policies.speaks_for(grant(person(), Role.FACILITATOR, tables.table(cycle)), made)


def test_its_draft_is_of_who_records_it_alone(client, cycle, facilitator, problem):
    client.sign_in(facilitator).post(url(cycle), data=form_of(problem))
    draft = Proposal.query.one()
    assert "Publica tu borrador de propuesta" in client.get("/").text
    for other in (person(), cycles.facilitator(cycle), cycles.steward(cycle)):
        assert client.sign_in(other).get(f"/propuestas/{draft.reference}").status_code == 404


def test_the_facilitation_answers_amendments_to_it(client, cycle, facilitator, problem):
    made = recorded(client, cycle, facilitator, problem)
    amendment = proposals.amended(made)
    colleague = cycles.facilitator(cycle)
    assert policies.can_accept(facilitator, amendment, NOW) and policies.can_accept(colleague, amendment, NOW)
    assert not policies.can_accept(person(), amendment, NOW)
    assert "Responde las enmiendas a una propuesta" in client.sign_in(colleague).get("/").text
    with transaction():
        operations.accept(actor=colleague, amendment=amendment, read=made.version, now=NOW)
    assert (made.version, made.author_id) == (2, None)


def test_a_form_sent_twice_records_one(client, cycle, facilitator, problem):
    client.sign_in(facilitator)
    places = {client.post(url(cycle), data=form_of(problem, newcomer="Doña Lupe")).location for _ in range(2)}
    assert (len(places), Proposal.query.count()) == (1, 1)
    assert Person.query.filter_by(name="Doña Lupe").count() == 1


def test_a_draft_saved_by_itself_is_not_mixed_with_what_is_recorded(client, cycle, facilitator, problem):
    page = client.sign_in(facilitator).get(url(cycle)).text
    assert "data-autosave" not in page
    assert "De dónde viene" in page
