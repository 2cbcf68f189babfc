"""Roadmaps in progress for tests."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from cocrea.accounts.models import Organisation, Person
from cocrea.commitments.models import Commitment
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.followup import operations, queries
from cocrea.followup.models import Activity, ActivityStatus, KeyAction
from tests.conftest import NOW
from tests.factories.accounts import organisation
from tests.factories.commitments import Parties

_numbers = itertools.count(1)


def first_activity(commitment: Commitment) -> Activity:
    return queries.key_actions(commitment)[0].activities[0]


def move(activity: Activity, of: Parties, *statuses: ActivityStatus) -> Activity:
    for status in statuses:
        with transaction():
            report(activity, of.official, status=status, text="Se acordó.")
    return activity


def report(activity: Activity, actor: Person, now: datetime = NOW, base: str = "", **content: Any) -> bool:
    """What an official says in one go, in the transaction under way."""
    return operations.report(actor=actor, activity=activity, content=operations.Report(**content), now=now, base=base)


def evidence(activity: Activity, of: Parties, url: str = "https://example.org/acuerdo") -> None:
    with transaction():
        report(activity, of.official, title="Acuerdo", url=url)


def completed(activity: Activity, of: Parties) -> Activity:
    """Reported as complete, with evidence."""
    evidence(activity, of)
    return move(activity, of, ActivityStatus.STARTED, ActivityStatus.COMPLETE)


def many(cycle: Cycle, commitments: int, activities: int) -> None:
    """Signed commitments with three key actions and `activities` activities each, written straight to the tables."""
    lead: Organisation = organisation()
    statuses = tuple(ActivityStatus)
    for _ in range(commitments):
        number = next(_numbers)
        commitment = Commitment(
            reference=f"{cycle.prefix}-CMP-{number:04d}",
            cycle_id=cycle.id,
            plan_cycle_id=cycle.id,
            number=number,
            title=f"Compromiso {number}",
            lead_id=lead.id,
            visibility=Visibility.PUBLIC,
            created_at=NOW,
            published_at=NOW,
            signed_at=NOW,
            signed_text={},
        )
        db.session.add(commitment)
        db.session.flush()
        actions = [
            KeyAction(commitment_id=commitment.id, position=position, title=f"Acción {position}", weight=weight)
            for position, weight in enumerate((50, 30, 20), 1)
        ]
        db.session.add_all(actions)
        db.session.flush()
        db.session.execute(
            db.insert(Activity),
            [
                {
                    "reference": f"{cycle.prefix}-{number}-{place}",
                    "key_action_id": actions[place % 3].id,
                    "position": place,
                    "title": f"Actividad {place}",
                    "starts_on": date(2026, 1, 1),
                    "ends_on": NOW.date() + timedelta(days=place % 40 - 20),
                    "status": statuses[place % 4],
                    "means_of_verification": "",
                    "status_note": "",
                    "dispute_reason": "",
                }
                for place in range(activities)
            ],
        )
    db.session.commit()
