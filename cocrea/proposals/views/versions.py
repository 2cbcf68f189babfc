"""The versions of a proposal: their list, one of them, and two of them compared."""

from __future__ import annotations

from flask import render_template, request

from cocrea.core.access import visible
from cocrea.core.diffs import compared
from cocrea.core.pagination import position
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.proposals import queries
from cocrea.proposals.models import Part, Proposal, ProposalVersion
from cocrea.proposals.views.base import bp


@bp.get("/propuestas/<reference>/versiones")
@same_for_visitors
@visible(queries.versioned_proposal)
def versions(proposal: Proposal) -> str:
    page = queries.version_list(proposal)
    return render_template(
        "proposals/versions.html",
        cycle=proposal.cycle,
        proposal=proposal,
        page=page,
        credits=queries.credited(proposal, [version.number for version in page]),
    )


@bp.get("/propuestas/<reference>/versiones/<int:number>")
@same_for_visitors
@visible(queries.visible_version)
def version(found: tuple[Proposal, ProposalVersion]) -> str:
    proposal, version = found
    return render_template(
        "proposals/version.html",
        cycle=proposal.cycle,
        proposal=proposal,
        version=version,
        credits=queries.credited(proposal, [version.number]),
    )


@bp.get("/propuestas/<reference>/versiones/comparacion")
@same_for_visitors
@visible(queries.versioned_proposal)
def compare(proposal: Proposal) -> str:
    """Any two versions, the older first; `lado` puts them side by side. What is not said is the last change."""
    ends = (position("de") or max(proposal.version - 1, 1), position("a") or proposal.version)
    old, new = min(ends), max(ends)
    found = queries.numbered(proposal, old, new)
    return render_template(
        "proposals/comparison.html",
        cycle=proposal.cycle,
        proposal=proposal,
        old=found[old],
        new=found[new],
        compared=compared((part.label, part.of(found[old]), part.of(found[new])) for part in Part),
        beside=bool(request.args.get("lado")),
    )
