"""What each role is asked to do about the follow-up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import contains_eager, joinedload

from cocrea.accounts.models import Organisation, Role
from cocrea.commitments.models import Commitment
from cocrea.core.i18n import lazy as _l
from cocrea.core.i18n import zone
from cocrea.core.todo import Todo
from cocrea.cycles.models import OPENS, Action, Cycle, Stage
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.followup.models import UNFINISHED, Activity, ActivityStatus, EvidenceOffer, KeyAction

SOON, DAY = timedelta(days=14), timedelta(days=1)
TODO_LIMIT, WORK_LIMIT = 10, 200
Rows = sa.Select[*tuple[Any, ...]]


def todo(actor: Any, now: datetime) -> list[Todo]:
    """Officials: activities late or due within two weeks. Counterparts: what waits to be verified.

    Facilitation: evidence that was offered and waits to be looked at.
    """
    return [*_due(actor, now), *_to_verify(actor, now), *_to_decide(actor)]


class Group(StrEnum):
    """When something is expected of officials, by the days of the calendar where the cycle happens."""

    LATE = "late"
    DISPUTED = "disputed"
    WEEK = "week"
    MONTH = "month"
    LATER = "later"

    @property
    def label(self) -> Any:
        return {
            Group.LATE: _l("Vencidas"),
            Group.DISPUTED: _l("Objetadas"),
            Group.WEEK: _l("Terminan esta semana"),
            Group.MONTH: _l("Terminan este mes"),
            Group.LATER: _l("Después"),
        }[self]


@dataclass(frozen=True)
class Task:
    """An activity that waits for officials, on a day. `row`: its columns, those of its commitment and institution."""

    row: Any
    today: date

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    @property
    def group(self) -> Group:
        """What is late comes first, and what was disputed before what has its time still."""
        if self.row.ends_on < self.today:
            return Group.LATE
        if self.row.dispute_reason:
            return Group.DISPUTED
        if self.row.ends_on <= self.today + timedelta(days=6 - self.today.weekday()):
            return Group.WEEK
        same_month = (self.row.ends_on.year, self.row.ends_on.month) == (self.today.year, self.today.month)
        return Group.MONTH if same_month else Group.LATER

    @property
    def expected(self) -> Any:
        """What to say of it now."""
        if self.row.dispute_reason:
            return _l("Atiende la objeción y di cómo, al reportarla como completa.")
        if self.row.ends_on < self.today:
            return _l("Repórtala como completa, o di qué falta y cuándo estará.")
        if self.row.status is not ActivityStatus.NOT_STARTED:
            return _l("Cuenta cómo va, con su evidencia.")
        if self.row.starts_on <= self.today:
            return _l("Di si ya empezó.")
        return _l("Nada por ahora: todavía no empieza.")


def work(actor: Any, now: datetime) -> tuple[dict[Group, list[Task]], bool]:
    """The unfinished activities for which this official answers, by group, soonest first; and whether there are more
    than `WORK_LIMIT`. One statement, none for those who are no officials."""
    ids = actor.organisation_ids(Role.OFFICIAL)
    if not ids:
        return {}, False
    disputed = sa.case((Activity.dispute_reason != "", 0), else_=1)
    statement = (
        _expected_of(ids, now)
        .outerjoin(Organisation, Organisation.id == Activity.responsible_id)
        .add_columns(
            Activity.starts_on,
            Activity.status,
            Activity.dispute_reason,
            Organisation.name.label("responsible"),
            Commitment.title.label("commitment_title"),
        )
        .order_by(disputed, Activity.ends_on, Activity.id)
        .limit(WORK_LIMIT + 1)
    )
    rows = db.session.execute(statement).all()
    found: dict[Group, list[Task]] = {group: [] for group in Group}
    for row in sorted(rows[:WORK_LIMIT], key=lambda row: row.ends_on):
        task = Task(row, now.astimezone(zone(row.timezone)).date())
        found[task.group].append(task)
    return {group: tasks for group, tasks in found.items() if tasks}, len(rows) > WORK_LIMIT


def followed_activities(references: Collection[str]) -> list[Activity]:
    """Those of these activities whose commitment is followed up in public, soonest due first. Two statements."""
    commitment = contains_eager(Activity.key_action).contains_eager(KeyAction.commitment)
    statement = (
        sa.select(Activity)
        .join(Activity.key_action)
        .join(KeyAction.commitment)
        .where(
            Activity.reference.in_(references),
            Commitment.signed_at.is_not(None),
            Commitment.visibility == Visibility.PUBLIC,
        )
        .options(commitment.joinedload(Commitment.cycle), joinedload(Activity.responsible))
        .order_by(Activity.ends_on, Activity.id)
    )
    return list(db.session.scalars(statement).unique())


def _expected_of(ids: set[int], now: datetime) -> Rows:
    """What is unfinished of the activities for which these institutions answer, and may be reported now."""
    return activities_with(Action.REPORT_PROGRESS, now).where(
        sa.or_(Commitment.lead_id.in_(ids), Activity.responsible_id.in_(ids)), Activity.status.in_(UNFINISHED)
    )


def _due(actor: Any, now: datetime) -> list[Todo]:
    ids = actor.organisation_ids(Role.OFFICIAL)
    if not ids:
        return []
    statement = _expected_of(ids, now).where(Activity.ends_on <= now.date() + SOON + DAY)
    rows = db.session.execute(statement.order_by(Activity.ends_on).limit(TODO_LIMIT))
    found = [row for row in rows if row.ends_on <= now.astimezone(zone(row.timezone)).date() + SOON]
    return [
        Todo(
            _l("Reporta el avance de esta actividad"),
            title,
            url_for("followup.report", reference=reference),
            datetime.combine(ends_on, time(23, 59), zone(timezone)).astimezone(UTC),
            day=ends_on,
        )
        for reference, title, ends_on, timezone in found
    ]


def _to_verify(actor: Any, now: datetime) -> list[Todo]:
    ids = actor.organisation_ids(Role.COUNTERPART)
    if not ids:
        return []
    statement = activities_with(Action.VERIFY, now).where(
        Commitment.counterpart_id.in_(ids), Activity.status == ActivityStatus.COMPLETE
    )
    found = db.session.execute(statement.order_by(Activity.ends_on).limit(TODO_LIMIT))
    return [
        Todo(_l("Verifica lo que se reporta como completo"), title, url_for("followup.activity", reference=reference))
        for reference, title, _ends_on, _timezone in found
    ]


def _to_decide(actor: Any) -> list[Todo]:
    cycles = actor.scope_ids(Role.FACILITATOR, "cycle")
    if not cycles:
        return []
    statement = (
        sa.select(Activity.reference, Activity.title)
        .join(KeyAction, KeyAction.id == Activity.key_action_id)
        .join(Commitment, Commitment.id == KeyAction.commitment_id)
        .where(Commitment.cycle_id.in_(cycles), Commitment.visibility == Visibility.PUBLIC)
        .where(sa.exists().where(EvidenceOffer.activity_id == Activity.id, EvidenceOffer.decided_at.is_(None)))
        .order_by(Activity.id)
        .limit(TODO_LIMIT)
    )
    return [
        Todo(
            _l("Revisa la evidencia que se ofreció"),
            title,
            url_for("followup.activity", reference=reference, _anchor="ofrecida"),
        )
        for reference, title in db.session.execute(statement)
    ]


def activities_with(action: Action, now: datetime) -> Rows:
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
