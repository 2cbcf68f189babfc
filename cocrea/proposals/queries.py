"""Reading proposals, with what each page needs loaded at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import joinedload, lazyload, selectinload

from cocrea.accounts.models import Organisation, Person, Role
from cocrea.consultation.models import Problem
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import Page, newest_first
from cocrea.core.todo import Todo
from cocrea.cycles.figures import Figures, counted, tally, within
from cocrea.cycles.models import OPENS, Action, Cycle, Stage
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.discussion.models import Contribution, ContributionKind, Visibility
from cocrea.discussion.queries import by_author
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, ProposalProblem, ProposalStatus, ProposalVersion, Response
from cocrea.proposals.policies import can_read
from cocrea.proposals.steps import STEPS, Step


def listing(cycle: Cycle, *, status: ProposalStatus | None = None) -> Page[Any]:
    """A page of public proposals, newest first, as rows of just the columns that a card shows."""
    statement = (
        sa.select(
            Contribution.id,
            Contribution.reference,
            Contribution.title,
            Contribution.support_count,
            Contribution.comment_count,
            Contribution.channel,
            Contribution.attribution,
            Contribution.author_sector,
            Contribution.published_at,
            Proposal.__table__.c.status,
            Person.name.label("author_name"),
            Person.withdrawn_at.label("author_withdrawn_at"),
        )
        .join(Proposal.__table__, Proposal.__table__.c.id == Contribution.id)
        .outerjoin(Person, Person.id == Contribution.author_id)
        .where(
            Contribution.cycle_id == cycle.id,
            Contribution.kind == ContributionKind.PROPOSAL,
            Contribution.visibility == Visibility.PUBLIC,
        )
    )
    if status is not None:
        statement = statement.where(Proposal.__table__.c.status == status)
    return newest_first(statement, Contribution.id, scalars=False)


def visible_proposal(actor: Any, reference: str) -> Proposal:
    """The proposal this actor may read, with author, cycle, table and problems; raises `NotFound`."""
    proposal = db.session.scalar(
        sa.select(Proposal)
        .where(Proposal.reference == reference)
        .options(
            by_author(Proposal),
            joinedload(Proposal.cycle),
            joinedload(Proposal.table),
            selectinload(Proposal.problems).options(lazyload("*"), lazyload(Problem.targets)),
        )
    )
    if proposal is None:
        raise NotFound
    moment = proposal.created_at
    if not can_read(actor, proposal, moment) or not can_read_cycle(actor, proposal.cycle, moment):
        raise NotFound
    return proposal


def versions(proposal: Proposal) -> list[ProposalVersion]:
    """All versions, last first, with who wrote each."""
    statement = (
        sa.select(ProposalVersion)
        .filter_by(proposal_id=proposal.id)
        .options(joinedload(ProposalVersion.author).lazyload("*"))
    )
    return list(db.session.scalars(statement.order_by(ProposalVersion.number.desc())))


def responses(proposal: Proposal) -> list[Response]:
    """Published answers, oldest first."""
    statement = sa.select(Response).where(Response.proposal_id == proposal.id, Response.published_at.is_not(None))
    return list(db.session.scalars(statement.order_by(Response.published_at)))


def addressing(problem: Problem) -> list[Proposal]:
    """Public proposals that address a problem, oldest first."""
    statement = (
        sa.select(Proposal)
        .join(ProposalProblem, ProposalProblem.proposal_id == Proposal.id)
        .where(ProposalProblem.problem_id == problem.id, Proposal.visibility == Visibility.PUBLIC)
    )
    return list(db.session.scalars(statement.order_by(Proposal.id)))


def problem_choices(cycle: Cycle, limit: int = 200) -> list[tuple[str, str]]:
    """Reference and title of the most supported problems, to choose from in a form."""
    statement = (
        sa.select(Problem.reference, Problem.title)
        .where(Problem.cycle_id == cycle.id, Problem.visibility == Visibility.PUBLIC)
        .order_by(Problem.support_count.desc(), Problem.id)
        .limit(limit)
    )
    return [(reference, f"{reference} · {title}") for reference, title in db.session.execute(statement)]


def problems_by_reference(cycle: Cycle, references: list[str]) -> list[Problem]:
    statement = sa.select(Problem).where(Problem.cycle_id == cycle.id, Problem.reference.in_(references))
    return list(db.session.scalars(statement))


def with_status(cycle: Cycle, status: ProposalStatus) -> list[Proposal]:
    """Public proposals in one state, in order of reference."""
    statement = sa.select(Proposal).where(
        Proposal.cycle_id == cycle.id, Proposal.status == status, Proposal.visibility == Visibility.PUBLIC
    )
    return list(db.session.scalars(statement.order_by(Proposal.id)))


def institutions_of(actor: Any) -> list[Organisation]:
    """Institutions in whose name this person answers."""
    ids = actor.organisation_ids(Role.OFFICIAL)
    if not ids:
        return []
    return list(
        db.session.scalars(sa.select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name))
    )


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


def figures(cycle: Cycle, stage: Stage | None) -> Figures:
    """Proposals published while a stage that opens them lasted (None: in all), by what is declared of their authors."""
    if stage is not None and Action.PUBLISH_PROPOSAL not in stage.opens:
        return {}
    shared = Contribution.__table__.c
    statement = (
        counted("proposals", shared.channel, shared.author_sector, Person.gender, Person.territory)
        .select_from(Contribution.__table__.outerjoin(Person.__table__, Person.id == shared.author_id))
        .where(
            shared.cycle_id == cycle.id,
            shared.kind == ContributionKind.PROPOSAL,
            shared.visibility == Visibility.PUBLIC,
            *within(shared.published_at, stage),
        )
    )
    return tally(db.session.execute(statement))
