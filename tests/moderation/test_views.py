"""The moderator's page, and what everyone else sees afterwards."""

from __future__ import annotations

import pytest

from tests.factories import consultation, cycles, discussion
from tests.factories.accounts import person


@pytest.fixture
def problem(app):
    return consultation.problem()


def url(contribution):
    return f"/aportaciones/{contribution.reference}/ocultamiento"


def test_from_the_page_to_the_tombstone_and_back(client, problem):
    client.sign_in(cycles.facilitator(problem.cycle))
    page = f"/problematicas/{problem.reference}"
    assert url(problem) in client.get(page).text
    assert "de madrugada" in client.get(url(problem)).text
    assert client.post(url(problem), data={"reason": ""}).status_code == 422
    assert client.post(url(problem), data={"reason": "Expone a una persona"}).location == page
    assert "de madrugada" in client.get(url(problem)).text
    with client.application.test_client() as stranger:
        seen = stranger.get(page).text
        assert "Expone a una persona" in seen
        assert "de madrugada" not in seen
        assert "Nadie avisa" not in seen
    assert client.post(f"{url(problem)}/retiro", data={"reason": "Se corrigió"}).location == page
    assert "de madrugada" in client.get(page).text


def test_a_comment_is_hidden_in_its_place(client, problem):
    comment = discussion.comment(problem, "Algo que daña")
    client.sign_in(cycles.facilitator(problem.cycle))
    answer = client.post(url(comment), data={"reason": "Insulta"})
    assert answer.location == f"/problematicas/{problem.reference}#{comment.reference}"
    page = client.get(answer.location).text
    assert "Insulta" in page
    assert "Algo que daña" not in page


def test_others_neither_hide_nor_read_what_is_hidden(client, problem):
    discussion.hide(problem)
    for actor in (person(), problem.author, cycles.facilitator(consultation.open_cycle())):
        client.sign_in(actor)
        assert client.get(url(problem)).status_code == 403
        assert client.post(url(problem), data={"reason": "x"}).status_code == 403
        assert client.post(f"{url(problem)}/retiro", data={"reason": "x"}).status_code == 403
    assert client.get("/aportaciones/NO-1/ocultamiento").status_code == 404


def test_what_was_withdrawn_is_not_shown_to_moderators_either(client, problem):
    discussion.withdraw(problem, problem.author)
    client.sign_in(cycles.facilitator(problem.cycle))
    page = client.get(url(problem)).text
    assert "de madrugada" not in page
    assert "no hay nada que ocultar" in page
