"""Which contributions came of which, however many steps apart, in one statement."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from cocrea.commitments.models import Commitment
from cocrea.discussion.models import Contribution, ContributionKind
from cocrea.extensions import db
from cocrea.proposals.models import Amendment, ProposalProblem, RearrangementSource, RearrangementText

MERGING = (ContributionKind.PROBLEM, ContributionKind.PROPOSAL)


def lineage(starts: Collection[int]) -> list[tuple[int, int]]:
    """Every step on the ways that lead to these contributions and on those that lead on from them. What only shares an
    ancestor with them is another's thread."""
    edges = _edges()
    behind, ahead = _cone(edges, starts, "ahead", forward=True), _cone(edges, starts, "behind", forward=False)
    inside = [
        sa.and_(edges.c.source.in_(sa.select(cone.c.id)), edges.c.target.in_(sa.select(cone.c.id)))
        for cone in (behind, ahead)
    ]
    rows = db.session.execute(sa.select(edges.c.source, edges.c.target).where(sa.or_(*inside)).distinct())
    return sorted((row.source, row.target) for row in rows)


def _cone(edges: Any, starts: Collection[int], name: str, *, forward: bool) -> Any:
    shared = Contribution.__table__.c
    cone = sa.select(shared.id).where(shared.id.in_(starts)).cte(name, recursive=True)
    here, there = (edges.c.source, edges.c.target) if forward else (edges.c.target, edges.c.source)
    return cone.union(sa.select(there).join_from(cone, edges, here == cone.c.id))


def _edges() -> Any:
    """All steps there are: merged into, addressed by, merged or split into, proposed apart, taken up by."""
    shared, commitment = Contribution.__table__.c, Commitment.__table__.c
    amendment, text = Amendment.__table__.c, RearrangementText.__table__.c
    rearranged = sa.select(RearrangementSource.proposal_id, text.proposal_id).join_from(
        RearrangementSource, text.proposal_id.table, text.rearrangement_id == RearrangementSource.rearrangement_id
    )
    merged = sa.select(shared.id.label("source"), shared.merged_into_id.label("target"))
    return sa.union_all(
        merged.where(shared.merged_into_id.is_not(None), shared.kind.in_(MERGING)),
        sa.select(ProposalProblem.problem_id, ProposalProblem.proposal_id),
        rearranged.where(text.proposal_id.is_not(None)),
        sa.select(amendment.proposal_id, amendment.promoted_id).where(amendment.promoted_id.is_not(None)),
        sa.select(commitment.proposal_id, commitment.id).where(commitment.proposal_id.is_not(None)),
    ).subquery("edges")
