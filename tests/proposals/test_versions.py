"""The versions of a proposal: kept for ever, listed, read whole and compared by anyone."""

from __future__ import annotations

import pytest

from cocrea.core.db import transaction
from cocrea.discussion.models import Visibility
from cocrea.discussion.operations import set_visibility
from cocrea.extensions import db
from cocrea.proposals import operations, queries
from tests.conftest import NOW
from tests.factories import proposals
from tests.factories.accounts import person


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def proposal(cycle):
    made = proposals.published(cycle, author=person("Autora 01"))
    proposals.revised(made, body="Cada semana, en formato abierto.", why="Lo pidió la mesa")
    return proposals.revised(made, body="Cada semana, en formato abierto.", needs="Dos personas.")


def test_what_was_once_a_version_does_not_change(proposal):
    first = queries.versions(proposal)[-1]
    first.body_source = "Otra cosa"
    with pytest.raises(RuntimeError, match="does not change"):
        db.session.flush()
    db.session.rollback()
    assert queries.versions(proposal)[-1].body_source == proposals.CONTENT.body


def test_the_list_says_who_when_and_why(client, proposal):
    page = client.get(f"/propuestas/{proposal.reference}/versiones").text
    assert page.count("Autora 01") == 3
    assert "Lo pidió la mesa" in page
    assert page.index("Versión 3") < page.index("Versión 2") < page.index("Versión 1")


def test_the_author_says_why_in_the_form(client, cycle):
    author = person()
    made = proposals.published(cycle, author=author)
    addressed = made.problems[0].reference
    sent = {"title": "Otro", "body": "x", "base": made.edition, "why": "Más claro así", "problems": addressed}
    assert client.sign_in(author).post(f"/propuestas/{made.reference}/edicion", data=sent).status_code == 303
    assert queries.versions(made)[0].why == "Más claro así"


def test_any_two_are_compared_word_by_word_in_either_order(client, proposal):
    for asked in ("de=1&a=3", "de=3&a=1"):
        page = client.get(f"/propuestas/{proposal.reference}/versiones/comparacion?{asked}").text
        assert "De la versión 1 a la 3" in page
        assert " mes,</span>" not in page
        assert "</span> mes,<span" in page
        assert "</span> semana,<span" in page
        assert "Dos personas." in page
        assert "Sin cambios: Título, A quién beneficia." in " ".join(page.split())


def test_the_last_change_is_compared_unless_others_are_named(client, proposal):
    page = client.get(f"/propuestas/{proposal.reference}/versiones/comparacion").text
    assert "De la versión 2 a la 3" in page
    assert "semana" not in page
    same = client.get(f"/propuestas/{proposal.reference}/versiones/comparacion?de=2&a=2").text
    assert "Las dos dicen lo mismo." in same


def test_side_by_side_both_columns_have_their_heading(client, proposal):
    page = client.get(f"/propuestas/{proposal.reference}/versiones/comparacion?de=1&a=3&lado=1").text
    assert page.count('class="beside"') == 2
    assert '<th scope="col">Versión 1</th><th scope="col">Versión 3</th>' in page
    assert 'name="lado" value="1" checked' in page


def test_one_is_read_whole_and_leads_to_what_changed_since(client, proposal):
    page = client.get(f"/propuestas/{proposal.reference}/versiones/1").text
    assert "Cada mes, en formato abierto." in page
    assert "versiones/comparacion?de=1&amp;a=3" in page
    assert "No es el texto de ahora" not in client.get(f"/propuestas/{proposal.reference}/versiones/3").text


@pytest.mark.parametrize("tail", ["/4", "/0", "/comparacion?de=1&a=9", "/99999999999"])
def test_versions_that_are_not_there_are_not_found(client, proposal, tail):
    assert client.get(f"/propuestas/{proposal.reference}/versiones{tail}").status_code == 404


@pytest.mark.parametrize("visibility", [Visibility.HIDDEN, Visibility.WITHDRAWN])
@pytest.mark.parametrize("tail", ["", "/1", "/comparacion?de=1&a=3"])
def test_no_version_outlives_what_was_taken_from_view(client, proposal, visibility, tail):
    with transaction():
        set_visibility(proposal, visibility, reason="x", now=NOW)
    assert client.get(f"/propuestas/{proposal.reference}/versiones{tail}").status_code == 404


@pytest.mark.parametrize("tail", ["", "/1", "/comparacion"])
def test_a_draft_has_no_versions_for_anybody(client, cycle, tail):
    author = person()
    made = proposals.draft(cycle, author=author)
    for someone in (author, person()):
        assert client.sign_in(someone).get(f"/propuestas/{made.reference}/versiones{tail}").status_code == 404


def test_the_list_comes_in_pages_and_costs_the_same(client, proposal, count_queries):
    url, costs = f"/propuestas/{proposal.reference}/versiones", []
    for more in (0, 22):
        for number in range(more):
            proposals.revised(proposal, body=f"Texto {number}")
        db.session.expunge_all()
        with count_queries() as log:
            page = client.get(url).text
        costs.append(len(log))
        proposal = db.session.merge(proposal)
    assert costs[0] == costs[1]
    assert "?antes=6" in page
    assert "Versión 5<" in client.get(f"{url}?antes=6").text


def test_hostile_text_is_never_markup(client, cycle):
    made = proposals.published(cycle)
    proposals.revised(made, body="<script>alert(1)</script> <img src=x>", why="<script>alert(2)</script>")
    for tail in ("", "/2", "/comparacion", "/comparacion?lado=1"):
        page = client.get(f"/propuestas/{made.reference}/versiones{tail}").text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_change_sent_with_a_stale_base_makes_no_version(cycle):
    made = proposals.published(cycle)
    base = made.edition
    proposals.revised(made, body="Primero")
    with pytest.raises(Exception, match="Conflict"), transaction():
        operations.revise(
            actor=made.author, proposal=made, content=proposals.CONTENT, base=base, now=NOW, why="Segundo"
        )
    assert made.version == 2
