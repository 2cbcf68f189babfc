"""Reading proposals, with what each page needs loaded at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload, selectinload, undefer

from cocrea.accounts.models import Credential, Invitation
from cocrea.accounts.queries import invitations_in
from cocrea.consultation.models import Problem
from cocrea.core import clock, text
from cocrea.core.errors import NotFound
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.discussion.models import Attachment, Contribution, Visibility
from cocrea.discussion.queries import with_authors
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, ProposalProblem, ProposalStatus
from cocrea.proposals.policies import can_read, stands


def visible_proposal(actor: Any, reference: str) -> Proposal:
    """The proposal this actor may read, with authors, cycle, table, problems and the actor's own invitation to write
    it; raises `NotFound`."""
    statement = (
        sa.select(Proposal)
        .where(Proposal.reference == reference)
        .options(
            *with_authors(Proposal),
            _with_offer(actor),
            joinedload(Proposal.cycle),
            joinedload(Proposal.table),
            joinedload(Proposal.recorded_by).lazyload("*"),
            joinedload(Proposal.review),
            undefer(Proposal.target_codes),
            undefer(Proposal.has_files),
            selectinload(Proposal.problems).options(lazyload("*"), lazyload(Problem.targets)),
        )
    )
    proposal = db.session.scalars(statement).unique().one_or_none()
    if proposal is None:
        raise NotFound
    now = clock.now()
    if not can_read(actor, proposal, now) or not can_read_cycle(actor, proposal.cycle, now):
        raise NotFound
    return proposal


def _with_offer(actor: Any) -> Any:
    """Loads the invitation that this person has, and nobody else's."""
    address = sa.select(Credential.email).where(Credential.person_id == actor.id).scalar_subquery()
    invited, by = joinedload(Invitation.invitee).lazyload("*"), joinedload(Invitation.invited_by).lazyload("*")
    return joinedload(Proposal.offers.and_(Invitation.email == address)).options(invited, by)


def offered_proposal(scope: str) -> Proposal:
    """The proposal that an invitation of this scope is to."""
    reference = scope.partition(":")[2]
    return db.session.scalars(sa.select(Proposal).where(Proposal.reference == reference)).one()


def standing_offers(proposal: Proposal, now: datetime) -> list[Invitation]:
    """The invitations to write it that wait for an answer, for its authors: nobody else is to know."""
    return [offer for offer in invitations_in({proposal.scope}, now) if stands(offer, proposal, now)]


def attachment_of(proposal: Proposal, attachment: int) -> Attachment:
    """A file of a proposal by its number, also one that was taken away; raises `NotFound`."""
    found = db.session.get(Attachment, attachment, options=[joinedload(Attachment.file)])
    if found is None or found.contribution_id != proposal.id:
        raise NotFound
    return found


def visible_attachment(actor: Any, reference: str, attachment: int) -> Attachment:
    """A file of a proposal whose text this actor may read; raises `NotFound`."""
    proposal = visible_proposal(actor, reference)
    if not (proposal.has_text or proposal.visibility is Visibility.DRAFT):
        raise NotFound
    return attachment_of(proposal, attachment)


def begun_from(actor: Any, form_key: str) -> str:
    """The reference of the proposal that this person has begun with this very form; empty if none."""
    own = Proposal.__table__.c.form_key == text.fingerprint(str(actor.id), form_key)
    shared = Contribution.__table__
    statement = sa.select(shared.c.reference).join(Proposal.__table__, Proposal.__table__.c.id == shared.c.id)
    return db.session.scalar(statement.where(own)) or ""


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
