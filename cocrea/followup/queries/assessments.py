"""What independent evaluators found, for the page of a commitment, the board, and those who are to assess."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from cocrea.accounts.models import Role
from cocrea.commitments.models import Commitment, CommitmentPartner
from cocrea.commitments.queries import visible_commitment
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.todo import Todo
from cocrea.cycles.models import OPENS, Action, Stage
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.followup.models import Assessment, Completion
from cocrea.followup.policies import answers_in, organisations_of

TODO_LIMIT = 10
_own: Any = Commitment.__table__.c


class Found(StrEnum):
    """What the last assessment says of how much was done, or that there is none: to narrow and to group a board by."""

    COMPLETE = "cumplidos"
    SUBSTANTIAL = "cumplimiento-sustancial"
    LIMITED = "cumplimiento-limitado"
    NOT_STARTED = "no-iniciados"
    NO_EVIDENCE = "sin-evidencia"
    UNASSESSED = "sin-evaluar"

    @property
    def completion(self) -> Completion | None:
        return None if self is Found.UNASSESSED else Completion[self.name]

    @property
    def label(self) -> Any:
        return self.completion.label if self.completion else _l("Sin evaluar")


def assessments(commitment: Commitment) -> Sequence[Assessment]:
    """Every assessment of a commitment, the last first, with who made it and its report: one statement."""
    author = joinedload(Assessment.evaluator).options(lazyload("*"))
    statement = sa.select(Assessment).where(Assessment.commitment_id == commitment.id).options(author)
    return db.session.scalars(statement.order_by(Assessment.number.desc())).all()


def own_assessment(actor: Any, commitment: Commitment) -> Assessment | None:
    """What this evaluator said last of it."""
    statement = sa.select(Assessment).filter_by(commitment_id=commitment.id, evaluator_id=actor.id)
    found: Assessment | None = db.session.scalar(statement.order_by(Assessment.number.desc()).limit(1))
    return found


def visible_report(actor: Any, reference: str, number: int) -> Assessment:
    """An assessment that has a report, of a commitment whose text this actor may read; raises `NotFound`."""
    commitment = visible_commitment(actor, reference)
    found: Assessment | None = db.session.scalar(
        sa.select(Assessment).filter_by(commitment_id=commitment.id, number=number)
    )
    if commitment.is_tombstone or found is None or found.report is None:
        raise NotFound
    set_committed_value(found, "commitment", commitment)
    return found


def found_of(commitment_id: Any) -> Any:
    """How much the last assessment of a commitment says was done, null where there is none: a column for statements
    that read commitments."""
    of = sa.select(Assessment.completion).where(Assessment.commitment_id == commitment_id)
    return of.order_by(Assessment.number.desc()).limit(1).scalar_subquery()


def to_assess(actor: Any, now: datetime) -> list[Todo]:
    """Commitments that this evaluator has not assessed since the stage that is open for it began."""
    cycles = actor.scope_ids(Role.EVALUATOR, "cycle")
    if not cycles:
        return []
    ends = sa.func.min(Stage.ends_at)
    statement = (
        sa.select(Commitment.reference, Commitment.title, ends)
        .join(Stage, Stage.cycle_id == Commitment.plan_cycle_id)
        .where(Stage.kind.in_([kind for kind, opened in OPENS.items() if Action.ASSESS in opened]))
        .where(Stage.starts_at <= now, sa.or_(Stage.ends_at.is_(None), Stage.ends_at > now))
        .where(Commitment.plan_cycle_id.in_(cycles), Commitment.signed_at.is_not(None))
        .where(Commitment.visibility == Visibility.PUBLIC, ~_names(organisations_of(actor)))
        .where(~_assessed_by(actor))
        .group_by(Commitment.reference, Commitment.title, Commitment.number)
        .order_by(ends, Commitment.number)
        .limit(TODO_LIMIT)
    )
    return [
        Todo(_l("Evalúa este compromiso"), title, url_for("followup.assess", reference=reference), ends_at)
        for reference, title, ends_at in db.session.execute(statement)
    ]


def _assessed_by(actor: Any) -> Any:
    return sa.exists().where(
        Assessment.commitment_id == Commitment.id,
        Assessment.evaluator_id == actor.id,
        Assessment.assessed_at >= Stage.starts_at,
    )


def _names(organisations: set[int]) -> Any:
    """As `policies.is_party`, as a condition on `Commitment`."""
    partner = sa.exists().where(
        CommitmentPartner.commitment_id == Commitment.id, CommitmentPartner.organisation_id.in_(organisations)
    )
    lead, counterpart = (sa.func.coalesce(column, 0) for column in (Commitment.lead_id, Commitment.counterpart_id))
    shares = answers_in(Commitment.id, organisations)
    return sa.or_(lead.in_(organisations), counterpart.in_(organisations), partner, shares)
