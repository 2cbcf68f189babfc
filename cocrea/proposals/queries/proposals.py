"""Reading proposals, with what each page needs loaded at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload, selectinload

from cocrea.consultation.models import Problem
from cocrea.core.errors import NotFound
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.discussion.models import Visibility
from cocrea.discussion.queries import by_author
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, ProposalProblem, ProposalStatus
from cocrea.proposals.policies import can_read


def visible_proposal(actor: Any, reference: str) -> Proposal:
    """The proposal this actor may read, with author, cycle, table and problems; raises `NotFound`."""
    statement = (
        sa.select(Proposal)
        .where(Proposal.reference == reference)
        .options(
            by_author(Proposal),
            joinedload(Proposal.cycle),
            joinedload(Proposal.table),
            joinedload(Proposal.review),
            joinedload(Proposal.targets),
            selectinload(Proposal.problems).options(lazyload("*"), lazyload(Problem.targets)),
        )
    )
    proposal = db.session.scalars(statement).unique().one_or_none()
    if proposal is None:
        raise NotFound
    moment = proposal.created_at
    if not can_read(actor, proposal, moment) or not can_read_cycle(actor, proposal.cycle, moment):
        raise NotFound
    return proposal


def addressing(problem: Problem) -> list[Proposal]:
    """Public proposals that address a problem, oldest first."""
    statement = (
        sa.select(Proposal)
        .join(ProposalProblem, ProposalProblem.proposal_id == Proposal.id)
        .where(ProposalProblem.problem_id == problem.id, Proposal.visibility == Visibility.PUBLIC)
    )
    return list(db.session.scalars(statement.order_by(Proposal.id)))


def problem_choices(cycle: Cycle, chosen: Collection[str] = (), limit: int = 200) -> list[tuple[str, str]]:
    """Reference and title of the problems that are chosen and of the most supported, to choose from in a form."""
    first = Problem.reference.in_(chosen)
    statement = (
        sa.select(Problem.reference, Problem.title)
        .where(Problem.cycle_id == cycle.id, Problem.visibility == Visibility.PUBLIC)
        .order_by(first.desc(), Problem.support_count.desc(), Problem.id)
        .limit(limit)
    )
    return [(reference, f"{reference} · {title}") for reference, title in db.session.execute(statement)]


def problems_by_reference(cycle: Cycle, references: Collection[str]) -> list[Problem]:
    """Those of a cycle, public or not, with the goals they bear on."""
    if not references:
        return []
    statement = sa.select(Problem).where(Problem.cycle_id == cycle.id, Problem.reference.in_(references))
    return list(db.session.scalars(statement.options(lazyload("*"), selectinload(Problem.targets))))


def with_status(cycle: Cycle, status: ProposalStatus) -> list[Proposal]:
    """Public proposals in one state, in order of reference."""
    statement = sa.select(Proposal).where(
        Proposal.cycle_id == cycle.id, Proposal.status == status, Proposal.visibility == Visibility.PUBLIC
    )
    return list(db.session.scalars(statement.order_by(Proposal.id)))
