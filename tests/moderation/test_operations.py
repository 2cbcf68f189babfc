"""Hiding leaves a reason and takes the text away; restoring gives it back. Both are in the history."""

from __future__ import annotations

import pytest

from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.moderation import operations
from cocrea.proposals.models import ProposalStatus
from tests.conftest import NOW
from tests.factories import consultation, cycles, discussion, proposals, tables
from tests.factories.accounts import person
from tests.factories.history import records


@pytest.fixture
def problem(app):
    return consultation.problem()


def restore(contribution, by, reason="Ya no expone a nadie"):
    with transaction():
        operations.restore(actor=by, contribution=contribution, reason=reason, now=NOW)


def test_hiding_and_restoring_bring_back_text_and_counts(problem):
    comment = discussion.comment(problem, "Teléfono de una persona")
    moderator = discussion.hide(comment, "Expone un teléfono")
    assert (comment.visibility, comment.visibility_reason) == (Visibility.HIDDEN, "Expone un teléfono")
    assert (comment.body_html, problem.comment_count) == ("", 0)
    restore(comment, moderator)
    assert (comment.body_source, problem.comment_count) == ("Teléfono de una persona", 1)
    assert comment.visibility is Visibility.PUBLIC


def test_hiding_a_problem_keeps_its_answers_and_leaves_the_topic(problem):
    discussion.comment(problem)
    discussion.support(problem)
    discussion.hide(problem)
    assert (problem.title, problem.causes) == ("", "")
    assert (problem.comment_count, problem.support_count, problem.topic.problem_count) == (1, 1, 0)


def test_each_act_is_one_public_record_with_its_reason(problem):
    moderator = discussion.hide(problem, "Ofende a una comunidad")
    restore(problem, moderator, "Se aclaró")
    told = [(told["action"], told["reason"], told["actor"]) for told in records(subject=problem.reference)][1:]
    assert told == [
        ("contribution.hidden", "Ofende a una comunidad", moderator.public_id),
        ("contribution.restored", "Se aclaró", moderator.public_id),
    ]


@pytest.mark.parametrize("reason", ["", "  ", "\u200b"])
def test_no_reason_no_hiding(problem, reason):
    with pytest.raises(Invalid) as invalid:
        discussion.hide(problem, reason)
    assert invalid.value.field == "reason"
    assert problem.is_public


def test_only_those_who_facilitate_that_cycle_moderate(problem):
    elsewhere = cycles.facilitator(consultation.open_cycle())
    for actor in (person(), elsewhere, problem.author):
        with pytest.raises(Denied), transaction():
            operations.hide(actor=actor, contribution=problem, reason="No me gusta", now=NOW)
    steward = cycles.steward(problem.cycle)
    with transaction():
        operations.hide(actor=steward, contribution=problem, reason="Expone a alguien", now=NOW)
    assert not problem.is_public


def test_what_its_author_withdrew_is_not_restored(problem):
    discussion.withdraw(problem, problem.author)
    with pytest.raises(Denied):
        restore(problem, cycles.facilitator(problem.cycle))


def test_what_is_on_a_ballot_stays_as_it_is(app):
    proposal = proposals.admitted(proposals.working_cycle())
    proposal.status = ProposalStatus.ON_BALLOT
    db.session.commit()
    with pytest.raises(Denied):
        discussion.hide(proposal)


def test_a_hidden_proposal_loses_its_text(app):
    proposal = proposals.published(proposals.working_cycle())
    discussion.hide(proposal)
    assert (proposal.title, proposal.body_html, proposal.beneficiaries) == ("", "", "")


def test_a_message_is_hidden_in_its_session_where_the_room_is_told(app):
    session, facilitator = tables.live_session()
    message = tables.said(session, facilitator)
    with pytest.raises(Denied):
        discussion.hide(message)
    assert message.is_public
