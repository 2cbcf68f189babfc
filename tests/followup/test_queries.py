"""The board's figures and what each role is asked to do."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.followup import queries
from cocrea.followup.models import ActivityStatus
from tests.factories import commitments, cycles, followup
from tests.factories.accounts import person


def test_the_board_takes_two_statements_however_much_there_is(app, now, count_queries):
    cycle = cycles.cycle(StageKind.FOLLOW_UP)
    for number, activities in ((13, 8), (7, 36)):
        followup.many(cycle, number, activities)
        db.session.refresh(cycle)
        with count_queries() as log:
            rows = queries.board(cycle, now)
        assert len(log) == 2, log
    assert [len(rows), sum(row.activities for row in rows)] == [20, 13 * 8 + 7 * 36]


def test_the_board_says_what_the_roadmap_says(app, now):
    cycle = commitments.drafting_cycle()
    commitment, of = commitments.signed(cycle, 60, 40, activities=2)
    commitments.complete(cycle)
    followup.move(followup.first_activity(commitment), of, ActivityStatus.STARTED)
    (row,) = queries.board(cycle, now)
    assert row.reference == commitment.reference
    assert row.progress == queries.progress_of(queries.key_actions(commitment))
    assert row.progress[ActivityStatus.STARTED] == Fraction(30, 100)
    assert (row.late, row.next_due) == (0, followup.first_activity(commitment).ends_on)
    later = now + timedelta(days=45)
    (row,) = queries.board(cycle, later)
    assert row.late == 2


def test_late_is_reckoned_in_the_days_of_the_cycle(app, now):
    """At six in the evening in Mexico it is already tomorrow in Greenwich."""
    commitment, _of = commitments.signed()
    activity = followup.first_activity(commitment)
    last_evening = now.replace(day=activity.ends_on.day, month=activity.ends_on.month, hour=1) + timedelta(days=1)
    assert queries.board(commitment.cycle, last_evening)[0].late == 0
    assert queries.board(commitment.cycle, last_evening + timedelta(hours=6))[0].late == 1


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
