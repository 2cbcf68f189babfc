"""What somebody is writing of a proposal: theirs alone, put back on any device, gone once it is kept for good."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Draft
from cocrea.core.clock import epoch
from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.proposals import operations
from cocrea.proposals.models import Proposal
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import person

JSON = {"Accept": "application/json"}
SECRET = "Lo que apenas estoy pensando"


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def author(app):
    return person("Autora 01")


@pytest.fixture
def problem(cycle):
    return proposals.problem(cycle)


@pytest.fixture
def made(cycle, author):
    return proposals.published(cycle, author=author)


def new_url(cycle, tail="nueva"):
    return f"/ciclos/{cycle.slug}/propuestas/{tail}"


def edit_url(made, tail=""):
    return f"/propuestas/{made.reference}/edicion{tail}"


def form_of(problem, **changes):
    return {"title": SECRET, "body": "", "problems": problem.reference, "key": "k1", **changes}


def change_of(made, **changes):
    texts = {"title": made.title, "body": made.body_source, "beneficiaries": made.beneficiaries}
    return texts | {"problems": made.problems[0].reference, "key": "k2", "base": made.edition} | changes


def kept():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Draft))


def test_a_new_one_saves_itself_and_waits_on_every_device(client, cycle, author, problem):
    client.sign_in(author)
    sent = form_of(problem, targets=["16.6"])
    answer = client.post(new_url(cycle, "borrador"), data=sent, headers=JSON)
    assert answer.json == {"said": "Guardado a las 12:00", "at": str(epoch(NOW))}
    with client.application.test_client() as other:
        other.sign_in(author)
        page = other.get(new_url(cycle)).text
        assert "Termina de escribir tu propuesta" in other.get("/").text
    for shown in (SECRET, "Recuperamos lo que escribías", 'value="k1"', f'data-saved-at="{epoch(NOW)}"'):
        assert shown in page
    for value in (problem.reference, "16.6"):
        assert re.search(rf'value="{value}" checked', page)


def test_another_problem_to_propose_on_is_added_to_what_was_written(client, cycle, author, problem):
    second = proposals.problem(cycle, "Otra")
    client.sign_in(author).post(new_url(cycle, "borrador"), data=form_of(problem), headers=JSON)
    page = client.get(f"{new_url(cycle)}?problematica={second.reference}").text
    assert SECRET in page
    for chosen in (problem, second):
        assert re.search(rf'value="{chosen.reference}" checked', page)


def test_keeping_it_for_good_ends_it_and_a_late_saving_does_not_bring_it_back(client, cycle, author, problem):
    client.sign_in(author).post(new_url(cycle, "borrador"), data=form_of(problem), headers=JSON)
    sent = form_of(problem, body="Cada mes.")
    place = client.post(new_url(cycle), data=sent).location
    assert kept() == 0
    late = client.post(new_url(cycle, "borrador"), data=sent, headers=JSON)
    assert (late.status_code, late.json) == (409, {"published": place})
    asked = client.post(new_url(cycle, "borrador"), data=sent | {"ask": "1"}, headers=JSON)
    assert (asked.status_code, kept(), Proposal.query.count()) == (409, 0, 1)


def test_a_change_of_a_published_one_is_private_until_it_is_kept(client, author, made):
    client.sign_in(author)
    client.post(edit_url(made, "/borrador"), data=change_of(made, body=SECRET), headers=JSON)
    assert SECRET in client.get(edit_url(made)).text
    assert "Termina de cambiar tu propuesta" in client.get("/").text
    page = f"/propuestas/{made.reference}"
    paths = (page, f"{page}/versiones", f"/historial?folio={made.reference}", "/")
    with client.application.test_client() as visitor:
        assert not any(SECRET in visitor.get(path).text for path in paths)
    for reader in (person(), cycles.facilitator(made.cycle), cycles.steward(made.cycle)):
        client.sign_in(reader)
        assert not any(SECRET in client.get(path).text for path in (*paths, "/cuenta/borradores"))
        assert client.get(edit_url(made)).status_code == 404
    assert made.version == 1
    client.sign_in(author).post(edit_url(made), data=change_of(made, body=SECRET))
    assert (made.version, kept()) == (2, 0)


def test_a_late_saving_of_a_change_does_not_bring_it_back(client, author, made):
    sent = change_of(made, body=SECRET)
    client.sign_in(author).post(edit_url(made), data=sent)
    late = client.post(edit_url(made, "/borrador"), data=sent, headers=JSON)
    assert (late.status_code, late.json) == (409, {"published": f"/propuestas/{made.reference}"})
    assert kept() == 0


def test_what_says_the_same_as_the_proposal_is_no_draft(client, author, made):
    client.sign_in(author)
    client.post(edit_url(made, "/borrador"), data=change_of(made, body=SECRET), headers=JSON)
    back = client.post(edit_url(made, "/borrador"), data=change_of(made), headers=JSON)
    assert (back.status_code, back.json["said"], kept()) == (200, "", 0)


def test_a_draft_begun_from_an_older_text_shows_the_present_one_too(client, author, made):
    client.sign_in(author)
    client.post(edit_url(made, "/borrador"), data=change_of(made, body=SECRET), headers=JSON)
    with transaction():
        content = replace(proposals.CONTENT, body="Lo que guardó alguien más.")
        operations.revise(actor=author, proposal=made, content=content, base=made.edition, now=NOW)
    page = client.get(edit_url(made)).text
    assert SECRET in page and "Lo que guardó alguien más." in page
    assert f'value="{made.edition}"' in page


def test_of_two_tabs_neither_wipes_the_other(client, clock, author, made):
    client.sign_in(author)
    first = client.post(edit_url(made, "/borrador"), data=change_of(made, body="Uno"), headers=JSON).json["at"]
    clock.advance(minutes=1)
    second = change_of(made, body="Dos", key="k3")
    refused = client.post(edit_url(made, "/borrador"), data=second | {"on": ""}, headers=JSON)
    assert (refused.status_code, str(refused.json["other"]["at"])) == (409, first)
    plain = client.post(f"{edit_url(made, '/borrador')}?on=", data=second)
    assert plain.status_code == 422
    assert "Uno" in plain.text and "Dos" in plain.text
    assert client.post(edit_url(made, "/borrador"), data=second | {"on": first}, headers=JSON).status_code == 200


def test_without_scripts_a_button_keeps_it_and_another_drops_it(client, author, made):
    client.sign_in(author)
    answer = client.post(edit_url(made, "/borrador?on="), data=change_of(made, body=SECRET))
    assert answer.location == edit_url(made)
    assert SECRET in client.get(edit_url(made)).text
    assert client.post(edit_url(made, "/borrador/descarte")).location == edit_url(made)
    assert SECRET not in client.get(edit_url(made)).text


def test_drafts_are_dropped_also_once_nothing_is_received(client, cycle, author, problem, made):
    client.sign_in(author)
    client.post(new_url(cycle, "borrador"), data=form_of(problem), headers=JSON)
    client.post(edit_url(made, "/borrador"), data=change_of(made, body=SECRET), headers=JSON)
    for stage in cycle.stages:
        stage.ends_at = NOW
    db.session.commit()
    assert client.post(edit_url(made, "/borrador"), data=change_of(made), headers=JSON).status_code == 403
    assert client.post(new_url(cycle, "borrador/descarte")).location == f"/ciclos/{cycle.slug}/propuestas"
    assert client.post(edit_url(made, "/borrador/descarte")).location == f"/propuestas/{made.reference}"
    assert kept() == 0


def test_nobody_writes_in_the_draft_of_another(client, author, made):
    client.sign_in(person())
    for tail in ("/borrador", "/borrador/descarte"):
        assert client.post(edit_url(made, tail), data=change_of(made)).status_code == 404
