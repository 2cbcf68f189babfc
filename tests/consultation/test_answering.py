"""Answering: one row per person and statement however hurried, the next statement by its weight, told to nobody."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.accounts.privacy import personal_data
from cocrea.audit.models import HistoryRecord
from cocrea.consultation import operations, queries
from cocrea.consultation.models import Answer, Statement, StatementAnswer
from cocrea.consultation.opinions import priority
from cocrea.core.db import transaction
from cocrea.core.errors import Denied
from cocrea.cycles import figures
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import consultation, cycles, discussion
from tests.factories.accounts import person
from tests.real import at_once


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


def answer(statement, actor, said=Answer.AGREE, now=NOW):
    with transaction():
        return operations.answer_statement(actor=actor, statement=statement, answer=said, now=now)


def counts(statement):
    return statement.agree_count, statement.disagree_count, statement.pass_count


def url(cycle):
    return f"/ciclos/{cycle.slug}/afirmaciones/responder"


def test_an_answer_is_changed_in_place_and_counted_once(cycle):
    statement, actor = consultation.statement(cycle), person()
    assert answer(statement, actor)
    assert not answer(statement, actor)
    assert counts(statement) == (1, 0, 0)
    assert answer(statement, actor, Answer.PASS)
    assert counts(statement) == (0, 0, 1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StatementAnswer)) == 1


def test_proposing_is_no_answer_and_authors_answer_like_everyone(cycle):
    author = person()
    statement = consultation.statement(cycle, author=author)
    assert counts(statement) == (0, 0, 0)
    assert answer(statement, author, Answer.DISAGREE)


def test_what_cannot_be_answered(cycle):
    actor, end = person(), cycle.stages[0].ends_at
    statement, waiting = consultation.statement(cycle), consultation.proposed(cycle)
    for refused, moment in ((statement, end), (waiting, NOW)):
        with pytest.raises(Denied):
            answer(refused, actor, now=moment)
    with pytest.raises(Denied):
        answer(statement, person(verified=False))
    discussion.hide(statement, "Señala a una persona")
    with pytest.raises(Denied):
        answer(statement, actor)


def test_answers_leave_no_trace_in_the_history(cycle):
    statement, actor = consultation.statement(cycle), person()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(HistoryRecord))
    answer(statement, actor)
    answer(statement, actor, Answer.PASS)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(HistoryRecord)) == before


def test_one_downloads_ones_own_answers(cycle):
    statement, actor = consultation.statement(cycle), person()
    answer(statement, actor, Answer.DISAGREE)
    (row,) = personal_data(actor)["statement_answers"]
    assert (row["statement_id"], row["answer"]) == (statement.id, "disagree")


def test_weights_are_those_that_polis_publishes():
    assert priority.weight(0, 0, 0, 0.0) == pytest.approx((0.5 * 0.5 * 9) ** 2)
    assert priority.weight(8, 1, 10, 1.5) == pytest.approx(((1 - 2 / 12) * 2.5 * (9 / 12) * 3) ** 2)


def test_new_and_telling_statements_are_asked_more_often():
    drawn = Counter(priority.choose([1.0, 9.0], f"persona {number}") for number in range(1000))
    assert 850 < drawn[1] < 950
    assert priority.weight(0, 0, 0, 0) > priority.weight(30, 10, 60, 0)
    assert priority.weight(30, 10, 60, 2) > priority.weight(30, 10, 60, 0)
    assert priority.weight(30, 10, 60, 0) > priority.weight(30, 30, 60, 0)


def test_the_next_statement_is_the_same_until_one_answers_and_differs_between_people(cycle):
    made = [consultation.statement(cycle) for _ in range(8)]
    people = [person() for _ in range(12)]
    first = [queries.answering(actor, cycle).next.id for actor in people]
    assert first == [queries.answering(actor, cycle).next.id for actor in people]
    assert len(set(first)) > 1
    actor, asked = people[0], []
    for number in range(8):
        progress = queries.answering(actor, cycle)
        assert (progress.answered, progress.total) == (number, 8)
        asked.append(progress.next.id)
        answer(db.session.get_one(Statement, progress.next.id), actor)
    assert sorted(asked) == [statement.id for statement in made]
    assert queries.answering(actor, cycle).next is None


def test_one_after_the_other_with_plain_forms(client, cycle, clock):
    for _ in range(3):
        consultation.statement(cycle)
    client.sign_in(person())
    for number, said in enumerate(("agree", "disagree", "pass")):
        page = client.get(url(cycle)).text
        assert f"Respondiste {number} de 3 afirmaciones" in page
        reference = re.search(r"/afirmaciones/([\w-]+)/respuesta", page).group(1)
        location = client.post(f"/afirmaciones/{reference}/respuesta", data={"answer": said}).location
        assert location == f"{url(cycle)}#pregunta"
        clock.advance(seconds=5)
    page = client.get(url(cycle)).text
    assert "Respondiste todas" in page
    assert "Antes respondiste «Paso» a:" in page
    own = client.get(f"/ciclos/{cycle.slug}/afirmaciones/mis-respuestas").text
    assert own.count('aria-pressed="true"') == 3
    changed = client.post(f"/afirmaciones/{reference}/respuesta", data={"answer": "agree", "from": "lista"})
    assert changed.location.endswith(f"/mis-respuestas#{reference}")
    statement = db.session.scalar(sa.select(Statement).filter_by(reference=reference))
    assert counts(statement) == (1, 0, 0)


@pytest.mark.parametrize("said", ["", "yes", "agree' OR 1=1", "agree\x00"])
def test_what_is_no_answer_is_said_and_changes_nothing(client, cycle, said):
    statement = consultation.statement(cycle)
    client.sign_in(person())
    client.post(f"/afirmaciones/{statement.reference}/respuesta", data={"answer": said})
    assert "Elige una de las tres respuestas" in client.get(url(cycle)).text
    assert counts(statement) == (0, 0, 0)


def test_visitors_read_and_are_led_to_sign_in(client, cycle):
    statement = consultation.statement(cycle)
    page = client.get(url(cycle)).text
    assert statement.title in page
    assert "/entrar?next=" in page
    assert "/respuesta" not in page
    assert client.post(f"/afirmaciones/{statement.reference}/respuesta", data={"answer": "agree"}).status_code == 401


def test_nobody_sees_what_another_answered(client, cycle):
    statement, actor = consultation.statement(cycle), person("Participante que respondió")
    answer(statement, actor, Answer.DISAGREE)
    client.sign_in(cycles.facilitator(cycle))
    for address in (f"/afirmaciones/{statement.reference}", f"/ciclos/{cycle.slug}/afirmaciones", "/historial"):
        page = client.get(address).text
        assert actor.name not in page
        assert actor.public_id not in page


def test_pages_cost_the_same_with_three_statements_and_with_thirty(client, cycle, count_queries):
    actor = person()
    client.sign_in(actor)
    costs = []
    for more in (3, 18):
        for _ in range(more):
            answer(consultation.statement(cycle), actor)
        waiting = consultation.statement(cycle)
        for address in (
            url(cycle),
            f"/ciclos/{cycle.slug}/afirmaciones/mis-respuestas",
            f"/afirmaciones/{waiting.reference}",
        ):
            db.session.expire_all()
            with count_queries() as log:
                assert client.get(address).status_code == 200
            costs.append(len(log))
    assert costs[:3] == costs[3:]
    assert max(costs) <= 10


@pytest.mark.slow
def test_twenty_answers_of_one_person_at_once_leave_one(committed_app):
    statement_id, actor_id = consultation.statement().id, person().id

    def answering(said):
        def call():
            statement, actor = db.session.get_one(Statement, statement_id), db.session.get_one(Person, actor_id)
            return answer(statement, actor, said)

        return call

    told = at_once(committed_app, [answering(said) for said in (Answer.AGREE, Answer.DISAGREE) * 10])
    db.session.rollback()
    assert all(isinstance(changed, bool) for changed in told)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StatementAnswer)) == 1
    kept = db.session.scalar(sa.select(StatementAnswer.answer))
    assert counts(db.session.get_one(Statement, statement_id)) == ((1, 0, 0) if kept is Answer.AGREE else (0, 1, 0))


@pytest.mark.slow
def test_forty_people_at_once_are_all_counted(committed_app):
    statement_id, people = consultation.statement().id, [person().id for _ in range(40)]

    def answering(actor_id):
        def call():
            statement, actor = db.session.get_one(Statement, statement_id), db.session.get_one(Person, actor_id)
            return answer(statement, actor)

        return call

    assert all(told is True for told in at_once(committed_app, [answering(actor_id) for actor_id in people]))
    db.session.rollback()
    assert counts(db.session.get_one(Statement, statement_id)) == (40, 0, 0)


def titles(client):
    return client.get("/").text


def test_the_home_page_asks_to_answer_and_to_review(client, cycle):
    actor, statement = person(), consultation.statement(cycle)
    assert "Responde las afirmaciones" in titles(client.sign_in(actor))
    answer(statement, actor)
    assert "Responde las afirmaciones" not in titles(client)
    consultation.proposed(cycle)
    assert "Revisa las afirmaciones propuestas" not in titles(client)
    assert "Revisa las afirmaciones propuestas" in titles(client.sign_in(cycles.facilitator(cycle)))
    assert "Revisa las afirmaciones propuestas" in titles(client.sign_in(cycles.steward(cycle)))


def test_figures_count_people_and_not_their_answers(cycle):
    one, other = person(), person()
    for _ in range(3):
        statement = consultation.statement(cycle)
        answer(statement, one)
    answer(statement, other)
    found = figures.gather(cycle)
    assert found["answering"]["channel"] == {"online": 2}
    assert found["statement"]["channel"] == {"online": 3}
