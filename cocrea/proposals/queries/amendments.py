"""Reading amendments."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, defer, joinedload

from cocrea.accounts.models import Role
from cocrea.core.pagination import Page, newest_first
from cocrea.discussion.models import Visibility
from cocrea.discussion.queries import by_author, visible_contribution
from cocrea.extensions import db
from cocrea.proposals.models import Amendment, AmendmentStatus, Proposal
from cocrea.proposals.policies import AMENDED
from cocrea.proposals.queries.lists import written_by

RIVALS = 5
LISTED = 5


def visible_amendment(actor: Any, reference: str) -> Amendment:
    """The amendment with its proposal and who wrote and decided it, if this actor may read them. Only what was
    published is amended, so whoever may read the one may read the other, or its tombstone."""
    proposal = joinedload(Amendment.proposal)
    options = (
        proposal.options(by_author(Proposal), joinedload(Proposal.cycle), joinedload(Proposal.table)),
        joinedload(Amendment.promoted).lazyload("*"),
        joinedload(Amendment.decided_by).lazyload("*"),
    )
    found: Amendment = visible_contribution(actor, reference, Amendment, options)
    return found


def amendments(proposal: Proposal, status: AmendmentStatus | None = None) -> Page[Amendment]:
    """A page of a proposal's amendments, newest first, without their texts."""
    statement = sa.select(Amendment).where(Amendment.proposal_id == proposal.id)
    if status is not None:
        statement = statement.where(Amendment.status == status)
    light = defer(Amendment.body_source), defer(Amendment.body_html)
    return newest_first(statement.options(by_author(Amendment), *light), Amendment.id)


def amendment_counts(proposal: Proposal) -> dict[AmendmentStatus, int]:
    """How many of a proposal's amendments stand where."""
    return counts_and_origin(proposal)[0]


def counts_and_origin(proposal: Proposal) -> tuple[dict[AmendmentStatus, int], Amendment | None]:
    """As `amendment_counts` and `origin`, in one statement for a proposal that was made of no amendment."""
    own = Amendment.__table__.c
    is_origin = (own.promoted_id == proposal.id).is_(True).label("is_origin")
    statement = sa.select(own.status, is_origin, sa.func.count().label("number"))
    about = sa.or_(own.proposal_id == proposal.id, own.promoted_id == proposal.id)
    rows = db.session.execute(statement.where(about).group_by(own.status, is_origin)).all()
    found = {row.status: row.number for row in rows if not row.is_origin}
    counts = {status: found[status] for status in AmendmentStatus if status in found}
    return counts, origin(proposal) if any(row.is_origin for row in rows) else None


def rivals(amendment: Amendment) -> list[Amendment]:
    """Others to the same part that wait for an answer as well, the oldest first."""
    others = sa.select(Amendment).where(
        Amendment.proposal_id == amendment.proposal_id,
        Amendment.part == amendment.part,
        Amendment.status == AmendmentStatus.EVALUATING,
        Amendment.visibility == Visibility.PUBLIC,
        Amendment.id != amendment.id,
    )
    return list(db.session.scalars(others.options(by_author(Amendment)).order_by(Amendment.id).limit(RIVALS)))


def credited(proposal: Proposal, numbers: Collection[int]) -> dict[int, Amendment]:
    """The amendments that became these versions, with their authors, by the version's number."""
    light = defer(Amendment.body_source), defer(Amendment.body_html), defer(Amendment.why)
    accepted = sa.select(Amendment).where(Amendment.proposal_id == proposal.id, Amendment.result.in_(numbers))
    return {found.result or 0: found for found in db.session.scalars(accepted.options(by_author(Amendment), *light))}


def origin(proposal: Proposal) -> Amendment | None:
    """The rejected amendment of which this proposal was made, with the proposal it was to."""
    statement = sa.select(Amendment).where(Amendment.promoted_id == proposal.id)
    return db.session.scalar(statement.options(joinedload(Amendment.proposal).lazyload("*")))


def amendments_to_answer(actor: Any) -> sa.Select[*tuple[Any, ...]]:
    """Rows of the proposals (`reference`, `title`) with a `number` of amendments that wait for this person: for
    authors, for the facilitation of the tables that own the proposals, and for that of the cycle where they were made
    on paper or in person."""
    tables = {*actor.scope_ids(Role.FACILITATOR, "table"), *actor.scope_ids(Role.COFACILITATOR, "table")}
    of_cycles = Proposal.cycle_id.in_(actor.scope_ids(Role.FACILITATOR, "cycle"))
    recorded = sa.and_(Proposal.recorded_by_id.is_not(None), of_cycles)
    amendment = aliased(Amendment, flat=True)
    return (
        sa.select(Proposal.reference, Proposal.title, sa.func.count(amendment.id).label("number"))
        .join(amendment, amendment.proposal_id == Proposal.id)
        .where(
            sa.or_(written_by(actor.id), Proposal.table_id.in_(tables), recorded),
            Proposal.visibility == Visibility.PUBLIC,
            Proposal.status.in_(AMENDED),
            amendment.status == AmendmentStatus.EVALUATING,
            amendment.visibility == Visibility.PUBLIC,
            amendment.author_id != actor.id,
        )
        .group_by(Proposal.reference, Proposal.title)
        .order_by(Proposal.reference)
        .limit(LISTED)
    )
