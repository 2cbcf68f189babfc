"""The pages of proposals, as each role sees them and as hostile or hurried people use them."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from cocrea.consultation.models import Problem
from cocrea.core.db import transaction
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.proposals import operations, rules
from cocrea.proposals.models import Proposal, ProposalStatus
from cocrea.proposals.operations import Content
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import person
from tests.real import at_once

SCRIPT = "<script>alert(1)</script>"
MARKDOWN = f"{SCRIPT}\n\n<img src=x onerror=alert(1)>\n\n[enlace](javascript:alert(1))"


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def author(app):
    return person("Autora 01")


def form_of(problem, **changes):
    return {"title": "Abrir el padrón", "body": "Cada mes.", "problems": problem.reference, "key": "k1", **changes}


def new_url(cycle):
    return f"/ciclos/{cycle.slug}/propuestas/nueva"


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text).group(1)


def count(table=Proposal):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def test_from_a_problem_to_a_published_proposal(client, cycle, author):
    problem = proposals.problem(cycle)
    client.sign_in(author)
    page = client.get(f"{new_url(cycle)}?problematica={problem.reference}")
    assert re.search(rf'value="{problem.reference}" checked', page.text)
    answer = client.post(new_url(cycle), data=form_of(problem, key=hidden(page, "key")))
    assert answer.status_code == 303
    assert "Solo tú ves este borrador" in client.get(answer.location).text
    assert client.post(f"{answer.location}/publicacion").status_code == 303
    with client.application.test_client() as stranger:
        assert "Abrir el padrón" in stranger.get(answer.location).text
        assert "Abrir el padrón" in stranger.get(f"/ciclos/{cycle.slug}/propuestas").text


def test_a_form_sent_twice_begins_one_draft(client, cycle, author):
    problem = proposals.problem(cycle)
    client.sign_in(author)
    places = {client.post(new_url(cycle), data=form_of(problem)).location for _ in range(2)}
    assert (len(places), count()) == (1, 1)


def test_a_form_sent_twenty_times_at_once_begins_one_draft(committed_app):
    cycle, author = proposals.working_cycle(), person()
    problem_id, cycle_id, author_id = proposals.problem(cycle).id, cycle.id, author.id

    def send() -> str:
        with transaction():
            return operations.draft(
                actor=db.session.get_one(type(author), author_id),
                cycle=db.session.get_one(type(cycle), cycle_id),
                content=Content("Una", "Sola"),
                problems=db.session.scalars(sa.select(Problem).filter_by(id=problem_id)),
                form_key="k1",
                now=NOW,
            ).reference

    assert len(set(at_once(committed_app, [send] * 20))) == 1
    db.session.rollback()
    assert count() == 1


def test_what_is_wrong_is_said_and_the_text_kept(client, cycle, author):
    problem = proposals.problem(cycle)
    client.sign_in(author)
    for changes in ({"title": "  "}, {"title": "x" * 201}, {"body": ""}, {"problems": "NO-EXISTE-1"}):
        answer = client.post(new_url(cycle), data=form_of(problem, needs="Un texto largo", **changes))
        assert answer.status_code == 422
        assert "Un texto largo" in answer.text
    assert count() == 0


def test_a_stage_that_closed_meanwhile_keeps_the_text(client, cycle, author, clock):
    problem = proposals.problem(cycle)
    client.sign_in(author)
    clock.advance(days=8)
    answer = client.post(new_url(cycle), data=form_of(problem, body="Lo que escribí"))
    assert answer.status_code == 403
    assert "Lo que escribí" in answer.text
    assert "cerró el" in answer.text


def test_visitors_are_sent_to_sign_in_and_the_unconfirmed_are_told(client, cycle):
    assert "/entrar" in client.get(new_url(cycle)).location
    client.sign_in(person(verified=False))
    answer = client.get(new_url(cycle))
    assert (answer.status_code, "Confirma tu correo" in answer.text) == (403, True)


def test_hostile_text_is_never_markup(client, cycle, author):
    content = Content(SCRIPT, MARKDOWN, SCRIPT, SCRIPT, SCRIPT)
    proposal = proposals.published(cycle, author=author, content=content)
    for url in (f"/propuestas/{proposal.reference}", f"/ciclos/{cycle.slug}/propuestas"):
        page = client.get(url).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page


@pytest.mark.parametrize("tail", ["", "/edicion"])
def test_another_persons_draft_is_not_there(client, cycle, author, tail):
    proposal = proposals.draft(cycle, author=author)
    url = f"/propuestas/{proposal.reference}{tail}"
    assert client.get(url).status_code == 404
    for someone in (person(), cycles.facilitator(cycle), cycles.steward(cycle)):
        assert client.sign_in(someone).get(url).status_code == 404
    assert client.sign_in(author).get(url).status_code == 200


@pytest.mark.parametrize("verb", ["publicacion", "retiro", "revision", "turno"])
def test_nobody_acts_on_a_draft_they_do_not_see(client, cycle, author, verb):
    proposal = proposals.draft(cycle, author=author)
    client.sign_in(cycles.facilitator(cycle))
    assert client.post(f"/propuestas/{proposal.reference}/{verb}").status_code == 404
    assert proposal.status is ProposalStatus.DRAFT


@pytest.mark.parametrize("reference", ["C1-PRO-9999", "..", "%00", "x" * 300])
def test_wrong_references_are_not_found(client, reference):
    assert client.get(f"/propuestas/{reference}").status_code == 404


@pytest.mark.parametrize("make", [proposals.draft, proposals.published])
def test_the_second_editor_sees_both_texts_and_loses_nothing(client, cycle, author, make):
    proposal = make(cycle, author=author)
    url = f"/propuestas/{proposal.reference}/edicion"
    client.sign_in(author)
    base, addressed = hidden(client.get(url), "base"), proposal.problems[0].reference
    first = {"title": "Primero", "body": "Texto de la primera pestaña", "base": base, "problems": addressed}
    second = {"title": "Segundo", "body": "Texto de la segunda pestaña", "base": base, "problems": addressed}
    assert client.post(url, data=first).status_code == 303
    conflict = client.post(url, data=second)
    assert conflict.status_code == 422
    assert "Texto de la primera pestaña" in conflict.text
    assert "Texto de la segunda pestaña" in conflict.text
    assert client.post(url, data={**second, "base": hidden(conflict, "base")}).status_code == 303
    assert proposal.title == "Segundo"


def test_withdrawing_leaves_a_page_with_the_reason_and_no_text(client, cycle, author):
    proposal = proposals.published(cycle, author=author)
    url = f"/propuestas/{proposal.reference}"
    client.sign_in(author)
    assert client.post(f"{url}/retiro", data={"reason": " "}).status_code == 422
    assert client.post(f"{url}/retiro", data={"reason": "Ya se resolvió"}).status_code == 303
    page = client.get(url)
    assert "Ya se resolvió" in page.text
    assert proposals.CONTENT.title not in page.text
    assert proposals.CONTENT.title not in client.get(f"/ciclos/{cycle.slug}/propuestas").text


def test_facilitators_review_with_reasons(client, cycle, author):
    proposal = proposals.published(cycle, author=author)
    url = f"/propuestas/{proposal.reference}"
    assert client.sign_in(person()).post(f"{url}/revision", data=proposals.checked(cycle, "admit")).status_code == 403
    client.sign_in(cycles.facilitator(cycle))
    answer = client.post(f"{url}/revision", data=proposals.checked(cycle, "reject", reason="Se queda."))
    assert (answer.status_code, "Di por qué no cumple" in answer.text) == (422, True)
    assert "Se queda." in answer.text
    admitted = proposals.checked(cycle, "admit", reason="Está muy clara.", finding_1="not_applicable")
    assert client.post(f"{url}/revision", data=admitted).status_code == 303
    page = client.get(url).text
    assert all(words in page for words in ("Está muy clara.", "Cumple", "No aplica"))
    assert all(criterion.why in page for criterion in rules.criteria(cycle))
    assert "Tu revisión" not in client.get(url).text


def test_a_review_is_of_the_criteria_that_were_read(client, cycle, author):
    proposal = proposals.published(cycle, author=author)
    url = f"/propuestas/{proposal.reference}"
    client.sign_in(cycles.facilitator(cycle))
    read = proposals.checked(cycle, "admit", reason="Está muy clara.", asked="otros criterios")
    answer = client.post(f"{url}/revision", data=read)
    assert answer.status_code == 422
    assert "Los criterios cambiaron" in answer.text and "Está muy clara." in answer.text
    assert client.post(f"{url}/revision", data={**read, "asked": rules.asked(cycle)}).status_code == 303


def test_the_states_of_the_filter(client, cycle, author):
    proposals.published(cycle, author=author, content=Content("Sin revisar", "x"))
    proposals.admitted(cycle, content=Content("Ya admitida", "x"))
    listed = client.get(f"/ciclos/{cycle.slug}/propuestas?estado=admitted").text
    assert "Ya admitida" in listed
    assert "Sin revisar" not in listed
    assert "Sin revisar" in client.get(f"/ciclos/{cycle.slug}/propuestas?x=<script>").text
    assert client.get(f"/ciclos/{cycle.slug}/propuestas?estado=draft").status_code == 404


def _statements(client, count_queries, url):
    db.session.expunge_all()  # as a request would, it begins with nothing loaded
    with count_queries() as log:
        assert client.get(url).status_code == 200
    return len(log)


def _revised(cycle, author, times):
    proposal = proposals.published(cycle, author=author)
    for number in range(times):
        content = Content(f"Versión {number}", "x")
        with transaction():
            operations.revise(actor=author, proposal=proposal, content=content, base=proposal.edition, now=NOW)
    return f"/propuestas/{proposal.reference}"


def test_pages_cost_the_same_with_any_number_of_rows(client, author, count_queries):
    cycles_ = [proposals.working_cycle() for _ in range(2)]
    pages = [_revised(cycle, author, times) for cycle, times in zip(cycles_, (3, 30), strict=True)]
    for cycle, number in zip(cycles_, (3, 30), strict=True):
        for _ in range(number):
            proposals.published(cycle)
    lists = [f"/ciclos/{cycle.slug}/propuestas" for cycle in cycles_]
    client.sign_in(author)
    for few, many in (lists, pages):
        costs = [_statements(client, count_queries, url) for url in (few, many)]
        assert costs[0] == costs[1] <= 10, costs


def test_nothing_is_proposed_in_another_stage(client, author):
    closed = cycles.cycle(StageKind.CONSULTATION)
    client.sign_in(author)
    answer = client.get(new_url(closed))
    assert (answer.status_code, "fecha" in answer.text) == (403, True)


def test_a_draft_says_to_its_author_how_it_reads_and_nobody_is_held_up(client, cycle, author):
    hard = "La operacionalización interinstitucional de disposiciones normativas complementarias " * 6
    draft = proposals.draft(cycle, author=author, content=Content("Padrón", hard))
    client.sign_in(author)
    page = client.get(f"/propuestas/{draft.reference}").text
    assert "Muy difícil de leer" in page and "de 100 en la escala INFLESZ" in page and "frases largas" in page
    assert client.post(f"/propuestas/{draft.reference}/publicacion").status_code == 303
    assert "INFLESZ" not in client.get(f"/propuestas/{draft.reference}").text


def test_similar_ones_are_offered_and_supported_without_losing_a_word(client, cycle, author):
    there = proposals.published(cycle, content=Content("Publicar cada mes el padrón de obras", "En formato abierto."))
    proposals.draft(cycle, content=Content("Publicar cada mes el padrón secreto", "x"))
    proposals.problem(cycle, "Publicar cada mes el padrón de obras no pasa")
    client.sign_in(author)
    asked = {"titulo": "Que se publique el padrón de obras cada mes", "texto": "en formato abierto"}
    piece = client.get(f"/ciclos/{cycle.slug}/propuestas/parecidas", query_string=asked).text
    assert there.reference in piece and "secreto" not in piece and "no pasa" not in piece
    typed = form_of(there.problems[0], title=asked["titulo"], body="Lo mío, que no se pierde")
    page = client.post(new_url(cycle), data={**typed, "look": "1"})
    assert (page.status_code, there.title in page.text, "Lo mío, que no se pierde" in page.text) == (200, True, True)
    page = client.post(new_url(cycle), data={**typed, "mine": there.reference})
    assert (page.status_code, "Ya la apoyas." in page.text, "Lo mío, que no se pierde" in page.text) == (
        200,
        True,
        True,
    )
    assert db.session.get(Proposal, there.id).support_count == 1
    assert client.post(new_url(cycle), data={**typed, "mine": "X-PRO-9999"}).status_code == 422
    assert count() == 2
