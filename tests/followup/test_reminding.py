"""Officials are reminded of an activity a week before its end and the day after it, once each."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.core.i18n import zone
from cocrea.cycles.models import Stage
from cocrea.extensions import db
from cocrea.followup import jobs, operations, queries
from cocrea.followup.models import ActivityStatus
from cocrea.tables.models import Reminder
from tests.conftest import NOW
from tests.factories import commitments, followup
from tests.factories.accounts import credential, grant, organisation, person
from tests.real import at_once

END = date(2026, 6, 20)


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def world(activities=1):
    commitment, of = commitments.signed(None, 100, activities=activities)
    db.session.execute(sa.update(Stage).values(ends_at=None))
    for activity in queries.key_actions(commitment)[0].activities:
        activity.ends_on = END
    db.session.commit()
    credential(of.official)
    return commitment, of


@pytest.fixture
def signed(app):
    return world()


def remind(day, hour=10, minute=0):
    now = datetime.combine(day, time(hour, minute), zone("America/Mexico_City"))
    with transaction():
        return operations.remind_of_activities(now=now)


def test_once_a_week_before_and_once_the_day_after(signed, outbox):
    activity = followup.first_activity(signed[0])
    before, after = END - timedelta(days=7), END + timedelta(days=1)
    assert remind(before - timedelta(days=1), 20, 59) == 0
    assert remind(before, 8, 59) == 0
    assert remind(before, 9) == 1
    assert [remind(END - timedelta(days=left)) for left in (7, 6, 1, 0)] == [0] * 4
    assert remind(END, 20, 59) == 0
    assert remind(after, 8, 59) == 0
    assert remind(after, 9) == 1
    assert [remind(END + timedelta(days=late)) for late in (1, 2, 30)] == [0] * 3
    soon, late = outbox
    assert "20 de junio" in soon.subject
    assert late.subject.startswith("Venció")
    for letter in outbox:
        assert activity.title in letter.body
        assert f"/actividades/{activity.reference}/avance" in letter.body
        assert "/seguimiento/mi-trabajo" in letter.body


def test_a_week_late_nobody_is_reminded_for_the_first_time(signed):
    assert remind(END + timedelta(days=8)) == 0
    assert remind(END + timedelta(days=7)) == 1


def test_the_job_twice_writes_once(signed, outbox, clock):
    clock.advance(days=(END - timedelta(days=5) - NOW.date()).days)
    for _ in range(2):
        jobs.remind_of_activities.call_local()
    written = [letter for letter in outbox if "termina el plazo" in letter.subject]
    assert len(written) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 1


def test_one_letter_tells_of_all_that_ends_on_a_day(app, outbox):
    commitment, _of = world(activities=3)
    assert remind(END - timedelta(days=3)) == 1
    (letter,) = outbox
    assert letter.body.count("/avance") == 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Reminder)) == 3
    other = queries.key_actions(commitment)[0].activities[0]
    other.ends_on = END + timedelta(days=1)  # an amendment moved it
    db.session.commit()
    assert remind(END - timedelta(days=2)) == 1
    assert outbox[1].body.count("/avance") == 1


def test_those_of_the_institution_that_answers_are_told(signed, outbox):
    commitment, of = signed
    helping = organisation()
    helpers = [grant(person(), Role.OFFICIAL, helping) for _ in range(3)]
    for helper in helpers:
        credential(helper)
    helpers[2].suspended_at = NOW
    activity = followup.first_activity(commitment)
    activity.responsible_id = helping.id
    db.session.commit()
    assert remind(END) == 2
    assert {letter.to[0] for letter in outbox} == {f"{helper.public_id}@example.org" for helper in helpers[:2]}
    activity.responsible_id = None
    db.session.commit()
    assert remind(END) == 1
    assert outbox[2].to == [f"{of.official.public_id}@example.org"]


@pytest.mark.parametrize("why", ["complete", "closed", "unsigned"])
def test_what_cannot_be_reported_is_not_asked_for(signed, why):
    commitment = signed[0]
    if why == "complete":
        followup.first_activity(commitment).status = ActivityStatus.COMPLETE
    elif why == "closed":
        db.session.execute(sa.update(Stage).values(ends_at=NOW + timedelta(days=1)))
    else:
        commitment.signed_at = None
    db.session.commit()
    assert remind(END) == remind(END + timedelta(days=1)) == 0


@pytest.mark.slow
def test_two_processes_write_one_letter(committed_app):
    world()
    now = datetime.combine(END, time(10), zone("America/Mexico_City"))

    def job():
        with transaction():
            return operations.remind_of_activities(now=now)

    assert sorted(at_once(committed_app, [job] * 4)) == [0, 0, 0, 1]
