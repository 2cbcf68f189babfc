"""What a cycle decides for a stage: before it opens, within what is offered, in the history."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.cycles import operations, rules
from cocrea.cycles.models import StageKind
from tests.conftest import NOW
from tests.factories import cycles
from tests.factories.accounts import person
from tests.factories.history import records


@pytest.fixture
def cycle(app):
    found = cycles.cycle()
    cycles.stage(found, StageKind.CONSULTATION, start=NOW + timedelta(days=1), end=NOW + timedelta(days=9))
    return found


@pytest.fixture
def steward(cycle):
    return cycles.steward(cycle)


def decide(steward, stage, **values):
    with transaction():
        return operations.set_rules(actor=steward, stage=stage, values=values, now=NOW)


def test_until_someone_decides_the_defaults_hold(cycle):
    assert rules.in_force(cycle.stages[0])["topic_supports"] == 3


def test_a_decision_is_kept_and_recorded_once(cycle, steward):
    stage = cycle.stages[0]
    for _ in range(2):
        decide(steward, stage, topic_supports=5)
    assert rules.in_force(stage)["topic_supports"] == 5
    assert len(records("stage.rules_set")) == 1


@pytest.mark.parametrize("values", [{"topic_supports": 0}, {"topic_supports": True}, {"hides_results": 1}, {"x": 1}])
def test_only_what_is_offered(cycle, steward, values):
    with pytest.raises(Invalid):
        decide(steward, cycle.stages[0], **values)


def test_whoever_takes_part_knows_by_which_rules(steward, cycle):
    opened = cycles.cycle(StageKind.CONSULTATION)
    with pytest.raises(Denied) as refused:
        decide(cycles.steward(opened), opened.stages[0], topic_supports=5)
    assert "después de que abre" in str(refused.value.message)
    with pytest.raises(Denied):
        decide(person(), cycle.stages[0], topic_supports=5)


def test_the_page_asks_and_says_what_is_wrong(client, cycle, steward):
    client.sign_in(steward)
    edition = f"/ciclos/{cycle.slug}/etapas/1"
    assert "Apoyos a temas por persona" in client.get(f"{edition}/edicion").text
    refused = client.post(f"{edition}/reglas", data={"topic_supports": "90"})
    assert refused.status_code == 422
    assert 'value="90"' in refused.text
    client.post(f"{edition}/reglas", data={"topic_supports": "7", "comment_edit_minutes": "15"})
    assert rules.in_force(cycle.stages[0])["topic_supports"] == 7
