"""Comments and supports through the pages they belong to."""

from __future__ import annotations

import pytest

from cocrea.extensions import db
from tests.factories import consultation, discussion
from tests.factories.accounts import person

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def problem(app):
    return consultation.problem()


def urls(subject):
    base = f"/aportaciones/{subject.reference}"
    return f"{base}/comentarios", f"{base}/apoyo", f"{base}/retiro"


def page_url(problem):
    return f"/problematicas/{problem.reference}"


def test_a_comment_and_its_reply_are_read_where_they_were_written(client, problem):
    client.sign_in(person("Vecina 01"))
    comments = urls(problem)[0]
    answer = client.post(comments, data={"body": "Aquí **igual**", "key": "k"})
    assert answer.status_code == 303
    place, first = client.get(answer.location).location.split("#")
    assert place.partition("?")[0] == page_url(problem)
    client.post(comments, data={"body": "¿Desde cuándo?", "parent": first, "key": "k2"})
    page = client.get(place).text
    assert "<strong>igual</strong>" in page
    assert page.index("igual</strong>") < page.index("¿Desde cuándo?")
    thread = client.get(f"/comentarios/{first}").text
    assert "¿Desde cuándo?" in thread and "Vecina 01" in thread


def test_a_comment_that_does_not_fit_comes_back_with_its_text(client, problem):
    client.sign_in(person())
    for body in ("", "a" * 5001):
        answer = client.post(urls(problem)[0], data={"body": body})
        assert answer.status_code == 422
        assert body in answer.text
    assert problem.comment_count == 0


def test_the_same_comment_again_leads_to_the_one_that_stands(client, problem):
    client.sign_in(person())
    client.post(urls(problem)[0], data={"body": "Aquí igual", "key": "k"})
    answer = client.post(urls(problem)[0], data={"body": "Aquí igual", "key": "k2"})
    assert (answer.status_code, problem.comment_count) == (422, 1)
    for shown in ("Ya lo comentaste", "Aquí igual</textarea>", "Ver el que ya está"):
        assert shown in answer.text


def test_a_parent_from_elsewhere_does_not_exist(client, problem):
    other = discussion.comment(consultation.problem())
    client.sign_in(person())
    answer = client.post(urls(problem)[0], data={"body": "Mi respuesta", "parent": other.reference})
    assert answer.status_code == 422
    assert "Mi respuesta" in answer.text
    assert problem.comment_count == 0


def test_no_script_of_theirs_reaches_a_page(client, problem):
    client.sign_in(person(SCRIPT))
    client.post(urls(problem)[0], data={"body": f"{SCRIPT} [x](javascript:alert(1))", "key": "k"})
    page = client.get(page_url(problem)).text
    assert SCRIPT not in page
    assert 'href="javascript:' not in page


def test_supporting_and_taking_it_back(client, problem):
    client.sign_in(person())
    support = urls(problem)[1]
    for _ in range(2):
        assert client.post(support).location == f"{page_url(problem)}#apoyos"
    assert "Retirar mi apoyo" in client.get(page_url(problem)).text
    client.post(f"{support}/retiro")
    db.session.refresh(problem)
    assert problem.support_count == 0


def test_visitors_and_unconfirmed_people_are_told_what_they_need(client, problem):
    page = client.get(page_url(problem)).text
    assert "Entrar para comentar" in page
    assert f"/entrar?next={page_url(problem)}" in page
    comments, support, withdrawal = urls(problem)
    assert client.post(comments, data={"body": "Sin cuenta"}).status_code == 401
    assert client.post(support).status_code == 401
    client.sign_in(person(verified=False))
    assert "Confirma tu correo" in client.get(page_url(problem)).text
    assert client.post(support).status_code == 403
    assert client.get(withdrawal).status_code == 403


def test_what_does_not_exist_is_not_found(client, problem):
    client.sign_in(person())
    for verb in ("comentarios", "apoyo", "apoyo/retiro", "retiro"):
        assert client.post(f"/aportaciones/NO-EXISTE-1/{verb}").status_code == 404
    assert client.get("/comentarios/NO-EXISTE-1").status_code == 404
    assert client.get(f"/comentarios/{problem.reference}").status_code == 404


def test_withdrawing_a_comment(client, problem):
    author = person()
    comment = discussion.comment(problem, "Aquí vivo", author=author)
    discussion.comment(problem, "Gracias por contarlo", parent=comment)
    withdrawal = urls(comment)[2]
    client.sign_in(person())
    assert client.post(withdrawal).status_code == 403
    client.sign_in(author)
    assert "Motivo" in client.get(withdrawal).text
    assert client.post(withdrawal, data={"reason": "a" * 501}).status_code == 422
    assert client.post(withdrawal, data={"reason": f"Puse {SCRIPT}"}).location == page_url(problem)
    for address in (page_url(problem), f"/comentarios/{comment.reference}", "/historial"):
        page = client.get(address).text
        assert "Aquí vivo" not in page
        assert SCRIPT not in page
    assert "Gracias por contarlo" in client.get(page_url(problem)).text
    assert client.post(withdrawal).status_code == 403


def test_a_closed_stage_keeps_what_was_typed(client, problem, clock):
    clock.moment = problem.cycle.stages[0].ends_at
    client.sign_in(person())
    answer = client.post(urls(problem)[0], data={"body": "Lo que tardé en escribir"})
    assert answer.status_code == 403
    assert "cerró" in answer.text
    assert "Lo que tardé en escribir" in answer.text


def test_long_threads_go_on_in_a_page_of_their_own(client, problem):
    first = discussion.comment(problem)
    for number in range(7):
        discussion.comment(problem, f"Respuesta {number}.", parent=first)
    page = client.get(page_url(problem)).text
    assert "Respuesta 4." in page
    assert "Respuesta 5." not in page
    assert "Ver todas las respuestas" in page
    assert "Respuesta 6." in client.get(f"/comentarios/{first.reference}").text


def test_cycles_that_are_not_public_do_not_exist(client):
    comment = discussion.comment(consultation.problem(), "Secreto")
    comment.cycle.published_at = None
    db.session.commit()
    client.sign_in(person())
    assert client.get(f"/comentarios/{comment.reference}").status_code == 404
    assert client.post(urls(comment)[0], data={"body": "x"}).status_code == 404
