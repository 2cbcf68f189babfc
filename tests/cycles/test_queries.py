"""What those who answer for a space are told to do, and how much it costs to ask."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cocrea.accounts.models import PLATFORM, Role
from cocrea.cycles import operations, queries
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import cycles
from tests.factories.accounts import grant, person

DAY = timedelta(days=1)


def titles(actor, now=NOW):
    return [str(item.title) for item in queries.todo(actor, now)]


@pytest.fixture
def cycle(app):
    return cycles.cycle(StageKind.CONSULTATION)


def test_a_draft_waits_to_be_published(client):
    draft = cycles.cycle(published=False)
    with client.application.test_request_context():
        assert titles(cycles.steward(draft)) == ["Publica el calendario del ciclo"]
        assert titles(grant(person(), Role.ADMINISTRATOR, PLATFORM)) == ["Publica el calendario del ciclo"]
        assert titles(grant(person(), Role.STEWARD, draft)) == ["Publica el calendario del ciclo"]


def test_an_ended_stage_waits_for_its_report(app, cycle):
    steward = cycles.steward(cycle)
    with app.test_request_context():
        assert titles(steward) == []
        ends = cycle.stages[0].ends_at
        assert titles(steward, ends) == ["Publica el informe de la etapa"]
        operations.publish_report(actor=steward, stage=cycle.stages[0], source="Listo", now=ends)
        db.session.commit()
        assert titles(steward, ends) == []


def test_what_follows_a_stage_that_ends_soon_needs_purpose_and_dates(app, cycle):
    steward = cycles.steward(cycle)
    operations.add_stage(actor=steward, cycle=cycle, kind=StageKind.VOTING, now=NOW)
    db.session.commit()
    wanted = "Ponle propósito y fechas a la etapa que sigue"
    with app.test_request_context():
        ends = cycle.stages[0].ends_at
        assert wanted not in titles(steward, ends - 8 * DAY)
        assert wanted in titles(steward, ends - 7 * DAY)


def test_others_are_asked_nothing_at_no_cost(app, cycle, count_queries):
    elsewhere = cycles.steward(cycles.cycle(StageKind.CONSULTATION))
    someone = person()
    assert someone.grants == []
    with app.test_request_context():
        assert titles(elsewhere, NOW + DAY) == []
        with count_queries() as log:
            assert titles(someone) == []
    assert len(log) == 0


def test_asking_costs_the_same_whatever_one_answers_for(app, count_queries):
    space = cycles.space()
    steward = grant(person(), Role.STEWARD, space)
    costs = []
    for number in (2, 20):
        for _ in range(number):
            cycles.cycle(StageKind.CONSULTATION, space_id=space.id)
        db.session.expire_all()
        assert steward.grants
        with app.test_request_context(), count_queries() as log:
            queries.todo(steward, NOW + 30 * DAY)
        costs.append(len(log))
    assert costs[0] == costs[1] <= 2


def test_a_cycle_by_its_address_costs_two_statements(app, cycle, count_queries):
    slug, actor = cycle.slug, person()
    assert actor.grants == []
    db.session.expunge_all()
    with count_queries() as log:
        found = queries.visible_cycle(actor, slug)
        assert found.space.name
        assert found.stages[0].report is None
    assert len(log) <= 3
