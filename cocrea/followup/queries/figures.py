"""How far commitments are, added up by the database in whole numbers: no share is rounded before it is shown.

A commitment's share of a status is the sum, over its key actions, of weight × activities in it / (activities of the
action × all weights). Shares with the same denominators are added up as integers, so that a plan of any size is a few
rows, and its sum is as exact as if each activity had been read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from cocrea.commitments.models import Commitment, CommitmentTarget
from cocrea.consultation.models import Problem
from cocrea.discussion.models import Contribution
from cocrea.extensions import db
from cocrea.followup import progress
from cocrea.followup.models import UNFINISHED, Activity, ActivityStatus, KeyAction
from cocrea.followup.progress import Progress
from cocrea.followup.queries.assessments import found_of
from cocrea.proposals.models import ProposalProblem

_own, _shared = Commitment.__table__.c, Contribution.__table__.c


class By(StrEnum):
    """What commitments are added up by."""

    COMMITMENT = "commitment"
    ORIGIN = "origin"
    INSTITUTION = "institution"
    TOPIC = "topic"
    GOAL = "goal"
    FOUND = "found"


@dataclass
class Figures:
    """Several commitments together. `sums` adds up their shares of each status."""

    sums: Progress = field(default_factory=lambda: dict.fromkeys(ActivityStatus, Fraction(0)))
    activities: int = 0
    late: int = 0
    disputed: int = 0
    next_due: date | None = None

    @property
    def commitments(self) -> int:
        """How many they are: the four shares of each add to one."""
        return int(sum(self.sums.values()))

    @property
    def progress(self) -> Progress:
        """The plain mean of their shares."""
        if not self.commitments:
            return progress.nothing()
        return {status: share / self.commitments for status, share in self.sums.items()}


def figures(by: By, conditions: Iterable[Any], day: date) -> dict[Any, Figures]:
    """The figures of the commitments that fulfil the conditions, by their id, their origin, what their last assessment
    found, or the id of the institution, the topic or the number of the goal that they bear on. One statement; of
    several topics, in each."""
    found: dict[Any, Figures] = {}
    for row in db.session.execute(_statement(by, conditions, day)):
        _add(found.setdefault(row.key, Figures()), row)
    return found


def together(parts: Iterable[Figures]) -> Figures:
    """The figures of all of them."""
    whole = Figures()
    for part in parts:
        _merge(whole, part.activities, part.late, part.disputed, part.next_due)
        for status, share in part.sums.items():
            whole.sums[status] += share
    return whole


def is_late(day: date) -> Any:
    """As `Activity.is_late`, as a condition."""
    return sa.and_(Activity.status.in_(UNFINISHED), Activity.ends_on < day)


def is_disputed() -> Any:
    """That the counterpart's objection is not settled."""
    return Activity.dispute_reason != ""


def topics_of() -> sa.Select[Any]:
    """The topics of the problems behind each commitment, as `commitment_id` and `key`."""
    problem = Problem.__table__.c
    return (
        sa.select(_own.id.label("commitment_id"), problem.topic_id.label("key"))
        .join(ProposalProblem, ProposalProblem.proposal_id == _own.proposal_id)
        .join(Problem.__table__, problem.id == ProposalProblem.problem_id)
        .distinct()
    )


def goals_of() -> sa.Select[Any]:
    """The goals that each commitment names, itself or by a target, as `commitment_id` and `key`."""
    code = CommitmentTarget.code
    goal = sa.case(
        (code.like("_.%"), sa.func.substr(code, 1, 1)), (code.like("__.%"), sa.func.substr(code, 1, 2)), else_=code
    )
    return sa.select(CommitmentTarget.commitment_id, goal.label("key")).distinct()


def _found() -> sa.Select[Any]:
    """How much the last assessment of each commitment says was done, as `commitment_id` and `key`."""
    return sa.select(_own.id.label("commitment_id"), found_of(_own.id).label("key"))


def _statement(by: By, conditions: Iterable[Any], day: date) -> sa.Select[Any]:
    actions = _actions(conditions, day).subquery("actions")
    of = _MANY[by]().subquery("of") if by in _MANY else None
    key = actions.c[by.value] if of is None else of.c.key
    counted = [sa.func.sum(actions.c.weight * actions.c[status]).label(status) for status in ActivityStatus]
    summed = [sa.func.sum(actions.c[name]).label(name) for name in ("weight", "late", "disputed")]
    statement = sa.select(
        key.label("key"),
        actions.c.number,
        actions.c.total,
        sa.func.count().label("rows"),
        sa.func.min(actions.c.next_due).label("next_due"),
        *counted,
        *summed,
    )
    if of is not None:
        statement = statement.join(of, of.c.commitment_id == actions.c.commitment)
    return statement.group_by(key, actions.c.number, actions.c.total)


def _actions(conditions: Iterable[Any], day: date) -> sa.Select[Any]:
    """A row for each key action (one without any of a commitment that has none): its weight, how many activities it
    has, and in each status, and the weights of the whole commitment."""
    coming = sa.case((sa.and_(Activity.status.in_(UNFINISHED), Activity.ends_on >= day), Activity.ends_on))
    counted = [_number(Activity.status == status).label(status) for status in ActivityStatus]
    joined = (
        Commitment.__table__.join(Contribution.__table__, _shared.id == _own.id)
        .outerjoin(KeyAction, KeyAction.commitment_id == _own.id)
        .outerjoin(Activity, Activity.key_action_id == KeyAction.id)
    )
    return (
        sa.select(
            _own.id.label("commitment"),
            _own.origin,
            _own.lead_id.label("institution"),
            KeyAction.weight,
            sa.func.sum(KeyAction.weight).over(partition_by=_own.id).label("total"),
            sa.func.count(Activity.id).label("number"),
            *counted,
            _number(is_late(day)).label("late"),
            _number(is_disputed()).label("disputed"),
            sa.func.min(coming).label("next_due"),
        )
        .select_from(joined)
        .where(*conditions)
        .group_by(_own.id, _own.origin, _own.lead_id, KeyAction.id, KeyAction.weight)
    )


def _number(condition: Any) -> Any:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _add(figures: Figures, row: Any) -> None:
    _merge(figures, row.rows * row.number, row.late, row.disputed, row.next_due)
    if not row.number:  # key actions without activities, and commitments without key actions
        figures.sums[ActivityStatus.NOT_STARTED] += (
            Fraction(int(row.weight), int(row.total)) if row.total else row.rows
        )
        return
    for status in ActivityStatus:
        figures.sums[status] += Fraction(int(row._mapping[status]), int(row.number * row.total))


def _merge(into: Figures, activities: int, late: int, disputed: int, next_due: date | None) -> None:
    into.activities += int(activities)
    into.late += int(late or 0)
    into.disputed += int(disputed or 0)
    into.next_due = min((due for due in (into.next_due, next_due) if due), default=None)


_MANY = {By.TOPIC: topics_of, By.GOAL: goals_of, By.FOUND: _found}
