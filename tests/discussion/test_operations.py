"""Supports, comments and withdrawal: counted once, inside the stage, leaving a tombstone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.audit.models import HistoryRecord
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.discussion import operations
from cocrea.discussion.models import Comment, Contribution, Support, Visibility
from cocrea.discussion.operations import Repeated
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import consultation, cycles, discussion, proposals
from tests.factories.accounts import person
from tests.real import at_once


@pytest.fixture
def problem(app):
    return consultation.problem()


def number_of(table):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def test_support_counts_once_and_can_be_taken_back_once(problem):
    supporter = discussion.support(problem)
    discussion.support(problem, supporter)
    assert (problem.support_count, number_of(Support)) == (1, 1)
    for _ in range(2):
        with transaction():
            operations.unsupport(actor=supporter, contribution=problem, now=NOW)
    assert (problem.support_count, number_of(Support)) == (0, 0)


def test_nobody_supports_their_own(app):
    author = person()
    problem = consultation.problem(author=author)
    with pytest.raises(Denied):
        discussion.support(problem, author)


def test_each_kind_is_supported_in_its_own_stage(app):
    proposal = proposals.published(cycles.cycle(StageKind.PROPOSALS))
    discussion.support(proposal)
    assert proposal.support_count == 1
    problem = proposals.problem(proposal.cycle)
    with pytest.raises(Denied) as denied, transaction():
        operations.support(actor=person(), contribution=problem, now=NOW)
    assert "no hay fecha para apoyar" in str(denied.value.message)


def test_comments_take_replies_two_levels_deep(problem):
    first = discussion.comment(problem)
    reply = discussion.comment(problem, "¿Dónde?", parent=first)
    answer = discussion.comment(problem, "En la parte alta.", parent=reply)
    assert [(each.parent_id, each.root_id) for each in (first, reply, answer)] == [
        (None, None),
        (first.id, first.id),
        (reply.id, first.id),
    ]
    assert (problem.comment_count, first.reply_count, reply.reply_count, answer.reply_count) == (3, 2, 1, 0)
    beside = discussion.comment(problem, "¿Cuál parte?", parent=answer)
    assert (beside.parent_id, beside.root_id, beside.answered_id) == (reply.id, first.id, answer.id)
    assert (first.reply_count, reply.reply_count, answer.reply_count) == (3, 2, 0)
    with pytest.raises(Invalid):
        discussion.comment(consultation.problem(), "De otra página", parent=first)


def test_a_comment_sent_twice_is_one(problem):
    author = person()
    made = {discussion.comment(problem, author=author, form_key="k").id for _ in range(2)}
    assert (len(made), problem.comment_count) == (1, 1)
    discussion.comment(problem, form_key="k")
    assert problem.comment_count == 2


def test_nobody_says_the_same_twice_in_a_row(problem):
    author = person()
    first = discussion.comment(problem, "¿Desde cuándo?", author=author)
    with pytest.raises(Repeated) as refused:
        discussion.comment(problem, " ¿DESDE  cuando? ", author=author)
    assert (refused.value.field, refused.value.reference) == ("body", first.reference)
    discussion.comment(problem, "¿Desde cuándo?", author=author, parent=discussion.comment(problem))
    discussion.comment(problem, "¿Desde cuándo?")
    discussion.comment(problem, "Ya vi: desde marzo", author=author)
    again = discussion.comment(problem, "¿Desde cuándo?", author=author)
    discussion.withdraw(again, author)
    discussion.comment(problem, "¿Desde cuándo?", author=author)


@pytest.mark.parametrize("body", ["", "   ", "\u200b\u2060"])
def test_an_empty_comment_is_refused(problem, body):
    with pytest.raises(Invalid):
        discussion.comment(problem, body)


def test_nothing_is_added_to_a_tombstone_or_outside_the_stage(problem, clock):
    discussion.hide(problem)
    with pytest.raises(Denied):
        discussion.comment(problem)
    closed = consultation.problem()
    end = closed.cycle.stages[0].ends_at
    with pytest.raises(Denied) as denied, transaction():
        operations.comment(actor=person(), subject=closed, body="Tarde", now=end)
    assert "cerró" in str(denied.value.message)


def test_withdrawing_leaves_a_tombstone_without_text(problem):
    author = person()
    comment = discussion.comment(problem, "Me llamo Ana y vivo en…", author=author)
    discussion.comment(problem, "Respuesta que se queda", parent=comment)
    discussion.withdraw(comment, author)
    assert (comment.visibility, comment.visibility_reason) == (Visibility.WITHDRAWN, "Me equivoqué")
    assert (comment.body_source, comment.body_html, problem.comment_count) == ("", "", 1)
    stored = db.session.scalar(sa.select(Contribution.__table__.c.body_source).filter_by(id=comment.id))
    assert stored.startswith("Me llamo")


def test_only_its_author_withdraws(problem):
    comment = discussion.comment(problem)
    with pytest.raises(Denied):
        discussion.withdraw(comment, person())


def test_the_history_holds_no_text(problem):
    discussion.comment(problem, "Texto irrepetible")
    records = " ".join(db.session.scalars(sa.select(HistoryRecord.canonical)))
    assert "comment.published" in records
    assert "irrepetible" not in records


@pytest.mark.slow
def test_twenty_clicks_at_once_are_one_support(committed_app):
    problem_id, person_id = consultation.problem().id, person().id

    def click():
        subject, actor = db.session.get_one(Contribution, problem_id), db.session.get_one(Person, person_id)
        with transaction():
            return operations.support(actor=actor, contribution=subject, now=NOW)

    answers = at_once(committed_app, [click] * 20)
    db.session.rollback()
    assert sorted(map(str, answers)) == ["False"] * 19 + ["True"]
    assert (db.session.get_one(Contribution, problem_id).support_count, number_of(Support)) == (1, 1)


@pytest.mark.slow
def test_twenty_people_at_once_are_all_counted(committed_app):
    problem_id, people = consultation.problem().id, [person().id for _ in range(20)]

    def supporting(person_id):
        def call():
            subject = db.session.get_one(Contribution, problem_id)
            with transaction():
                operations.support(actor=db.session.get_one(Person, person_id), contribution=subject, now=NOW)

        return call

    answers = at_once(committed_app, [supporting(number) for number in people])
    assert answers == [None] * 20
    db.session.rollback()
    assert db.session.get_one(Contribution, problem_id).support_count == 20


@pytest.mark.slow
def test_a_form_sent_twenty_times_at_once_makes_one_comment(committed_app):
    problem_id, person_id = consultation.problem().id, person().id

    def send():
        subject, actor = db.session.get_one(Contribution, problem_id), db.session.get_one(Person, person_id)
        with transaction():
            return operations.comment(actor=actor, subject=subject, body="Igual", form_key="k", now=NOW).reference

    assert len(set(at_once(committed_app, [send] * 20))) == 1
    db.session.rollback()
    assert number_of(Comment) == 1
