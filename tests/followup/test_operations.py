"""Writing the roadmap, reporting progress, adding evidence, verifying and disputing."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.models import StoredFile
from cocrea.extensions import db
from cocrea.followup import operations, queries
from cocrea.followup.models import BACKWARD, TRANSITIONS, Activity, ActivityStatus, Evidence
from tests.factories import commitments, followup
from tests.factories.accounts import grant, organisation, person
from tests.factories.history import actions

NOT_STARTED, STARTED, COMPLETE, VERIFIED = ActivityStatus


@pytest.fixture
def signed(app):
    return commitments.signed()


@pytest.fixture
def activity(signed):
    return followup.first_activity(signed[0])


@pytest.fixture
def of(signed):
    return signed[1]


def _report(of, activity, status, now, reason="Se acordó."):
    with transaction():
        followup.report(activity, of.official, now, status=status, text=reason)


def test_the_whole_way_to_verified(activity, of, now):
    followup.completed(activity, of)
    with transaction():
        operations.verify(actor=of.watcher, activity=activity, now=now)
    assert activity.status is VERIFIED
    assert actions(activity.reference) == [
        "activity.evidence_added", "activity.started", "activity.complete", "activity.verified",
    ]  # fmt: skip
    for act in (
        lambda: followup.move(activity, of, STARTED),
        lambda: followup.evidence(activity, of, "https://b.mx"),
    ):
        with pytest.raises(Denied):
            act()


@pytest.mark.parametrize("old", ActivityStatus)
@pytest.mark.parametrize("new", ActivityStatus)
def test_officials_take_only_the_steps_of_the_table(activity, of, now, old, new):
    activity.status = old
    db.session.commit()
    if new in TRANSITIONS[old]:
        _report(of, activity, new, now)
        assert activity.status is new
        return
    if old is new is not VERIFIED:  # as a form sent twice finds it: no step is taken
        _report(of, activity, new, now)
        assert actions(activity.reference) == ["activity.told"]
        return
    with pytest.raises((Conflict, Denied)):
        _report(of, activity, new, now)
    assert activity.status is old


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from([*ActivityStatus, "verify", "dispute", "evidence"]), max_size=9))
def test_no_walk_reaches_verified_but_by_verification_of_evidence(activity, of, now, steps):
    """Every walk of officials and counterpart, one savepoint each: `verified` follows `complete` with evidence."""
    db.session.execute(sa.delete(Evidence))
    activity.status = NOT_STARTED
    db.session.commit()
    for step in steps:
        before, proven = activity.status, bool(db.session.scalar(sa.select(Evidence.id)))
        _try(step, activity, of, now)
        if activity.status is VERIFIED and before is not VERIFIED:
            assert (step, before, proven) == ("verify", COMPLETE, True)
        if before is VERIFIED:
            assert activity.status is VERIFIED


def _try(step, activity, of, now):
    calls = {
        "verify": lambda: operations.verify(actor=of.watcher, activity=activity, now=now),
        "dispute": lambda: operations.dispute(actor=of.watcher, activity=activity, reason="Falta.", now=now),
        "evidence": lambda: followup.report(activity, of.official, title="Acta", url="https://example.org"),
    }
    try:
        with transaction():
            if step in calls:
                calls[step]()
            else:
                followup.report(activity, of.official, status=ActivityStatus(step), text="Así.")
    except (Conflict, Denied, Invalid):
        return


@pytest.mark.parametrize(("old", "new"), sorted(BACKWARD))
def test_a_step_back_needs_its_reason(activity, of, now, old, new):
    activity.status = old
    db.session.commit()
    with pytest.raises(Invalid):
        _report(of, activity, new, now, reason="  ")
    _report(of, activity, new, now, reason="Cambió la ley.")
    assert activity.status_note == "Cambió la ley."


def test_nothing_is_verified_without_evidence(activity, of, now):
    followup.move(activity, of, STARTED, COMPLETE)
    with pytest.raises(Invalid), transaction():
        operations.verify(actor=of.watcher, activity=activity, now=now)


def test_a_dispute_goes_back_to_started_with_its_reason_in_public(activity, of, now):
    followup.completed(activity, of)
    with pytest.raises(Invalid), transaction():
        operations.dispute(actor=of.watcher, activity=activity, reason=" ", now=now)
    with transaction():
        operations.dispute(actor=of.watcher, activity=activity, reason="El enlace no abre.", now=now)
    assert (activity.status, activity.dispute_reason) == (STARTED, "El enlace no abre.")


def test_an_objection_stands_with_its_answer_until_it_is_judged_again(activity, of, now):
    followup.completed(activity, of)
    with transaction():
        operations.dispute(actor=of.watcher, activity=activity, reason="El enlace no abre.", now=now)
    with pytest.raises(Invalid) as refused, transaction():
        followup.report(activity, of.official, status=COMPLETE)
    assert refused.value.field == "text"
    followup.move(activity, of, COMPLETE)
    assert (activity.dispute_reason, activity.status_note) == ("El enlace no abre.", "Se acordó.")
    with transaction():
        operations.verify(actor=of.watcher, activity=activity, now=now)
    assert (activity.dispute_reason, activity.status_note) == ("", "")


def test_only_the_counterpart_verifies(activity, of, now):
    followup.completed(activity, of)
    other = grant(person(), Role.COUNTERPART, organisation())
    for actor in (of.official, of.facilitator, other, person()):
        with pytest.raises(Denied), transaction():
            operations.verify(actor=actor, activity=activity, now=now)


def test_whoever_reports_does_not_verify(activity, of, now):
    followup.completed(activity, of)
    grant(of.watcher, Role.OFFICIAL, of.lead)
    with pytest.raises(Denied), transaction():
        operations.verify(actor=of.watcher, activity=activity, now=now)


def test_only_officials_of_the_institutions_concerned_report(activity, of, now):
    helping = organisation()
    activity.responsible_id = helping.id
    db.session.commit()
    helper, other = grant(person(), Role.OFFICIAL, helping), grant(person(), Role.OFFICIAL, organisation())
    with transaction():
        followup.report(activity, helper, status=STARTED)
    for actor in (other, of.watcher, of.facilitator):
        with pytest.raises(Denied), transaction():
            followup.report(activity, actor, status=COMPLETE)


def test_nothing_is_reported_before_the_signatures(app, now):
    commitment, of = commitments.complete()
    activity = followup.first_activity(commitment)
    with pytest.raises(Denied):
        _report(of, activity, STARTED, now)


def test_nothing_is_reported_or_verified_outside_the_follow_up(activity, of, now):
    later = now + timedelta(days=8)
    with pytest.raises(Denied) as refusal:
        _report(of, activity, STARTED, later)
    assert "reportar avances" in str(refusal.value.message)
    followup.completed(activity, of)
    with pytest.raises(Denied), transaction():
        operations.verify(actor=of.watcher, activity=activity, now=later)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "ftp://example.org", "//example.org", "https://", "example.org",
     "https://user:pw@example.org", "https://example.org/a b", "https://[", "https://example.org/" + "a" * 500, ""],
)  # fmt: skip
def test_only_web_addresses_are_evidence(activity, of, now, url):
    with pytest.raises(Invalid) as refusal, transaction():
        followup.report(activity, of.official, title="Acta", url=url)
    assert refusal.value.field == "url"


def test_the_same_evidence_twice_is_kept_once(activity, of, now):
    for _ in range(2):
        followup.evidence(activity, of)
        with transaction():
            upload = FileStorage(BytesIO(b"%PDF-1.4 acta"), "acta.pdf")
            followup.report(activity, of.official, title="Acta", upload=upload)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Evidence)) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 1


def test_a_page_is_no_evidence(activity, of, now):
    upload = FileStorage(BytesIO(b"<script>alert(1)</script>"), "acta.html")
    with pytest.raises(Invalid), transaction():
        followup.report(activity, of.official, title="Acta", upload=upload)


def test_the_roadmap_is_written_changed_and_taken_out(app, now):
    commitment, of = commitments.complete(None, 60, 40, activities=2)
    first, second = queries.key_actions(commitment)
    base = operations.roadmap.action_text(first).fingerprint
    with transaction():
        operations.change_action(
            actor=of.official, action=first, content=operations.ActionText("Otra", 100), base=base, now=now
        )  # fmt: skip
    with pytest.raises(Conflict), transaction():
        operations.change_action(
            actor=of.watcher, action=first, content=operations.ActionText("Mía", 10), base=base, now=now
        )  # fmt: skip
    with transaction():
        operations.remove_action(actor=of.official, action=second, now=now)
    gone = first.activities[1]
    with transaction():
        operations.remove_activity(actor=of.official, activity=gone, now=now)
    assert [(action.title, action.weight, len(action.activities)) for action in queries.key_actions(commitment)] == [
        ("Otra", 100, 1)
    ]


def test_an_activity_is_rewritten_by_one_editor_at_a_time(app, now):
    commitment, of = commitments.complete()
    activity = followup.first_activity(commitment)
    base = operations.roadmap.activity_text(activity).fingerprint
    for title in ("Una", "Otra"):
        content = commitments.activity_text(of, title=title)
        try:
            with transaction():
                operations.change_activity(
                    actor=of.official, activity=activity, content=content, base=base, now=now
                )  # fmt: skip
        except Conflict:
            assert title == "Otra"
    assert activity.title == "Una"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"ends_on": commitments.START - timedelta(days=1)}, "ends_on"),
        ({"responsible_id": 999_999}, "responsible_id"),
    ],
)
def test_an_activity_that_cannot_be_is_refused(app, now, changes, field):
    commitment, of = commitments.complete()
    action = queries.key_actions(commitment)[0]
    with pytest.raises(Invalid) as refusal, transaction():
        operations.add_activity(
            actor=of.official, action=action, content=commitments.activity_text(of, **changes), now=now
        )  # fmt: skip
    assert refusal.value.field == field


@pytest.mark.parametrize("weight", [0, -5, 101])
def test_a_weight_is_between_one_and_a_hundred(app, now, weight):
    commitment, of = commitments.complete()
    with pytest.raises(Invalid), transaction():
        operations.add_action(
            actor=of.official, commitment=commitment, content=operations.ActionText("Otra", weight), now=now
        )  # fmt: skip


def test_late_follows_from_the_dates_alone(activity):
    assert not activity.is_late(activity.ends_on)
    assert activity.is_late(activity.ends_on + timedelta(days=1))
    for status in (COMPLETE, VERIFIED):
        assert not Activity(ends_on=activity.ends_on, status=status).is_late(activity.ends_on + timedelta(days=1))
