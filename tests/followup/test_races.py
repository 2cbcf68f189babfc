"""Two people at once on one activity, on real connections to both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.audit.models import HistoryRecord
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied
from cocrea.extensions import db
from cocrea.followup import operations
from cocrea.followup.models import Activity, ActivityStatus, Evidence
from tests.conftest import NOW
from tests.factories import commitments, followup
from tests.real import at_once

pytestmark = pytest.mark.slow


def _on(activity: Activity, person: Person, act: Callable[..., object]) -> Callable[[], object]:
    """What one request does: load the person and the activity, then act."""
    activity_id, person_id = activity.id, person.id

    def call() -> object:
        found, actor = db.session.get_one(Activity, activity_id), db.session.get_one(Person, person_id)
        with transaction():
            act(actor=actor, activity=found, now=NOW)
        return found.status

    return call


def _records(activity: Activity, action: str) -> int:
    statement = sa.select(sa.func.count()).where(HistoryRecord.action == action)
    return db.session.scalar(statement.where(HistoryRecord.subject == activity.reference)) or 0


def test_a_verdict_is_given_once(committed_app):
    """Verify and dispute at once: one of them stands, the other is told it comes too late."""
    commitment, of = commitments.signed()
    activity = followup.completed(followup.first_activity(commitment), of)

    def dispute(**kwargs: object) -> None:
        operations.dispute(reason="Falta.", **kwargs)

    answers = at_once(
        committed_app,
        [_on(activity, of.watcher, operations.verify), _on(activity, of.watcher, dispute)] * 3,
    )
    stood = [answer for answer in answers if isinstance(answer, ActivityStatus)]
    assert len(stood) == 1
    assert all(isinstance(answer, Denied) for answer in answers if not isinstance(answer, ActivityStatus))
    db.session.rollback()
    assert activity.status is stood[0]
    assert _records(activity, "activity.verified") + _records(activity, "activity.disputed") == 1


def test_a_step_is_taken_once_and_the_same_evidence_kept_once(committed_app):
    commitment, of = commitments.signed()
    activity = followup.first_activity(commitment)

    def start(**kwargs: object) -> None:
        operations.report(content=operations.Report(ActivityStatus.STARTED), **kwargs)

    def prove(**kwargs: object) -> None:
        operations.report(content=operations.Report(title="Acta", url="https://example.org"), **kwargs)

    answers = at_once(committed_app, [_on(activity, of.official, act) for act in (start, prove)] * 4)
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(error, Conflict) for error in refused), refused
    db.session.rollback()
    assert _records(activity, "activity.started") == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Evidence)) == 1
