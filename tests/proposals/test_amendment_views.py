"""The pages of amendments, as each reader and each hand meets them."""

from __future__ import annotations

import re

import pytest

from cocrea.core.db import transaction
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Visibility
from cocrea.discussion.operations import set_visibility
from cocrea.extensions import db
from cocrea.proposals import operations
from cocrea.proposals.models import AmendmentStatus, Part, Proposal, ProposalStatus
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import person

BASE = "Publicar cada mes el padrón de obras en papel."


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def author(app):
    return person("Autora 01")


@pytest.fixture
def proposal(cycle, author):
    made = proposals.published(cycle, author=author)
    return proposals.revised(made, body=BASE)


def url_of(amendment):
    return f"/enmiendas/{amendment.reference}"


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text).group(1)


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_from_the_proposal_to_an_accepted_amendment(client, proposal, author):
    url = f"/propuestas/{proposal.reference}"
    client.sign_in(person("Persona 02"))
    assert f"{url}/enmiendas#proponer" in client.get(url).text
    assert f"{url}/enmiendas/nueva?parte=needs" in client.get(f"{url}/enmiendas").text
    form = client.get(f"{url}/enmiendas/nueva?parte=body")
    assert BASE in form.text
    sent = {"body": BASE.replace("papel", "línea"), "why": "Cuesta menos.", "base": hidden(form, "base"), "key": "k"}
    answer = client.post(f"{url}/enmiendas/nueva?parte=body", data=sent)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "<del>" in page.text
    assert "Cuesta menos." in page.text
    assert "Aceptar la enmienda" not in page.text
    client.sign_in(author)
    page = client.get(answer.location)
    assert "Aceptar la enmienda" in page.text
    assert client.post(f"{answer.location}/aceptacion", data={"read": hidden(page, "read")}).status_code == 303
    assert "en línea" in client.get(url).text
    listed = words(client.get(f"{url}/versiones"))
    assert "Enmienda de Persona 02" in listed
    assert "Aceptada" in client.get(answer.location).text


def test_what_is_wrong_is_said_and_the_text_kept(client, proposal):
    url = f"/propuestas/{proposal.reference}/enmiendas/nueva?parte=body"
    client.sign_in(person())
    for sent in ({"body": BASE, "why": "Porque sí, largo"}, {"body": "Lo que escribí", "why": ""}):
        answer = client.post(url, data={**sent, "base": "2", "key": "k"})
        assert answer.status_code == 422
        assert (sent["body"] in answer.text) and (sent["why"] in answer.text)
    for base in ("", "x", "99999999999", "0"):
        assert client.post(url, data={"body": "Otra", "why": "x", "base": base}).status_code == 422
    assert client.get(f"/propuestas/{proposal.reference}/enmiendas/nueva?parte=otra").status_code == 404


def test_nobody_else_decides_by_address(client, cycle, proposal):
    amendment = proposals.amended(proposal, "Otra cosa")
    someones = (person(), amendment.author, cycles.facilitator(cycle), cycles.steward(cycle))
    for someone in someones:
        client.sign_in(someone)
        assert "Tu respuesta" not in client.get(url_of(amendment)).text
        for verb, data in (("aceptacion", {"read": "2"}), ("rechazo", {"reason": "No."})):
            assert client.post(f"{url_of(amendment)}/{verb}", data=data).status_code == 403
    assert amendment.status is AmendmentStatus.EVALUATING


def test_changes_of_other_passages_come_put_together(client, proposal, author):
    amendment = proposals.amended(proposal, BASE.replace("papel", "línea"))
    proposals.revised(proposal, body=BASE.replace("mes", "semana"))
    page = client.sign_in(author).get(url_of(amendment))
    assert "caben juntos" in page.text
    assert "Publicar cada semana el padrón de obras en línea." in page.text
    assert "Aceptar la enmienda" not in page.text


def test_changes_of_the_same_passage_are_shown_with_both_texts(client, proposal, author):
    amendment = proposals.amended(proposal, BASE.replace("mes", "año"))
    proposals.revised(proposal, body=BASE.replace("mes", "semana"))
    page = client.sign_in(author).get(url_of(amendment))
    assert "el mismo pasaje" in page.text
    for said in ("Publicar cada semana el padrón", "Publicar cada año el padrón"):
        assert said in page.text


def test_who_accepts_what_changed_meanwhile_is_shown_it_and_keeps_what_they_typed(client, proposal, author):
    amendment = proposals.amended(proposal, BASE.replace("papel", "línea"))
    client.sign_in(author)
    typed = {"read": "2", "body": "Lo que junté a mano", "reason": "Ambas caben"}
    proposals.revised(proposal, body=BASE.replace("mes", "semana"))
    answer = client.post(f"{url_of(amendment)}/aceptacion", data=typed)
    assert answer.status_code == 422
    for said in ("Lo que junté a mano", "Ambas caben", "cambió mientras tanto"):
        assert said in answer.text
    plain = client.post(f"{url_of(amendment)}/aceptacion", data={"read": "2"})
    assert plain.status_code == 422
    assert "Publicar cada semana el padrón de obras en línea." in plain.text
    assert client.post(f"{url_of(amendment)}/aceptacion", data={**typed, "read": "3"}).status_code == 303
    assert proposal.body_source == "Lo que junté a mano"


def test_another_amendment_to_the_same_passage_is_pointed_at(client, proposal):
    one = proposals.amended(proposal, BASE.replace("mes", "año"))
    same, other = (proposals.amended(proposal, BASE.replace(*change)) for change in (("mes", "día"), ("papel", "x")))
    page = words(client.get(url_of(one)))
    assert re.search(rf"Mismo pasaje.{{0,80}}{same.reference}|{same.reference}.{{0,80}}Mismo pasaje", page)
    assert re.search(rf"Otro pasaje.{{0,80}}{other.reference}|{other.reference}.{{0,80}}Otro pasaje", page)


def test_a_rejected_one_is_made_a_proposal_whose_draft_nobody_else_learns_of(client, proposal, author):
    amendment = proposals.amended(proposal, "Otra cosa")
    client.sign_in(author)
    assert client.post(f"{url_of(amendment)}/rechazo", data={"reason": ""}).status_code == 422
    assert client.post(f"{url_of(amendment)}/rechazo", data={"reason": "No alcanza."}).status_code == 303
    client.sign_in(amendment.author)
    answer = client.post(f"{url_of(amendment)}/propuesta")
    assert answer.status_code == 303
    assert amendment.reference in client.get(answer.location).text
    assert answer.location in client.get(url_of(amendment)).text
    for someone in (author, person()):
        client.sign_in(someone)
        assert answer.location not in client.get(url_of(amendment)).text
        assert client.get(answer.location).status_code == 404
    made = db.session.query(Proposal).filter_by(reference=answer.location.rsplit("/", 1)[1]).one()
    with transaction():
        operations.publish(actor=amendment.author, proposal=made, now=NOW)
    assert answer.location in client.get(url_of(amendment)).text


def test_a_withdrawn_one_leaves_its_page_without_text(client, proposal):
    amendment = proposals.amended(proposal, "Lo que propuse", why="Mi razón")
    client.sign_in(amendment.author)
    assert client.post(f"{url_of(amendment)}/retiro").status_code == 303
    page = client.get(url_of(amendment))
    assert page.status_code == 200
    for said in ("Lo que propuse", "Mi razón"):
        assert said not in page.text


@pytest.mark.parametrize("visibility", [Visibility.HIDDEN, Visibility.WITHDRAWN])
def test_no_text_of_a_proposal_outlives_it_on_the_page_of_an_amendment(client, proposal, visibility):
    amendment = proposals.amended(proposal, BASE.replace("mes", "año"))
    with transaction():
        set_visibility(proposal, visibility, reason="x", now=NOW)
    page = client.get(url_of(amendment))
    assert page.status_code == 200
    for said in ("padrón", "Un mes es mucho"):
        assert said not in page.text
    assert client.get(f"/propuestas/{proposal.reference}/enmiendas").status_code == 404


def test_on_a_ballot_what_waits_is_told_to_be_without_an_answer(client, proposal, author):
    amendment = proposals.amended(proposal, "Otra cosa")
    for status in (ProposalStatus.ADMITTED, ProposalStatus.ON_BALLOT):
        with transaction():
            operations.move(actor=None, proposal=proposal, status=status, now=NOW)
    page = client.sign_in(author).get(url_of(amendment))
    assert "Se quedó sin respuesta" in page.text
    assert "Tu respuesta" not in page.text


def test_the_facilitation_hides_what_harms(client, cycle, proposal):
    amendment = proposals.amended(proposal, "Un insulto", why="Otro insulto")
    client.sign_in(cycles.facilitator(cycle))
    hide = f"/aportaciones/{amendment.reference}/ocultamiento"
    assert "Un insulto" in client.get(hide).text
    assert client.post(hide, data={"reason": "Daña a alguien."}).status_code == 303
    page = client.get(url_of(amendment))
    assert "Daña a alguien." in page.text
    assert "insulto" not in page.text


def test_the_lists_come_in_pages_and_cost_the_same(client, proposal, count_queries):
    urls = (f"/propuestas/{proposal.reference}", f"/propuestas/{proposal.reference}/enmiendas")
    costs, key = [], proposal.id
    for more in (2, 24):
        for number in range(more):
            last = proposals.amended(proposal, f"Texto {number} de {more}")
        found = (*urls, url_of(last))
        for url in found:
            db.session.expunge_all()
            with count_queries() as log:
                assert client.get(url).status_code == 200
            costs.append(len(log))
        proposal = db.session.get(Proposal, key)
    assert costs[:3] == costs[3:]
    assert max(costs) <= 12
    page = client.get(urls[1])
    assert "Todas Por responder" in words(page)
    assert page.text.count("Enmienda a «") == 20
    assert "?antes=" in page.text
    assert client.get(f"{urls[1]}?estado=rejected").text.count("Enmienda a «") == 0


def test_hostile_text_is_never_markup(client, proposal, author):
    evil = "<script>alert(1)</script> <img src=x>"
    amendment = proposals.amended(proposal, evil, part=Part.NEEDS, why=evil)
    client.sign_in(author)
    for tail in ("", "?lado=1"):
        page = client.get(f"{url_of(amendment)}{tail}").text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_nothing_is_amended_outside_its_stage(client):
    closed = cycles.cycle(StageKind.PROPOSALS)
    made = proposals.published(closed)
    client.sign_in(person())
    client.application.extensions["clock"].advance(days=9)
    assert client.get(f"/propuestas/{made.reference}/enmiendas/nueva").status_code == 403
