"""The life of a proposal, through its operations."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocrea.accounts.models import Role
from cocrea.audit.models import HistoryRecord
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.proposals import operations, queries
from cocrea.proposals.models import TRANSITIONS, ProposalStatus, ResponseKind
from cocrea.proposals.operations import Answer, Content
from tests.factories import cycles, proposals
from tests.factories.accounts import grant, organisation, person
from tests.factories.history import actions

OTHER = Content("Publicar el padrón y su avance", "Cada semana, con fotografías.")


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def author(app):
    return person()


def test_a_draft_is_read_by_its_author_alone(cycle, author):
    proposal = proposals.draft(cycle, author=author)
    assert queries.visible_proposal(author, proposal.reference) is proposal
    with pytest.raises(Exception, match="NotFound"):
        queries.visible_proposal(person(), proposal.reference)
    assert not queries.addressing(proposal.problems[0])


def test_a_draft_needs_a_public_problem_of_the_cycle(cycle, author, now):
    elsewhere = proposals.problem(proposals.working_cycle())
    for addressed in ([], [elsewhere]):
        with pytest.raises(Invalid), transaction():
            operations.draft(actor=author, cycle=cycle, content=OTHER, problems=addressed, now=now)


def test_a_form_sent_twice_begins_one_draft_and_only_for_its_author(cycle, author, now):
    addressed = proposals.problem(cycle)
    begun = {"cycle": cycle, "content": OTHER, "problems": [addressed], "form_key": "clave", "now": now}
    made = []
    for actor in (author, author, person()):
        with transaction():
            made.append(operations.draft(actor=actor, **begun).reference)
    assert made[0] == made[1] != made[2]


def test_withdrawing_needs_a_reason(cycle, author, now):
    proposal = proposals.published(cycle, author=author)
    with pytest.raises(Invalid), transaction():
        operations.withdraw(actor=author, proposal=proposal, reason="  ", now=now)


def test_publishing_keeps_version_one_and_records_no_text(cycle, author):
    proposal = proposals.published(cycle, author=author)
    assert [version.number for version in queries.versions(proposal)] == [1]
    record = db.session.scalar(sa.select(HistoryRecord).where(HistoryRecord.subject == proposal.reference))
    assert proposal.title not in record.canonical
    assert author.name not in record.canonical


def test_revising_makes_a_version_only_when_something_changed(cycle, author, now):
    proposal = proposals.published(cycle, author=author)
    for content, expected in ((OTHER, 2), (OTHER, 2)):
        with transaction():
            base = proposal.edition
            operations.revise(actor=author, proposal=proposal, content=content, base=base, now=now)
        assert proposal.version == expected
    assert [version.title for version in queries.versions(proposal)] == [OTHER.title, proposals.CONTENT.title]


@pytest.mark.parametrize("make", [proposals.draft, proposals.published])
def test_the_second_of_two_editors_is_told(cycle, author, now, make):
    proposal = make(cycle, author=author)
    base = proposal.edition
    with transaction():
        operations.revise(actor=author, proposal=proposal, content=OTHER, base=base, now=now)
    with pytest.raises(Conflict), transaction():
        operations.revise(actor=author, proposal=proposal, content=proposals.CONTENT, base=base, now=now)
    assert proposal.title == OTHER.title


def test_only_the_author_edits_and_withdraws(cycle, author, now):
    proposal = proposals.published(cycle, author=author)
    stranger = person()
    with pytest.raises(Denied), transaction():
        operations.revise(actor=stranger, proposal=proposal, content=OTHER, base="", now=now)
    with pytest.raises(Denied), transaction():
        operations.withdraw(actor=stranger, proposal=proposal, reason="", now=now)


def test_a_withdrawn_proposal_leaves_a_tombstone_and_no_list_entry(cycle, author, now):
    proposal = proposals.published(cycle, author=author)
    with transaction():
        operations.withdraw(actor=author, proposal=proposal, reason="Ya se resolvió", now=now)
    assert proposal.visibility is Visibility.WITHDRAWN
    assert not queries.addressing(proposal.problems[0])
    assert actions(proposal.reference)[-1] == "proposal.withdrawn"


def test_only_facilitators_review_and_a_refusal_needs_a_reason(cycle, author, now):
    proposal = proposals.published(cycle, author=author)
    with pytest.raises(Denied), transaction():
        operations.admit(actor=author, proposal=proposal, findings=proposals.all_met(cycle), now=now)
    facilitator = cycles.facilitator(cycle)
    unsaid = proposals.first_not_met(cycle, "  ")
    with pytest.raises(Invalid), transaction():
        operations.reject(actor=facilitator, proposal=proposal, findings=unsaid, now=now)
    said = proposals.first_not_met(cycle, "No es competencia del plan.")
    with transaction():
        operations.reject(actor=facilitator, proposal=proposal, findings=said, now=now)
    assert proposal.status is ProposalStatus.NOT_ADMITTED
    with pytest.raises(Denied), transaction():
        operations.admit(actor=facilitator, proposal=proposal, findings=proposals.all_met(cycle), now=now)


def test_a_reviewed_text_does_not_change(cycle, author, now):
    proposal = proposals.admitted(cycle, author=author)
    with pytest.raises(Denied), transaction():
        operations.revise(actor=author, proposal=proposal, content=OTHER, base="", now=now)


def test_nothing_is_proposed_outside_its_stage(author, now):
    closed = cycles.cycle(StageKind.CONSULTATION)
    addressed = proposals.problem(closed)
    with pytest.raises(Denied) as refusal, transaction():
        operations.draft(actor=author, cycle=closed, content=OTHER, problems=[addressed], now=now)
    assert "fecha" in str(refusal.value.message)


def test_an_institution_answers_once_with_reasons(cycle, author, now):
    proposal = proposals.admitted(cycle, author=author)
    ministry, other = organisation(), organisation()
    official = grant(person(), Role.OFFICIAL, ministry)
    proposals.routed(proposal, ministry)
    answer = {"actor": official, "proposal": proposal, "now": now}
    with pytest.raises(Denied), transaction():
        operations.respond(**answer, organisation=other, answer=Answer(ResponseKind.PARTLY, "Porque sí."))
    with pytest.raises(Invalid), transaction():
        operations.respond(**answer, organisation=ministry, answer=Answer(ResponseKind.PARTLY, " "))
    with transaction():
        operations.respond(**answer, organisation=ministry, answer=Answer(ResponseKind.PARTLY, "Para la mitad."))
    with pytest.raises(Conflict), transaction():
        operations.respond(**answer, organisation=ministry, answer=Answer(ResponseKind.PARTLY, "Otra vez."))
    assert [found.organisation_id for found in queries.responses(proposal)] == [ministry.id]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(list(ProposalStatus)), max_size=8))
def test_no_walk_leaves_the_table_of_transitions(app, now, steps):
    proposal = proposals.published(proposals.working_cycle())
    for status in steps:
        before = proposal.status
        try:
            with transaction():
                operations.move(actor=None, proposal=proposal, status=status, now=now)
        except Conflict:
            assert status not in TRANSITIONS[before]
            assert proposal.status is before
        else:
            assert status in TRANSITIONS[before]
