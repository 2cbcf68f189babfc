"""Supports and answers on paper: within what the people who came may give, in the ranking, apart in the opinions."""

from __future__ import annotations

import re

import pytest

from cocrea.consultation import operations, queries
from cocrea.consultation.jobs import compute_opinions
from cocrea.consultation.models import OpinionResult, Trait
from cocrea.consultation.operations import Said
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.cycles import figures
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.moderation import operations as moderation
from tests.conftest import NOW
from tests.factories import consultation, cycles, workshops
from tests.factories.accounts import person
from tests.factories.history import records

CAME = 12


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


@pytest.fixture
def facilitator(cycle):
    return cycles.facilitator(cycle)


@pytest.fixture
def workshop(cycle, facilitator):
    made = workshops.workshop(cycle, by=facilitator)
    attended(made, facilitator, CAME)
    return made


@pytest.fixture
def topics(cycle):
    return [consultation.topic(cycle) for _ in range(4)]


def attended(workshop, by, people):
    with transaction():
        operations.count_people(actor=by, workshop=workshop, attended=people, counts={Trait.SECTOR: {}}, now=NOW)


def count(workshop, by, supports=None, answers=None, now=NOW):
    said = {"supports": supports or {}, "answers": answers or {}, "based_on": queries.paper_version(workshop)}
    with transaction():
        operations.count_paper(actor=by, workshop=workshop, now=now, **said)


def last_record(workshop):
    return records(subject=workshop.reference)[-1]


def test_a_count_replaces_the_one_before_and_the_history_says_so(workshop, facilitator, topics):
    one, other, *_rest = topics
    statement = consultation.statement(workshop.cycle)
    count(workshop, facilitator, {one.id: 7, other.id: 0}, {statement.id: Said(3, 2, 1)})
    assert queries.on_paper(workshop) == ({one.id: 7}, {statement.id: (3, 2, 1)})
    count(workshop, facilitator, {other.id: 4})
    assert queries.on_paper(workshop) == ({other.id: 4}, {})
    found = last_record(workshop)
    assert found["action"] == "workshop.paper_counted"
    assert found["old"] == {"supports": {one.slug: 7}, "answers": 6}
    assert found["new"] == {"supports": {other.slug: 4}, "answers": 0}


def test_while_results_are_hidden_the_history_names_no_topic(workshop, facilitator, topics):
    workshop.cycle.stages[0].rules = {"hides_results": True}
    db.session.commit()
    count(workshop, facilitator, {topics[0].id: 7, topics[1].id: 2})
    assert last_record(workshop)["new"] == {"supports": 9, "answers": 0}


def test_nobody_has_more_on_paper_than_online(workshop, facilitator, topics):
    a, b, c, d = (topic.id for topic in topics)
    statement = consultation.statement(workshop.cycle)
    count(workshop, facilitator, {a: CAME, b: CAME, c: CAME}, {statement.id: Said(CAME, 0, 0)})
    for supports, answers, field in (
        ({a: CAME + 1}, {}, f"topic_{a}"),
        ({a: CAME, b: CAME, c: CAME, d: 1}, {}, None),
        ({}, {statement.id: Said(CAME, 0, 1)}, f"statement_{statement.id}_agree"),
        ({a: -1}, {}, None),
        ({}, {statement.id: Said(0, -1, 0)}, None),
        ({10**6: 1}, {}, None),
        ({}, {10**6: Said(1)}, None),
    ):
        with pytest.raises(Invalid) as refused:
            count(workshop, facilitator, supports, answers)
        assert refused.value.field == field
    assert queries.on_paper(workshop)[0] == {a: CAME, b: CAME, c: CAME}


def test_people_are_counted_first_and_not_corrected_below_the_sheets(cycle, facilitator, topics):
    made = workshops.workshop(cycle, by=facilitator)
    with pytest.raises(Conflict):
        count(made, facilitator, {topics[0].id: 1})
    attended(made, facilitator, CAME)
    count(made, facilitator, {topic.id: 7 for topic in topics})  # 28 supports of three each: ten people
    with pytest.raises(Invalid) as refused:
        attended(made, facilitator, 9)
    assert "10 personas" in str(refused.value.message)
    attended(made, facilitator, 10)


def test_only_the_facilitation_and_only_while_the_consultation_is_open(workshop, facilitator, topics):
    with pytest.raises(Denied):
        count(workshop, person(), {topics[0].id: 1})
    with pytest.raises(Denied):
        count(workshop, facilitator, {topics[0].id: 1}, now=workshop.cycle.stages[0].ends_at)


def test_supports_on_paper_count_in_person_and_say_no_sector(workshop, facilitator, topics):
    first, second, *_rest = topics
    for _ in range(6):
        with transaction():
            operations.support_topic(actor=person(), topic=first, now=NOW)
    count(workshop, facilitator, {first.id: 3, second.id: 11})
    standings = {standing.topic: standing for standing in queries.ranking(workshop.cycle, topics, NOW)}
    assert (standings[second].place, standings[second].total) == (1, 11)
    assert dict(standings[first].channels) == {Channel.ONLINE: 6, Channel.IN_PERSON: 3}
    assert sum(standings[first].sectors.values()) == 6
    assert sum(standings[second].sectors.values()) == 0


def test_answers_on_paper_are_told_apart(client, workshop, facilitator):
    said, unsaid = (consultation.statement(workshop.cycle) for _ in range(2))
    count(workshop, facilitator, answers={said.id: Said(6, 2, 1), unsaid.id: Said(4, 0, 0)})
    compute_opinions()
    result = db.session.get_one(OpinionResult, workshop.cycle_id)
    assert result.content["people"] == 0
    assert result.content["by_paper"] == {str(said.id): {"agree": 6, "disagree": 2, "pass": 1}}
    address = f"/ciclos/{workshop.cycle.slug}/afirmaciones/opiniones"
    assert "Respuestas en papel" in client.get(address).text
    assert ",paper,,,6,2,1," in client.get(f"{address}.csv").text
    before = result.mark
    count(workshop, facilitator)
    compute_opinions()
    db.session.expire_all()
    found = db.session.get_one(OpinionResult, workshop.cycle_id)
    assert (found.mark != before, found.content["by_paper"]) == (True, {})


def test_what_came_in_tells_the_answers(workshop, facilitator, topics):
    statement = consultation.statement(workshop.cycle)
    count(workshop, facilitator, {topics[0].id: 5}, {statement.id: Said(1, 2, 3)})
    found = figures.gather(workshop.cycle, workshop.cycle.stages[0])
    assert found["paper_answer"]["channel"] == {"in_person": 6}


def test_what_was_counted_of_a_statement_hidden_since_waits_and_is_told_nowhere(
    client, workshop, facilitator, topics
):
    statement, other = consultation.statement(workshop.cycle), consultation.statement(workshop.cycle)
    count(workshop, facilitator, {}, {statement.id: Said(CAME, 0, 0), other.id: Said(1, 0, 0)})
    client.sign_in(facilitator)
    with transaction():
        moderation.hide(actor=facilitator, contribution=statement, reason="No es del tema", now=NOW)
    address = f"/jornadas/{workshop.reference}/papel"
    assert client.get(address).status_code == 200
    assert figures.gather(workshop.cycle, workshop.cycle.stages[0])["paper_answer"]["channel"] == {"in_person": 1}
    count(workshop, facilitator, {}, {other.id: Said(0, 2, 0)})
    with transaction():
        moderation.restore(actor=facilitator, contribution=statement, reason="Sí era", now=NOW)
    assert queries.on_paper(workshop)[1] == {statement.id: (CAME, 0, 0), other.id: (0, 2, 0)}


def test_of_two_who_count_at_once_the_second_is_told(client, workshop, facilitator, topics):
    client.sign_in(facilitator)
    address = f"/jornadas/{workshop.reference}/papel"
    base = re.search(r'name="base"[^>]*value="([^"]+)"', client.get(address).text)[1]
    first, second = ({f"topic_{topic.id}": "5", "base": base} for topic in topics[:2])
    assert client.post(address, data=first).status_code == 303
    refused = client.post(address, data=second)
    assert refused.status_code == 422 and "Alguien guardó otra cuenta" in refused.text
    assert queries.on_paper(workshop) == ({topics[0].id: 5}, {})


def test_what_was_typed_for_a_statement_hidden_meanwhile_is_said(client, workshop, facilitator, topics):
    statement = consultation.statement(workshop.cycle)
    client.sign_in(facilitator)
    address = f"/jornadas/{workshop.reference}/papel"
    sent = {f"topic_{topics[0].id}": "5", "base": queries.paper_version(workshop)}
    gone = {f"statement_{statement.id}_agree": "7", f"statement_{statement.id}_passed": ""}
    with transaction():
        moderation.hide(actor=facilitator, contribution=statement, reason="No es del tema", now=NOW)
    answer = client.post(address, data=sent | gone)
    assert answer.status_code == 422
    assert "De eso habías anotado: 7." in answer.text and 'value="5"' in answer.text
    assert client.post(address, data=sent).status_code == 303


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(client, workshop, facilitator, topics):
    statement = consultation.statement(workshop.cycle, sentence="El agua llega poco <b>.")
    client.sign_in(facilitator)
    address = f"/jornadas/{workshop.reference}/papel"
    assert address in client.get(f"/jornadas/{workshop.reference}").text
    fields = {f"topic_{topics[0].id}": "5", f"statement_{statement.id}_passed": "2"}
    fields["base"] = queries.paper_version(workshop)
    refused = client.post(address, data={**fields, f"topic_{topics[1].id}": str(CAME + 1)})
    assert refused.status_code == 422
    assert f"No pueden ser más que las {CAME} personas" in refused.text
    assert 'value="5"' in refused.text
    assert client.post(address, data={**fields, f"topic_{topics[1].id}": "x"}).status_code == 422
    assert queries.on_paper(workshop) == ({}, {})
    assert client.post(address, data=fields).status_code == 303
    assert queries.on_paper(workshop) == ({topics[0].id: 5}, {statement.id: (0, 0, 2)})
    page = client.get(address).text
    assert 'value="5"' in page
    assert "<b>" not in page


def test_before_people_are_counted_the_page_leads_there(client, cycle, facilitator):
    made = workshops.workshop(cycle, by=facilitator)
    page = client.sign_in(facilitator).get(f"/jornadas/{made.reference}/papel").text
    assert "Falta la asistencia" in page
    assert f"/jornadas/{made.reference}/asistencia" in page
    assert "Guardar lo contado" not in page
