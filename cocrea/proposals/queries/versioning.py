"""Reading the versions of a proposal."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only

from cocrea.core.errors import NotFound
from cocrea.core.pagination import HIGHEST, Page, newest_first
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, ProposalVersion
from cocrea.proposals.queries.proposals import visible_proposal


def versioned_proposal(actor: Any, reference: str) -> Proposal:
    """A proposal whose text, and so each version of it, this actor may read; raises `NotFound`."""
    proposal = visible_proposal(actor, reference)
    if not proposal.has_text:
        raise NotFound
    return proposal


def versions(proposal: Proposal) -> list[ProposalVersion]:
    """All versions, last first, with who wrote each."""
    statement = sa.select(ProposalVersion).filter_by(proposal_id=proposal.id).options(_with_author())
    return list(db.session.scalars(statement.order_by(ProposalVersion.number.desc())))


def version_list(proposal: Proposal) -> Page[ProposalVersion]:
    """A page of versions, last first, with who made each and why, without their long texts."""
    told = load_only(ProposalVersion.title, ProposalVersion.why, ProposalVersion.created_at)
    statement = sa.select(ProposalVersion).filter_by(proposal_id=proposal.id).options(told, _with_author())
    return newest_first(statement, ProposalVersion.number)


def visible_version(actor: Any, reference: str, number: int) -> tuple[Proposal, ProposalVersion]:
    """One version of a proposal, to read whole."""
    proposal = versioned_proposal(actor, reference)
    return proposal, numbered(proposal, number)[number]


def numbered(proposal: Proposal, *numbers: int) -> dict[int, ProposalVersion]:
    """Versions by their numbers, all there or `NotFound`; one statement."""
    wanted = [number for number in set(numbers) if number <= HIGHEST]
    statement = sa.select(ProposalVersion).filter_by(proposal_id=proposal.id).options(_with_author())
    rows = db.session.scalars(statement.where(ProposalVersion.number.in_(wanted)))
    found = {version.number: version for version in rows}
    if set(found) != set(numbers):
        raise NotFound
    return found


def _with_author() -> Any:
    return joinedload(ProposalVersion.author).lazyload("*")
