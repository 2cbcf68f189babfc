"""What is expected of each person about proposals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from cocrea.accounts.models import Role
from cocrea.core.i18n import lazy as _l
from cocrea.core.todo import Todo
from cocrea.cycles.models import OPENS, Cycle, Stage
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, ProposalStatus
from cocrea.proposals.steps import STEPS, Step


def todo(actor: Any, now: datetime) -> list[Todo]:
    """Facilitators: proposals that wait for the next step. Authors: drafts not yet published."""
    return [*_steps(actor, now), *_drafts(actor)]


def _steps(actor: Any, now: datetime) -> list[Todo]:
    """What the facilitation can do now with the proposals of its cycles, by status. One statement."""
    cycles = actor.scope_ids(Role.FACILITATOR, "cycle")
    if not cycles:
        return []
    statement = (
        sa.select(
            Cycle.slug,
            Cycle.title,
            Proposal.status,
            sa.func.count(Proposal.id.distinct()),
            sa.func.max(Stage.ends_at),
        )
        .join(Proposal, Proposal.cycle_id == Cycle.id)
        .join(Stage, Stage.cycle_id == Cycle.id)
        .where(Cycle.id.in_(cycles), Proposal.visibility == Visibility.PUBLIC)
        .where(sa.or_(*(_is_due(status, step, now) for status, step in STEPS.items())))
        .group_by(Cycle.id, Proposal.status)
        .order_by(Cycle.id, Proposal.status)
    )
    return [_step(*row) for row in db.session.execute(statement)]


def _is_due(status: ProposalStatus, step: Step, now: datetime) -> sa.ColumnElement[bool]:
    kinds = [kind for kind, opened in OPENS.items() if step.action in opened]
    return sa.and_(
        Proposal.status == status,
        Stage.kind.in_(kinds),
        Stage.starts_at <= now + step.ahead,
        sa.or_(Stage.ends_at.is_(None), Stage.ends_at > now),
        step.condition,
    )


def _step(slug: str, cycle: str, status: ProposalStatus, count: int, ends_at: datetime | None) -> Todo:
    step = STEPS[status]
    text = _l("%(count)s en «%(cycle)s»", count=count, cycle=cycle)
    return Todo(step.title, text, url_for(step.endpoint, slug=slug, **step.arguments), ends_at)


def _drafts(actor: Any) -> list[Todo]:
    statement = sa.select(Proposal.reference, Proposal.title).where(
        Proposal.author_id == actor.id, Proposal.visibility == Visibility.DRAFT
    )
    return [
        Todo(
            _l("Publica tu borrador de propuesta"), title, url_for("proposals.show", reference=reference), None, True
        )
        for reference, title in db.session.execute(statement.limit(5))
    ]
