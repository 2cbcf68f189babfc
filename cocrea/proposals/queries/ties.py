"""What proposals are tied to, for lists to take along and for their pages."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cocrea.consultation.queries import causes_of
from cocrea.discussion.models import Contribution
from cocrea.proposals.models import Proposal, ProposalProblem, ProposalTarget


def tied_columns(of: Any) -> dict[str, Any]:
    """Columns for a statement on proposals, by name: references of problems and SDG codes, with
    spaces between. `of`: the column with the proposal's id in that statement."""
    problem = Contribution.__table__.alias()
    references = sa.select(sa.func.aggregate_strings(problem.c.reference, " ")).join_from(
        ProposalProblem, problem, problem.c.id == ProposalProblem.problem_id
    )
    codes = sa.select(sa.func.aggregate_strings(ProposalTarget.code, " "))
    return {
        "problems": references.where(ProposalProblem.proposal_id == of).scalar_subquery(),
        "targets": codes.where(ProposalTarget.proposal_id == of).scalar_subquery(),
    }


def causes(proposal: Proposal) -> list[str]:
    """The causes it addresses, in the words of its problems. What is no longer to be read is left out."""
    given = causes_of(problem for problem in proposal.problems if problem.has_text)
    return [given[key] for key in proposal.causes if key in given]
