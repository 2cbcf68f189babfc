"""Reading roadmaps, activities and the board; figures are added up by the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import aliased, contains_eager, joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from cocrea.accounts.models import Organisation, Role
from cocrea.commitments.models import Commitment
from cocrea.commitments.queries import visible_commitment
from cocrea.commitments.roadmap import PlannedAction, PlannedActivity
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.i18n import zone
from cocrea.core.todo import Todo
from cocrea.cycles.models import OPENS, Action, Cycle, Stage
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.followup import progress
from cocrea.followup.models import UNFINISHED, Activity, ActivityStatus, Evidence, KeyAction
from cocrea.followup.progress import Progress

SOON = timedelta(days=14)
TODO_LIMIT = 10
Rows = sa.Select[*tuple[Any, ...]]


def today(cycle: Cycle, now: datetime) -> date:
    """The calendar day it is where the cycle happens: activities are due by day."""
    return now.astimezone(zone(cycle.timezone)).date()


def key_actions(commitment: Commitment) -> list[KeyAction]:
    """The whole roadmap with activities and evidence, as the database has it now, in one statement."""
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
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement).unique())


def planned(commitment: Commitment) -> list[PlannedAction]:
    """The roadmap as commitments see it: what is checked and signed, as it is in the database now."""
    step = sa.select(
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
        .where(KeyAction.commitment_id == commitment.id)
        .order_by(KeyAction.position, Activity.position)
    )
    found: dict[int, tuple[str, int, list[PlannedActivity]]] = {}
    for action_id, action, weight, activity_id, title, organisation, start, end, means in db.session.execute(
        statement
    ):
        _action, _weight, activities = found.setdefault(action_id, (action, weight, []))
        if activity_id is not None:
            activities.append(PlannedActivity(title, organisation or "", start, end, means))
    return [PlannedAction(action, weight, tuple(activities)) for action, weight, activities in found.values()]


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


@dataclass
class BoardRow:
    """A commitment on the board: who leads it, how far it is, what is late and what comes next."""

    id: int
    reference: str
    number: int
    title: str
    lead_id: int | None
    lead_name: str
    progress: Progress = field(default_factory=progress.nothing)
    activities: int = 0
    late: int = 0
    next_due: date | None = None

    @property
    def is_done(self) -> bool:
        return self.progress[ActivityStatus.VERIFIED] == 1

    @property
    def is_waiting(self) -> bool:
        """Something reported as complete waits for the counterpart."""
        return self.progress[ActivityStatus.COMPLETE] > 0


def board(cycle: Cycle, now: datetime) -> list[BoardRow]:
    """Every signed commitment of a cycle with its figures: two statements, however many activities."""
    lead = aliased(Organisation)
    statement = (
        sa.select(Commitment.id, Commitment.reference, Commitment.number, Commitment.title, lead.id, lead.name)
        .outerjoin(lead, lead.id == Commitment.lead_id)
        .where(Commitment.plan_cycle_id == cycle.id, Commitment.signed_at.is_not(None))
        .where(Commitment.visibility == Visibility.PUBLIC)
        .order_by(Commitment.number)
    )
    rows = {found[0]: BoardRow(*found[:5], found[5] or "") for found in db.session.execute(statement)}
    _add_figures(rows, cycle, today(cycle, now))
    return list(rows.values())


def _add_figures(rows: dict[int, BoardRow], cycle: Cycle, day: date) -> None:
    """Fill in progress, lateness and the next date from one grouped statement."""
    actions: dict[int, dict[int, tuple[int, dict[ActivityStatus, int]]]] = {}
    for found in db.session.execute(_figures(cycle, day)):
        row = rows.get(found.commitment_id)
        if row is None:
            continue
        row.activities += found.number
        row.late += found.late or 0
        row.next_due = min((due for due in (row.next_due, found.next_due) if due), default=None)
        _weight, counts = actions.setdefault(row.id, {}).setdefault(found.id, (found.weight, {}))
        if found.number:
            counts[found.status] = found.number
    for commitment_id, weighted in actions.items():
        rows[commitment_id].progress = progress.of_actions(weighted.values())


def _figures(cycle: Cycle, day: date) -> Rows:
    """Per key action and status: how many activities, how many late, and the nearest date to come."""
    unfinished = Activity.status.in_(UNFINISHED)
    late = sa.case((sa.and_(unfinished, Activity.ends_on < day), 1), else_=0)
    coming = sa.case((sa.and_(unfinished, Activity.ends_on >= day), Activity.ends_on))
    commitments = Commitment.__table__.c
    return (
        sa.select(
            KeyAction.commitment_id,
            KeyAction.id,
            KeyAction.weight,
            Activity.status,
            sa.func.count(Activity.id).label("number"),
            sa.func.sum(late).label("late"),
            sa.func.min(coming).label("next_due"),
        )
        .join(Commitment.__table__, commitments.id == KeyAction.commitment_id)
        .outerjoin(Activity, Activity.key_action_id == KeyAction.id)
        .where(commitments.plan_cycle_id == cycle.id)
        .group_by(KeyAction.commitment_id, KeyAction.id, KeyAction.weight, Activity.status)
    )


def progress_of(actions: Iterable[KeyAction]) -> Progress:
    """Progress of one commitment whose roadmap is already loaded."""
    return progress.of_actions((action.weight, _counts(action)) for action in actions)


def _counts(action: KeyAction) -> dict[ActivityStatus, int]:
    counts: dict[ActivityStatus, int] = {}
    for activity in action.activities:
        counts[activity.status] = counts.get(activity.status, 0) + 1
    return counts


def todo(actor: Any, now: datetime) -> list[Todo]:
    """Officials: activities late or due within two weeks. Counterparts: what waits to be verified."""
    return [*_due(actor, now), *_to_verify(actor, now)]


def _due(actor: Any, now: datetime) -> list[Todo]:
    ids = actor.organisation_ids(Role.OFFICIAL)
    if not ids:
        return []
    statement = _activities_with(Action.REPORT_PROGRESS, now).where(
        sa.or_(Commitment.lead_id.in_(ids), Activity.responsible_id.in_(ids)),
        Activity.status.in_(UNFINISHED),
        Activity.ends_on <= now.date() + SOON,
    )
    found = db.session.execute(statement.order_by(Activity.ends_on).limit(TODO_LIMIT))
    return [
        Todo(
            _l("Reporta el avance de esta actividad"),
            title,
            url_for("followup.activity", reference=reference),
            datetime.combine(ends_on, time(23, 59), zone(timezone)).astimezone(UTC),
            day=ends_on,
        )
        for reference, title, ends_on, timezone in found
    ]


def _to_verify(actor: Any, now: datetime) -> list[Todo]:
    ids = actor.organisation_ids(Role.COUNTERPART)
    if not ids:
        return []
    statement = _activities_with(Action.VERIFY, now).where(
        Commitment.counterpart_id.in_(ids), Activity.status == ActivityStatus.COMPLETE
    )
    found = db.session.execute(statement.order_by(Activity.ends_on).limit(TODO_LIMIT))
    return [
        Todo(_l("Verifica lo que se reporta como completo"), title, url_for("followup.activity", reference=reference))
        for reference, title, _ends_on, _timezone in found
    ]


def _activities_with(action: Action, now: datetime) -> Rows:
    """Activities of signed commitments in whose cycle a stage is open that allows the action."""
    kinds = [kind for kind, opened in OPENS.items() if action in opened]
    is_open = sa.exists().where(
        Stage.cycle_id == Commitment.plan_cycle_id,
        Stage.kind.in_(kinds),
        Stage.starts_at <= now,
        sa.or_(Stage.ends_at.is_(None), Stage.ends_at > now),
    )
    return (
        sa.select(Activity.reference, Activity.title, Activity.ends_on, Cycle.timezone)
        .join(KeyAction, KeyAction.id == Activity.key_action_id)
        .join(Commitment, Commitment.id == KeyAction.commitment_id)
        .join(Cycle, Cycle.id == Commitment.plan_cycle_id)
        .where(Commitment.signed_at.is_not(None), Commitment.visibility == Visibility.PUBLIC, is_open)
    )
