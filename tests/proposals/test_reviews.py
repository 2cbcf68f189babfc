"""The review: its checklist is the cycle's, public, and stays as it was; and for how long a text may be changed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.cycles import operations as cycling
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.proposals import operations, rules
from cocrea.proposals.models import Finding, Proposal, ProposalStatus
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import person
from tests.factories.history import records
from tests.real import at_once

OWN = "Se entiende: la lee cualquiera.\nDice cuánto cuesta: hay que poder pagarla."
OTHER = proposals.Content("Otro título", "Otro texto.")


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def facilitator(cycle):
    return cycles.facilitator(cycle)


def decide(stage, **values):
    """A cycle decides its rules before the stage opens; here they are put where it would have put them."""
    stage.rules = {**stage.rules, **values}


def admit(facilitator, proposal, findings, **more):
    with transaction():
        return operations.admit(actor=facilitator, proposal=proposal, findings=findings, now=NOW, **more)


def reject(facilitator, proposal, findings, **more):
    with transaction():
        return operations.reject(actor=facilitator, proposal=proposal, findings=findings, now=NOW, **more)


def test_without_a_decision_the_common_criteria_hold_in_the_readers_language(client, cycle):
    page = client.get(f"/ciclos/{cycle.slug}/propuestas").text
    assert "Atiende una problemática publicada del ciclo" in page
    client.set_cookie("idioma", "en")
    assert "It addresses a problem published in this cycle" in client.get(f"/ciclos/{cycle.slug}/propuestas").text


def test_who_writes_knows_beforehand_what_will_be_checked(client, cycle):
    proposals.problem(cycle)
    decide(cycle.stages[0], criteria=OWN, edits_until_review=False, edit_hours=24)
    page = client.sign_in(person()).get(f"/ciclos/{cycle.slug}/propuestas/nueva").text
    assert all(words in page for words in ("Se entiende", "Hay que poder pagarla", "durante 24 horas"))


@pytest.mark.parametrize(
    "said", ["", "Sin razón", ": sin nombre", "A: b\nA: c", "\n".join(f"{n}: x" for n in range(13))]
)
def test_criteria_are_few_different_and_say_why(app, said):
    planned = cycles.cycle()
    stage = cycles.stage(planned, StageKind.PROPOSALS, start=NOW + timedelta(days=1), end=NOW + timedelta(days=9))
    steward = cycles.steward(planned)
    with pytest.raises(Invalid) as refused, transaction():
        cycling.set_rules(actor=steward, stage=stage, values={"criteria": said}, now=NOW)
    assert "uno por renglón" in str(refused.value.message)
    with transaction():
        cycling.set_rules(actor=steward, stage=stage, values={"criteria": OWN}, now=NOW)
    assert [criterion.name for criterion in rules.criteria(planned)] == ["Se entiende", "Dice cuánto cuesta"]
    assert "Se entiende" in records("stage.rules_set")[-1]["new"]["criteria"]


def test_one_unmet_criterion_decides(cycle, facilitator):
    proposal = proposals.published(cycle)
    unmet, met = proposals.first_not_met(cycle, "No dice a quién."), proposals.all_met(cycle)
    for judge, findings in ((admit, unmet), (reject, met)):
        with pytest.raises(Invalid) as refused:
            judge(facilitator, proposal, findings)
        assert refused.value.field == "decision"
    assert proposal.status is ProposalStatus.PUBLISHED
    reject(facilitator, proposal, unmet)
    record = records("proposal.not_admitted")[-1]
    assert record["new"]["not_met"] == [rules.criteria(cycle)[0].name]
    assert "No dice a quién." in record["reason"]


def test_what_does_not_apply_does_not_hinder(cycle, facilitator):
    proposal = proposals.published(cycle)
    admit(facilitator, proposal, [(Finding.NOT_APPLICABLE, ""), *proposals.all_met(cycle)[1:]])
    assert proposal.status is ProposalStatus.ADMITTED


def test_a_review_keeps_the_criteria_of_its_moment(client, cycle, facilitator):
    proposal = proposals.published(cycle)
    reject(facilitator, proposal, proposals.first_not_met(cycle, "No dice a quién."))
    before = rules.criteria(cycle)[0].name
    decide(cycle.stages[0], criteria=OWN)
    page = client.get(f"/propuestas/{proposal.reference}").text
    assert before in page
    assert "No dice a quién." in page
    assert "Se entiende" not in page


def test_a_checklist_for_other_criteria_is_not_taken(cycle, facilitator):
    with pytest.raises(Conflict):
        admit(facilitator, proposals.published(cycle), proposals.all_met(cycle)[1:])


def test_the_checklist_can_be_taken_along(client, cycle, facilitator):
    proposal = proposals.published(cycle)
    reject(facilitator, proposal, proposals.first_not_met(cycle, "No dice a quién."))
    for address in (f"/ciclos/{cycle.slug}/propuestas", f"/ciclos/{cycle.slug}/datos/propuestas"):
        item = client.get(f"{address}.json").get_json()["items"][0]
        assert item["criteria"][0]["finding"] == "not_met"
        assert "No dice a quién." in client.get(f"{address}.csv").text


def test_two_reviews_at_once_leave_one(committed_app):
    cycle = proposals.working_cycle()
    proposal, facilitators = proposals.published(cycle), [cycles.facilitator(cycle) for _ in range(2)]
    calls = [
        partial(_reviewing, operations.admit, facilitators[0].id, proposal.id, proposals.all_met(cycle)),
        partial(
            _reviewing, operations.reject, facilitators[1].id, proposal.id, proposals.first_not_met(cycle, "No.")
        ),
    ]
    answers = at_once(committed_app, calls)
    assert sorted(type(answer).__name__ for answer in answers) == ["Denied", "NoneType"]
    db.session.rollback()
    assert len(records("proposal.admitted")) + len(records("proposal.not_admitted")) == 1


def _reviewing(decide, actor, proposal, findings):
    with transaction():
        who, found = db.session.get_one(Person, actor), db.session.get_one(Proposal, proposal)
        decide(actor=who, proposal=found, findings=findings, now=NOW)


def revise(proposal, now):
    with transaction():
        operations.revise(actor=proposal.author, proposal=proposal, content=OTHER, base=proposal.edition, now=now)


def test_until_the_review_unless_the_cycle_says(cycle):
    proposal = proposals.published(cycle)
    revise(proposal, NOW + timedelta(days=3))
    assert proposal.version == 2


def test_the_time_to_change_a_text_ends_and_says_when_it_was(client, cycle):
    decide(cycle.stages[0], edits_until_review=False, edit_hours=2)
    proposal = proposals.published(cycle)
    assert (
        "Puedes cambiar el texto hasta"
        in client.sign_in(proposal.author).get(f"/propuestas/{proposal.reference}").text
    )
    revise(proposal, NOW + timedelta(minutes=119))
    with pytest.raises(Denied) as refused:
        revise(proposal, NOW + timedelta(hours=2))
    assert "Podías cambiarla hasta el" in str(refused.value.message)


def test_a_draft_and_accepted_amendments_have_no_such_time(cycle):
    decide(cycle.stages[0], edits_until_review=False, edit_hours=0)
    draft = proposals.draft(cycle)
    revise(draft, NOW)
    proposal = proposals.published(cycle)
    with pytest.raises(Denied):
        revise(proposal, NOW)
    amendment = proposals.amended(proposal)
    with transaction():
        operations.accept(actor=proposal.author, amendment=amendment, read=1, now=NOW + timedelta(days=2))
    assert proposal.version == 2
