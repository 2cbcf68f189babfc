"""The board's figures and what each role is asked to do."""

from __future__ import annotations

import random
from datetime import timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa

from cocrea.commitments.models import Commitment, CommitmentTarget, Origin
from cocrea.core.db import transaction
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.followup import operations, progress, queries
from cocrea.followup.models import Activity, ActivityStatus, KeyAction
from cocrea.followup.queries import By, Filter, State
from tests.factories import commitments, cycles, followup
from tests.factories.accounts import person


@pytest.fixture
def asked(app):
    """Ask for a page of the board as a request without any address does."""
    with app.test_request_context():
        yield


def _rows(cycle, now, **chosen):
    return list(queries.listing(cycle, Filter(**chosen), queries.today(cycle, now)))


def test_the_list_takes_two_statements_however_much_there_is(asked, now, count_queries):
    cycle = cycles.cycle(StageKind.FOLLOW_UP)
    for number, activities in ((13, 8), (7, 36)):
        followup.many(cycle, number, activities)
        db.session.refresh(cycle)
        with count_queries() as log:
            rows = _rows(cycle, now)
        assert len(log) == 2, log
    assert [len(rows), sum(row.figures.activities for row in rows)] == [20, 13 * 8 + 7 * 36]


def test_the_database_adds_up_as_exactly_as_fractions_do(asked, now):
    """Random roadmaps, with actions that have no activities and commitments that have no actions."""
    cycle, draw = cycles.cycle(StageKind.FOLLOW_UP), random.Random(7)
    followup.many(cycle, 9, 31)
    for row in _rows(cycle, now):
        for action in queries.key_actions(db.session.get(Commitment, row.id)):
            action.weight = draw.randint(1, 100)
            for activity in action.activities:
                activity.status = draw.choice(list(ActivityStatus))
                if draw.random() < 0.3:
                    db.session.delete(activity)
    empty, idle = (db.session.get(Commitment, row.id) for row in _rows(cycle, now)[:2])
    db.session.flush()
    db.session.execute(sa.delete(Activity).where(Activity.key_action_id.in_(_actions(empty, idle))))
    db.session.execute(sa.delete(KeyAction).where(KeyAction.commitment_id == empty.id))
    db.session.commit()
    rows = _rows(cycle, now)
    for row in rows:
        exact = queries.progress_of(queries.key_actions(db.session.get(Commitment, row.id)))
        assert row.progress == exact
    whole = queries.together(queries.whole(cycle, Filter(), queries.today(cycle, now)).values())
    assert whole.commitments == len(rows) == 9
    for status in ActivityStatus:
        assert whole.progress[status] == sum((row.progress[status] for row in rows), Fraction(0)) / 9
    assert sum(part.value for part in progress.percentages(whole.progress)) == 100
    assert whole.activities == sum(row.figures.activities for row in rows)


def _actions(*of):
    return sa.select(KeyAction.id).where(KeyAction.commitment_id.in_([each.id for each in of]))


def test_the_board_says_what_the_roadmap_says(asked, now):
    cycle = commitments.drafting_cycle()
    commitment, of = commitments.signed(cycle, 60, 40, activities=2)
    commitments.complete(cycle)
    followup.move(followup.first_activity(commitment), of, ActivityStatus.STARTED)
    (row,) = _rows(cycle, now)
    assert row.reference == commitment.reference
    assert row.progress == queries.progress_of(queries.key_actions(commitment))
    assert row.progress[ActivityStatus.STARTED] == Fraction(30, 100)
    assert (row.figures.late, row.figures.next_due) == (0, followup.first_activity(commitment).ends_on)
    (row,) = _rows(cycle, now + timedelta(days=45))
    assert row.figures.late == 2


def test_late_is_reckoned_in_the_days_of_the_cycle(asked, now):
    """At six in the evening in Mexico it is already tomorrow in Greenwich."""
    commitment, _of = commitments.signed()
    activity = followup.first_activity(commitment)
    last_evening = now.replace(day=activity.ends_on.day, month=activity.ends_on.month, hour=1) + timedelta(days=1)
    assert _rows(commitment.cycle, last_evening)[0].figures.late == 0
    assert _rows(commitment.cycle, last_evening + timedelta(hours=6))[0].figures.late == 1


def test_each_state_finds_what_stands_so(asked, now):
    cycle = commitments.drafting_cycle()
    idle, _of = commitments.signed(cycle, activities=2)
    disputed, of = commitments.signed(cycle)
    done, by = commitments.signed(cycle)
    followup.completed(followup.first_activity(disputed), of)
    with transaction():
        operations.dispute(actor=of.watcher, activity=followup.first_activity(disputed), reason="Falta.", now=now)
    followup.completed(followup.first_activity(done), by)
    assert [row.id for row in _rows(cycle, now, state=State.WAITING)] == [done.id]
    with transaction():
        operations.verify(actor=by.watcher, activity=followup.first_activity(done), now=now)
    expected = {
        State.NOT_STARTED: [idle.id],
        State.UNDER_WAY: [disputed.id],
        State.DISPUTED: [disputed.id],
        State.DONE: [done.id],
        State.WAITING: [],
        State.LATE: [],
    }
    assert {state: [row.id for row in _rows(cycle, now, state=state)] for state in State} == expected
    late = _rows(cycle, now + timedelta(days=80), state=State.LATE)
    assert [row.id for row in late] == [idle.id, disputed.id]
    (first, *_rest) = queries.attention(cycle, queries.today(cycle, now + timedelta(days=80)))
    assert first.dispute_reason == "Falta."


def test_commitments_are_told_apart_by_origin_institution_topic_and_goal(asked, now):
    cycle = commitments.drafting_cycle()
    one, of = commitments.signed(cycle)
    other, _of = commitments.signed(cycle)
    followup.completed(followup.first_activity(one), of)
    other.origin, other.proposal_id = Origin.PROACTIVE, None
    other.targets = [CommitmentTarget(commitment_id=other.id, code="3.a")]
    db.session.commit()
    (problem,) = one.proposal.problems
    day = queries.today(cycle, now)
    found = queries.whole(cycle, Filter(), day)
    assert {origin: part.commitments for origin, part in found.items()} == {Origin.COCREATED: 1, Origin.PROACTIVE: 1}
    assert found[Origin.COCREATED].progress[ActivityStatus.COMPLETE] == 1
    assert set(queries.grouped(cycle, By.INSTITUTION, day)) == {one.lead_id, other.lead_id}
    assert {key: part.commitments for key, part in queries.grouped(cycle, By.TOPIC, day).items()} == {
        problem.topic_id: 1
    }
    assert {key: part.commitments for key, part in queries.grouped(cycle, By.GOAL, day).items()} == {"16": 1, "3": 1}
    for chosen, expected in (
        ({"origin": Origin.PROACTIVE}, other),
        ({"institution": of.lead}, one),
        ({"topic": problem.topic}, one),
        ({"goal": "3"}, other),
        ({"goal": "16.6"}, one),
        ({"words": one.reference}, one),
    ):
        assert [row.id for row in _rows(cycle, now, **chosen)] == [expected.id], chosen


def test_what_changed_this_week_comes_from_the_history(asked, now):
    commitment, of = commitments.signed()
    cycle, activity = commitment.cycle, followup.first_activity(commitment)
    followup.completed(activity, of)
    told = queries.changes(cycle, since=now - timedelta(days=1))
    assert [(row.reference, row.title) for row in told] == [(activity.reference, activity.title)] * 3
    assert [row.action for row in told] == ["activity.complete", "activity.started", "activity.evidence_added"]
    assert queries.changes(cycle, since=now + timedelta(days=1)) == []
    commitment.visibility = Visibility.HIDDEN
    db.session.commit()
    assert queries.changes(cycle, since=now - queries.WEEK) == []


def test_what_each_role_is_asked_to_do(app, now):
    commitment, of = commitments.signed()
    activity = followup.first_activity(commitment)
    commitment.cycle.stages[-1].ends_at = now + timedelta(days=90)
    db.session.commit()
    soon = now + timedelta(days=20)
    with app.test_request_context():
        assert queries.todo(of.official, now) == []
        found = [(item.text, item.day) for item in queries.todo(of.official, soon)]
        assert found == [(activity.title, activity.ends_on)]
        assert queries.todo(of.official, soon + timedelta(days=90)) == []
    followup.completed(activity, of)
    with app.test_request_context():
        assert queries.todo(of.official, soon) == []
        (item,) = queries.todo(of.watcher, soon)
        assert activity.reference in item.href
        assert queries.todo(person(), soon) == []
