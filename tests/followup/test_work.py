"""«Mi trabajo»: what waits for the officials of an institution, by when it is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.commitments.models import Commitment
from cocrea.core.db import transaction
from cocrea.cycles.models import Stage, StageKind
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.followup import operations, queries
from cocrea.followup.models import Activity, ActivityStatus
from cocrea.followup.queries.work import WORK_LIMIT, Group
from tests.conftest import NOW
from tests.factories import commitments, cycles, followup
from tests.factories.accounts import grant, organisation, person

PAGE = "/seguimiento/mi-trabajo"
NOON = datetime(2026, 6, 10, 18, tzinfo=ZoneInfo("UTC"))  # noon of a Wednesday in Mexico


@pytest.fixture
def signed(app):
    commitment, of = commitments.signed(None, 100, activities=7)
    db.session.execute(sa.update(Stage).values(ends_at=None))
    db.session.commit()
    return commitment, of


def end(commitment, *days):
    activities = queries.key_actions(commitment)[0].activities
    for activity, day in zip(activities, days, strict=True):
        activity.starts_on, activity.ends_on = date(2026, 6, 1), day
    db.session.commit()
    return activities


def groups(actor, now=NOON):
    found, _more = queries.work(actor, now)
    return {group: [task.ends_on.isoformat() for task in tasks] for group, tasks in found.items()}


def test_activities_stand_where_their_dates_put_them(signed):
    commitment, of = signed
    days = [date(2026, 6, 9), date(2026, 6, 10), date(2026, 6, 14), date(2026, 6, 15), date(2026, 6, 30),
            date(2026, 7, 1), date(2027, 6, 20)]  # fmt: skip
    end(commitment, *days)
    assert groups(of.official) == {
        Group.LATE: ["2026-06-09"],
        Group.WEEK: ["2026-06-10", "2026-06-14"],
        Group.MONTH: ["2026-06-15", "2026-06-30"],
        Group.LATER: ["2026-07-01", "2027-06-20"],
    }


def test_days_are_those_of_the_place(signed):
    """At seven in the evening in Mexico it is tomorrow in Greenwich, and nothing is late yet."""
    commitment, of = signed
    end(commitment, *[date(2026, 6, 10)] * 7)
    evening = datetime(2026, 6, 10, 23, 59, tzinfo=ZoneInfo("America/Mexico_City"))
    assert set(groups(of.official, evening)) == {Group.WEEK}
    assert set(groups(of.official, evening + timedelta(minutes=1))) == {Group.LATE}


def test_the_list_of_the_home_page_ends_by_the_days_of_the_place(signed, app):
    commitment, of = signed
    end(commitment, *[date(2026, 6, 25)] * 7)
    evening = datetime(2026, 6, 10, 23, 59, tzinfo=ZoneInfo("America/Mexico_City"))
    with app.test_request_context():
        assert queries.todo(of.official, evening) == []
        found = queries.todo(of.official, evening + timedelta(minutes=1))
    assert len(found) == 7
    assert found[0].href.endswith("/avance")


def test_what_was_disputed_is_apart_and_says_what_is_expected(client, signed, clock):
    commitment, of = signed
    activity = end(commitment, *[date(2026, 12, 1)] * 7)[0]
    followup.completed(activity, of)
    assert "2026-12-01" not in groups(of.official).get(Group.DISPUTED, [])
    with transaction():
        operations.dispute(actor=of.watcher, activity=activity, reason="El enlace no abre.", now=NOW)
    assert groups(of.official)[Group.DISPUTED] == ["2026-12-01"]
    client.sign_in(of.official)
    page = client.get(PAGE).text
    for said in (
        "Objetadas",
        "El enlace no abre.",
        "Atiende la objeción",
        f"/actividades/{activity.reference}/avance",
    ):
        assert said in page
    assert groups(of.official, NOON + timedelta(days=365)) == {Group.LATE: ["2026-12-01"] * 7}


def test_who_answers_reads_it_and_nobody_else(client, signed):
    commitment, of = signed
    helping = organisation()
    helper, other = grant(person(), Role.OFFICIAL, helping), grant(person(), Role.OFFICIAL, organisation())
    activity = end(commitment, *[date(2026, 6, 20)] * 7)[3]
    activity.responsible_id = helping.id
    db.session.commit()
    assert groups(helper) == {Group.MONTH: ["2026-06-20"]}
    assert groups(other) == groups(person()) == {}
    client.sign_in(helper)
    page = client.get(PAGE).text
    assert page.count("/avance") == 1
    assert PAGE in client.get("/").text
    client.sign_in(other)
    assert "No tienes actividades por reportar" in client.get(PAGE).text
    client.sign_in(of.watcher)
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/").text


@pytest.mark.parametrize("gone", ["unsigned", "hidden", "closed", "complete", "verified"])
def test_what_cannot_be_reported_does_not_wait(signed, gone):
    commitment, of = signed
    if gone in {"complete", "verified"}:
        db.session.execute(sa.update(Activity).values(status=ActivityStatus(gone)))
    elif gone == "closed":
        db.session.execute(sa.update(Stage).values(ends_at=NOON))
    elif gone == "hidden":
        commitment.visibility = Visibility.HIDDEN
    else:
        commitment.signed_at = None
    db.session.commit()
    assert groups(of.official) == {}


def test_the_page_costs_the_same_however_much_there_is(client, app, count_queries):
    costs = []
    for number, activities in ((1, 8), (9, 60)):
        cycle = cycles.cycle(StageKind.FOLLOW_UP)
        followup.many(cycle, number, activities)
        lead = db.session.scalars(sa.select(Commitment).where(Commitment.cycle_id == cycle.id)).first().lead
        client.sign_in(grant(person(), Role.OFFICIAL, lead))
        db.session.expunge_all()
        with count_queries() as log:
            page = client.get(PAGE)
        costs.append(len(log))
    assert costs[0] == costs[1] <= 6, log
    assert page.text.count("Actualizar avance") == WORK_LIMIT
    assert "Hay más" in page.text
