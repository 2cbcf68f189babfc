"""What proposals are tied to, for lists to take along and for their pages."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cocrea.consultation.queries import causes_of
from cocrea.core.settings import current_settings
from cocrea.discussion.models import Attachment, Contribution
from cocrea.proposals.models import Proposal, ProposalProblem, ProposalTarget


def tied_columns(of: Any) -> dict[str, Any]:
    """Columns for a statement on proposals, by name: references of problems, SDG codes and addresses
    of files, with spaces between. `of`: the column with the proposal's id in that statement."""
    problem = Contribution.__table__.alias()
    references = sa.select(sa.func.aggregate_strings(problem.c.reference, " ")).join_from(
        ProposalProblem, problem, problem.c.id == ProposalProblem.problem_id
    )
    codes = sa.select(sa.func.aggregate_strings(ProposalTarget.code, " "))
    return {
        "problems": references.where(ProposalProblem.proposal_id == of).scalar_subquery(),
        "targets": codes.where(ProposalTarget.proposal_id == of).scalar_subquery(),
        "files": _addresses(of),
    }


def _addresses(of: Any) -> Any:
    """Where the files of a proposal are read."""
    shared = Contribution.__table__.alias()
    begin = f"{current_settings().public_url}/propuestas/"
    address = sa.literal(begin) + shared.c.reference + "/archivos/" + sa.cast(Attachment.id, sa.String)
    whole = sa.select(sa.func.aggregate_strings(address, " "))
    own = whole.join_from(Attachment, shared, shared.c.id == Attachment.contribution_id)
    return own.where(Attachment.contribution_id == of, Attachment.removed_at.is_(None)).scalar_subquery()


def causes(proposal: Proposal) -> list[str]:
    """The causes it addresses, in the words of its problems. What is no longer to be read is left out."""
    given = causes_of(problem for problem in proposal.problems if problem.has_text)
    return [given[key] for key in proposal.causes if key in given]
