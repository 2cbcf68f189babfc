"""What is recorded of a cycle that the requirements ask about: one statement for each kind of figure.

Only what anyone may read counts: no drafts, nothing hidden or withdrawn, no sessions of unpublished cycles.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cocrea.accounts.models import Person, Sector
from cocrea.audit.models import HistoryRecord
from cocrea.commitments.models import Commitment
from cocrea.consultation.models import Trait, Workshop
from cocrea.cycles.models import Cycle, Stage, StageReport
from cocrea.discussion.models import READABLE, Comment, Contribution, ContributionKind, Visibility
from cocrea.extensions import db
from cocrea.followup.models import Activity, Evidence, KeyAction
from cocrea.forums.models import Forum
from cocrea.proposals.models import Proposal, ProposalStatus, RearrangementText, Response
from cocrea.tables.models import Headcount, Minutes, Session, SheetName, Sitting, Table
from cocrea.tables.queries import attending, is_whole

_shared = Contribution.__table__.c
# What people put into a plan before it is one; what is said in sessions is the tables' work.
INPUTS = (
    ContributionKind.PROBLEM,
    ContributionKind.STATEMENT,
    ContributionKind.PROPOSAL,
    ContributionKind.AMENDMENT,
    ContributionKind.COMMENT,
    ContributionKind.PLAN_COMMENT,
)


@dataclass(frozen=True)
class Meeting:
    """A session of the cycle that was held. `with_civil_society`: None where nobody knows the sectors of who came."""

    at: datetime
    with_civil_society: bool | None


@dataclass(frozen=True)
class Deposits:
    """When something was added to the repository: every moment of the year that counts, and the last before it."""

    moments: tuple[datetime, ...]
    before: datetime | None


@dataclass(frozen=True)
class Outreach:
    """Workshops, and how many people were counted in those that were held."""

    held: int
    planned: int
    cancelled: int
    attended: int


@dataclass(frozen=True)
class Answers:
    """Public proposals, and those whose authors can read why: an institution's answer, or why it was not admitted."""

    proposals: int
    answered: int


def forum_meetings(forums: Collection[Forum], until: datetime) -> list[datetime]:
    """When these forums met, in whatever public cycle, oldest first."""
    statement = (
        sa.select(Session.opened_at)
        .join(Sitting, Sitting.session_id == Session.id)
        .join(Table, Table.id == Session.table_id)
        .join(Cycle, Cycle.id == Table.cycle_id)
        .where(
            Sitting.forum_id.in_([forum.id for forum in forums]),
            Cycle.published_at.is_not(None),
            is_whole(),
            Session.cancelled_at.is_(None),
            Session.opened_at <= until,
        )
    )
    return list(db.session.scalars(statement.order_by(Session.opened_at)))


def announcements(cycle: Cycle) -> Mapping[str, datetime]:
    """By the subject of its history, since when each stage that was moved is announced for its present start or an
    earlier one: opening later than announced surprises nobody (see `cycles.calendar`)."""
    statement = sa.select(HistoryRecord.subject, HistoryRecord.at, HistoryRecord.canonical)
    moved = statement.where(HistoryRecord.scope == cycle.scope, HistoryRecord.action == "stage.rescheduled")
    found = {}
    for subject, at, canonical in db.session.execute(moved.order_by(HistoryRecord.id)):
        record = json.loads(canonical)
        old, new = record["old"].get("starts_at"), record["new"].get("starts_at")
        if new is not None and (old is None or datetime.fromisoformat(new) < datetime.fromisoformat(old)):
            found[subject] = at
    return found


def deposits(cycle: Cycle, since: datetime, until: datetime) -> Deposits:
    """Evidence of public commitments, reports of stages and approved minutes."""
    added = sa.union_all(_evidence(cycle), _reports(cycle), _minutes(cycle)).subquery()
    at = added.c.at
    within = sa.select(sa.literal(1).label("counts"), at).where(at >= since, at <= until)
    before = sa.select(sa.literal(0), sa.func.max(at)).where(at < since)
    rows = db.session.execute(sa.union_all(within, before)).all()
    earlier = next((moment for counts, moment in rows if not counts), None)
    return Deposits(tuple(sorted(moment for counts, moment in rows if counts)), earlier)


def outreach(cycle: Cycle, until: datetime) -> Outreach:
    begun = sa.and_(Workshop.cancelled_at.is_(None), Workshop.starts_at <= until)
    planned = sa.and_(Workshop.cancelled_at.is_(None), Workshop.starts_at > until)
    row = db.session.execute(
        sa.select(
            _number(begun),
            _number(planned),
            _number(Workshop.cancelled_at.is_not(None)),
            sa.func.coalesce(sa.func.sum(sa.case((begun, Workshop.attended))), 0),
        ).where(Workshop.cycle_id == cycle.id)
    ).one()
    return Outreach(*row)


def contributions(cycle: Cycle) -> int:
    """What people gave: not what a merge or split made of it, nor comments on what is hidden or withdrawn."""
    about = aliased(Contribution.__table__)
    on_hidden = (
        sa.exists()
        .where(Comment.__table__.c.id == _shared.id, about.c.id == Comment.__table__.c.subject_id)
        .where(about.c.visibility.not_in(READABLE))
    )
    statement = sa.select(sa.func.count()).where(
        _shared.cycle_id == cycle.id,
        _shared.kind.in_(INPUTS),
        _shared.visibility.in_(READABLE),
        ~sa.exists().where(RearrangementText.proposal_id == _shared.id),
        ~on_hidden,
    )
    return db.session.scalar(statement) or 0


def answers(cycle: Cycle) -> Answers:
    """What was merged or split is answered with what came of it."""
    own = Proposal.__table__.c
    by_institution = sa.exists().where(Response.proposal_id == own.id, Response.published_at.is_not(None))
    by_review = sa.and_(own.status == ProposalStatus.NOT_ADMITTED, own.status_reason != "")
    statement = sa.select(sa.func.count(), _number(sa.or_(by_institution, by_review)))
    found = statement.select_from(Contribution.__table__.join(Proposal.__table__, own.id == _shared.id))
    public = found.where(_shared.cycle_id == cycle.id, _shared.visibility == Visibility.PUBLIC)
    return Answers(*db.session.execute(public).one())


def meetings(cycle: Cycle, until: datetime) -> list[Meeting]:
    """Sessions of the cycle's tables and of its forum that were held, oldest first."""
    there = attending()
    came = sa.select(there.c.session_id).join(Person, Person.id == there.c.person_id)
    listed, counted = sa.select(SheetName.session_id), sa.select(Headcount.session_id)
    sectors = counted.where(Headcount.trait == Trait.SECTOR)
    civil = [
        came.where(Person.sector == Sector.CIVIL_SOCIETY),
        listed.where(SheetName.sector == Sector.CIVIL_SOCIETY),
        sectors.where(Headcount.value == Sector.CIVIL_SOCIETY.value),
    ]
    told = [came.where(Person.sector.is_not(None)), listed.where(SheetName.sector.is_not(None)), sectors]
    silent = [
        came.where(Person.sector.is_(None)),
        listed.where(SheetName.sector.is_(None)),
        counted.where(Headcount.session_id.not_in(sectors)),
    ]
    others = sa.and_(_among(told), ~_among(silent))
    statement = (
        sa.select(Session.opened_at, _among(civil).label("civil"), others.label("others"))
        .join(Table, Table.id == Session.table_id)
        .where(Table.cycle_id == cycle.id, is_whole(), Session.cancelled_at.is_(None), Session.opened_at <= until)
    )
    rows = db.session.execute(statement.order_by(Session.opened_at))
    return [Meeting(row.opened_at, True if row.civil else False if row.others else None) for row in rows]


def _among(parts: Collection[sa.Select[Any]]) -> sa.ColumnElement[bool]:
    return sa.or_(*(Session.id.in_(part) for part in parts))


def _evidence(cycle: Cycle) -> sa.Select[Any]:
    return (
        sa.select(Evidence.created_at.label("at"))
        .join(Activity, Activity.id == Evidence.activity_id)
        .join(KeyAction, KeyAction.id == Activity.key_action_id)
        .join(Commitment.__table__, Commitment.__table__.c.id == KeyAction.commitment_id)
        .join(Contribution.__table__, _shared.id == KeyAction.commitment_id)
        .where(Commitment.__table__.c.plan_cycle_id == cycle.id, _shared.visibility == Visibility.PUBLIC)
    )


def _reports(cycle: Cycle) -> sa.Select[Any]:
    reports = sa.select(StageReport.published_at).join(Stage, Stage.id == StageReport.stage_id)
    return reports.where(Stage.cycle_id == cycle.id)


def _minutes(cycle: Cycle) -> sa.Select[Any]:
    return (
        sa.select(Minutes.approved_at)
        .join(Session, Session.id == Minutes.session_id)
        .join(Table, Table.id == Session.table_id)
        .where(Table.cycle_id == cycle.id, is_whole(), Minutes.approved_at.is_not(None))
    )


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
