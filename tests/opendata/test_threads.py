"""The thread of anything: whole, both ways, with its gaps, and nothing that is not to be read."""

from __future__ import annotations

import json

import pytest

from cocrea.accounts.models import Role, Visitor
from cocrea.commitments.operations import draft_from_proposal
from cocrea.core.db import transaction
from cocrea.discussion.models import Visibility
from cocrea.discussion.operations import set_visibility
from cocrea.extensions import db
from cocrea.followup import operations as following
from cocrea.followup.models import ActivityStatus
from cocrea.opendata.threads.nodes import Stop
from cocrea.opendata.threads.starting import visible_thread
from cocrea.proposals import operations
from cocrea.proposals.models import ResponseKind
from cocrea.proposals.operations import Answer
from cocrea.voting.rules import RuleName
from tests.conftest import NOW
from tests.factories import commitments, cycles, followup, proposals, voting
from tests.factories.accounts import grant, organisation, person
from tests.opendata.provenance import check

RELATIONS = {"wasDerivedFrom", "wasGeneratedBy", "used", "wasAttributedTo", "wasAssociatedWith", "specializationOf"}


def _page(client, reference: str) -> str:
    answer = client.get(f"/hilo/{reference}")
    assert answer.status_code == 200
    return answer.text


def _verified():
    """A signed commitment whose first activity is verified."""
    commitment, of = commitments.signed()
    activity = followup.first_activity(commitment)
    with transaction():
        followup.report(activity, of.official, status=ActivityStatus.STARTED)
    followup.evidence(activity, of, "https://example.org/acta?a=1&b=2")
    with transaction():
        followup.report(activity, of.official, status=ActivityStatus.COMPLETE)
    with transaction():
        following.verify(actor=of.watcher, activity=activity, now=NOW)
    return commitment, activity


@pytest.mark.parametrize("begin", ["problem", "proposal", "commitment", "activity"])
def test_from_wherever_it_is_followed_it_leads_from_the_problem_to_the_verified_activity(client, app, begin):
    commitment, activity = _verified()
    problem = commitment.proposal.problems[0]
    references = {
        "problem": problem.reference,
        "proposal": commitment.proposal.reference,
        "commitment": commitment.reference,
        "activity": activity.reference,
    }
    page = _page(client, references[begin])
    for expected in (
        problem.title,
        commitment.proposal.title,
        commitment.title,
        activity.title,
        "La contraparte la verificó",
        'href="https://example.org/acta?a=1&amp;b=2"',
        "No hubo votación.",
        "Ninguna mesa trabajó en esto.",
        "Ninguna institución la ha respondido.",
    ):
        assert expected in page, expected


def test_it_tells_how_a_proposal_was_voted_under_any_rule(client, app):
    cycle = commitments.drafting_cycle()
    facilitator = cycles.facilitator(cycle)
    contest = voting.contest(cycle, options=2, rule=RuleName.MAJORITY)
    voting.choose(contest, voting.electorate(1)[0], ["1"])
    voting.sealed(contest)
    first, second = (option.proposal for option in contest.options)
    with transaction():
        commitment = draft_from_proposal(actor=facilitator, proposal=first, now=NOW)
    page = _page(client, commitment.reference)
    assert f"Resultado de {first.reference}: se aprobó" in page
    assert "A su favor: 1" in page
    assert second.reference not in page
    whole = _page(client, contest.reference)
    assert f"Resultado de {second.reference}: no se aprobó" in whole
    assert "Ningún compromiso la retomó." in whole


def test_it_tells_means_where_these_were_compared(client, app):
    contest = voting.contest(commitments.drafting_cycle(), options=2, rule=RuleName.SCORE, average=True)
    for voter, points in zip(voting.electorate(2), (5, 2), strict=True):
        voting.choose(contest, voter, {"1": points})
    voting.sealed(contest)
    page = _page(client, contest.options[0].proposal.reference)
    assert "3.5 en promedio" in page
    assert "A su favor" not in page


def test_every_branch_of_a_problem_is_told_also_the_ones_that_end(client, app):
    cycle = proposals.working_cycle()
    refused, answered = proposals.published(cycle), proposals.admitted(cycle)
    reviewing = cycles.facilitator(cycle)
    ministry = organisation()
    official = grant(person("Servidora Con Nombre"), Role.OFFICIAL, ministry)
    with transaction():
        findings = proposals.first_not_met(cycle, "No es del estado.")
        operations.reject(actor=reviewing, proposal=refused, findings=findings, reason="Toca a otro.", now=NOW)
    routing = proposals.routed(answered, ministry)
    with transaction():
        said = Answer(ResponseKind.NOT_ACCEPTED, "No hay recursos.")
        operations.respond_to_each(actor=official, routings=[routing.id], answer=said, now=NOW)
    page = _page(client, refused.problems[0].reference)
    assert "Toca a otro." in page
    page = _page(client, answered.problems[0].reference)
    assert f"Respuesta de {ministry.name}" in page
    assert "No aceptada" in page
    assert "Servidora Con Nombre" not in page
    alone = proposals.problem(cycle)
    assert "Ninguna propuesta la retomó." in _page(client, alone.reference)


def test_a_merge_is_followed_both_ways(client, app):
    cycle = proposals.working_cycle()
    first, second = proposals.published(cycle), proposals.published(cycle)
    merge = proposals.merging(cycles.facilitator(cycle), [first, second])
    proposals.consented(merge)
    made = db.session.merge(merge).made[0]
    with app.test_request_context():
        thread = visible_thread(Visitor(), made.reference)
        onward = visible_thread(Visitor(), first.problems[0].reference)
    assert {node.key for node in thread.at(Stop.PROPOSAL)} == {made.reference, first.reference, second.reference}
    assert len(thread.at(Stop.PROBLEM)) == 2
    assert {node.key for node in onward.at(Stop.PROPOSAL)} == {made.reference, first.reference}
    assert "Fusionada con otra" in _page(client, first.problems[0].reference)


def test_what_is_hidden_is_a_tombstone_and_says_nothing(client, app):
    commitment, _activity = _verified()
    proposal = commitment.proposal
    amendment = proposals.published(proposal.cycle)
    secret, title = proposal.problems[0].title, proposal.title
    with transaction():
        for one in (proposal, proposal.problems[0]):
            set_visibility(db.session.merge(one), Visibility.HIDDEN, reason="Lleva datos personales.", now=NOW)
    for path in ("", "/prov.json"):
        told = client.get(f"/hilo/{commitment.reference}{path}").text
        assert secret not in told
        assert "Oculta por moderación" in told
    page = _page(client, commitment.reference)
    assert "Lleva datos personales." in page
    assert title not in page
    draft = proposals.draft(proposal.cycle)
    assert client.get(f"/hilo/{draft.reference}").status_code == 404
    assert draft.reference not in _page(client, draft.problems[0].reference)
    assert client.get("/hilo/nada").status_code == 404
    assert client.get(f"/hilo/{amendment.reference}").status_code == 200


def test_of_a_cycle_that_is_not_public_nobody_follows_anything(client, app):
    cycle = proposals.working_cycle()
    proposal = proposals.published(cycle)
    with transaction():
        db.session.merge(cycle).published_at = None
    assert client.get(f"/hilo/{proposal.reference}").status_code == 404
    assert client.get(f"/hilo/{proposal.reference}/prov.json").status_code == 404


@pytest.mark.parametrize("path", ["", "/prov.json"])
def test_the_number_of_statements_does_not_grow(client, app, count_queries, path):
    commitment, _activity = _verified()
    with count_queries() as few:
        client.get(f"/hilo/{commitment.reference}{path}")
    proposal = db.session.merge(commitment.proposal)
    for _number in range(5):
        proposals.amended(proposals.published(proposal.cycle))
    with count_queries() as many:
        client.get(f"/hilo/{commitment.reference}{path}")
    assert len(many) == len(few) <= 10


def test_the_thread_of_machines_has_the_structure_of_prov_json(client, app):
    commitment, activity = _verified()
    answer = client.get(f"/hilo/{commitment.reference}/prov.json")
    document = json.loads(answer.data)
    assert check(document) == []
    assert RELATIONS - {"wasAssociatedWith", "wasGeneratedBy"} <= set(document)
    derived = [(one["prov:generatedEntity"], one["prov:usedEntity"]) for one in document["wasDerivedFrom"].values()]
    assert (f"cocrea:{commitment.reference}", f"cocrea:{commitment.proposal.reference}") in derived
    assert f"cocrea:{activity.reference}" in document["activity"]
    text = answer.get_data(as_text=True)
    for name in (commitment.proposal.author.label, commitment.signatures[0].person.label):
        assert str(name) not in text


def test_the_validator_finds_what_is_wrong():
    assert check({"entity": {"x:1": {}}}) == ["x:1: prefix not declared"]
    assert check({"prefix": {"x": "https://x/"}, "wasDerivedFrom": {"_:1": {"prov:usedEntity": "x:1"}}})
    assert check({"nothing": {}}) == ["nothing: no such section"]
