"""Reading roadmaps, activities and their evidence, with what each page needs loaded at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from cocrea.accounts.models import Organisation
from cocrea.commitments.models import Commitment
from cocrea.commitments.queries import visible_commitment
from cocrea.commitments.roadmap import PlannedAction, PlannedActivity
from cocrea.core.errors import NotFound
from cocrea.core.i18n import zone
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.followup import progress
from cocrea.followup.models import Activity, ActivityStatus, Evidence, KeyAction
from cocrea.followup.progress import Progress


def today(cycle: Cycle, now: datetime) -> date:
    """The calendar day it is where the cycle happens: activities are due by day."""
    return now.astimezone(zone(cycle.timezone)).date()


def key_actions(commitment: Commitment) -> list[KeyAction]:
    """The whole roadmap with activities and evidence, in one statement."""
    statement = (
        sa.select(KeyAction)
        .where(KeyAction.commitment_id == commitment.id)
        .outerjoin(KeyAction.activities)
        .outerjoin(Activity.evidence)
        .options(
            contains_eager(KeyAction.activities).options(
                joinedload(Activity.responsible),
                contains_eager(Activity.evidence).options(
                    joinedload(Evidence.file), joinedload(Evidence.author).options(lazyload("*"))
                ),
            )
        )
        .order_by(KeyAction.position, Activity.position, Evidence.id)
    )
    return list(db.session.scalars(statement).unique())


def references(commitment: Commitment) -> list[str]:
    """The activities of a commitment by reference, in the order of its roadmap."""
    statement = sa.select(Activity.reference).join(KeyAction).where(KeyAction.commitment_id == commitment.id)
    return list(db.session.scalars(statement.order_by(KeyAction.position, Activity.position)))


def planned(commitment: Commitment) -> list[PlannedAction]:
    """The roadmap as commitments see it: what is checked and signed, as it is in the database now."""
    return planned_by(KeyAction.commitment_id == commitment.id).get(commitment.id, [])


def planned_by(condition: sa.ColumnElement[bool]) -> dict[int, list[PlannedAction]]:
    """As `planned`, of every commitment whose key actions fit a condition, by its id; one statement."""
    step = sa.select(
        KeyAction.commitment_id,
        KeyAction.id,
        KeyAction.title,
        KeyAction.weight,
        Activity.id,
        Activity.title,
        Organisation.name,
        Activity.starts_on,
        Activity.ends_on,
        Activity.means_of_verification,
    )
    statement = (
        step.outerjoin(Activity, Activity.key_action_id == KeyAction.id)
        .outerjoin(Organisation, Organisation.id == Activity.responsible_id)
        .where(condition)
        .order_by(KeyAction.position, Activity.position)
    )
    found: dict[int, dict[int, tuple[str, int, list[PlannedActivity]]]] = {}
    for of, action_id, action, weight, activity_id, title, organisation, start, end, means in db.session.execute(
        statement
    ):
        _action, _weight, activities = found.setdefault(of, {}).setdefault(action_id, (action, weight, []))
        if activity_id is not None:
            activities.append(PlannedActivity(title, organisation or "", start, end, means))
    return {
        of: [PlannedAction(action, weight, tuple(activities)) for action, weight, activities in actions.values()]
        for of, actions in found.items()
    }


def visible_action(actor: Any, reference: str, position: int) -> KeyAction:
    """A key action of a commitment this actor may read; raises `NotFound`."""
    commitment = visible_commitment(actor, reference)
    statement = sa.select(KeyAction).filter_by(commitment_id=commitment.id, position=position)
    action = db.session.scalar(statement.options(joinedload(KeyAction.activities)))
    if action is None:
        raise NotFound
    return action


def visible_activity(actor: Any, reference: str) -> Activity:
    """An activity with its evidence, whose commitment this actor may read; raises `NotFound`."""
    author = joinedload(Evidence.author).options(lazyload("*"))
    found = db.session.execute(
        sa.select(Activity, Commitment.reference)
        .join(Activity.key_action)
        .join(Commitment, Commitment.id == KeyAction.commitment_id)
        .where(Activity.reference == reference)
        .options(
            contains_eager(Activity.key_action),
            joinedload(Activity.responsible),
            joinedload(Activity.evidence).options(joinedload(Evidence.file), author),
        )
    ).unique()
    activity, commitment_reference = found.one_or_none() or (None, "")
    if activity is None:
        raise NotFound
    commitment = visible_commitment(actor, commitment_reference)
    if commitment.is_tombstone:
        raise NotFound
    set_committed_value(activity.key_action, "commitment", commitment)  # held, so that nothing loads it again
    return activity


def visible_evidence(actor: Any, reference: str, evidence_id: int) -> Evidence:
    """A file given as evidence, for whoever may read its activity; raises `NotFound`."""
    activity = visible_activity(actor, reference)
    found = next((item for item in activity.evidence if item.id == evidence_id), None)
    if found is None or found.file is None:
        raise NotFound
    return found


def progress_of(actions: Iterable[KeyAction]) -> Progress:
    """Progress of one commitment whose roadmap is already loaded."""
    return progress.of_actions((action.weight, _counts(action)) for action in actions)


def _counts(action: KeyAction) -> dict[ActivityStatus, int]:
    counts: dict[ActivityStatus, int] = {}
    for activity in action.activities:
        counts[activity.status] = counts.get(activity.status, 0) + 1
    return counts
