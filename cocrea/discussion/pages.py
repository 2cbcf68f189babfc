"""Where each kind of contribution is read. Endpoints by name: the pages belong to higher domains."""

from __future__ import annotations

from typing import Any

from flask import url_for

from cocrea.discussion.models import Contribution, ContributionKind

ENDPOINTS = {
    ContributionKind.PROBLEM: "consultation.problem",
    ContributionKind.PROPOSAL: "proposals.show",
    ContributionKind.COMMITMENT: "commitments.show",
    ContributionKind.COMMENT: "discussion.show",
    ContributionKind.STATEMENT: "consultation.statement",
    ContributionKind.AMENDMENT: "proposals.amendment",
    ContributionKind.PLAN_COMMENT: "commitments.plan_comment",
}


def address(contribution: Contribution, anchor: str | None = None, **asked: Any) -> str:
    """The page of a contribution, with what is asked of it; of its cycle, for kinds that have no page of their own."""
    endpoint = ENDPOINTS.get(contribution.kind)
    if endpoint is None:
        return url_for("cycles.show", slug=contribution.cycle.slug)
    return url_for(endpoint, reference=contribution.reference, _anchor=anchor, **asked)
