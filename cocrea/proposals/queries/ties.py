"""What proposals are tied to, for lists to take along and for their pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from cocrea.consultation.models import Problem
from cocrea.consultation.queries import causes_of
from cocrea.core.settings import current_settings
from cocrea.discussion.models import Attachment, Contribution, Visibility
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, ProposalProblem, ProposalTarget

READABLE = (Visibility.PUBLIC, Visibility.MERGED)  # whose text is to be read


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


def causes_said(rows: Iterable[Any]) -> dict[int, str]:
    """The causes that proposals address, in the words of problems that are to be read, a line for each, by the
    proposal's id: of rows with `id` and `causes`, in one statement."""
    wanted = {row.id: row.causes for row in rows if row.causes}
    problem, shared = Problem.__table__.c, Contribution.__table__
    statement = (
        sa.select(ProposalProblem.proposal_id, problem.causes)
        .join_from(ProposalProblem, shared, shared.c.id == ProposalProblem.problem_id)
        .join(Problem.__table__, problem.id == shared.c.id)
        .where(ProposalProblem.proposal_id.in_(wanted), shared.c.visibility.in_(READABLE))
    )
    given: dict[int, dict[str, str]] = defaultdict(dict)
    for row in db.session.execute(statement) if wanted else ():
        given[row.proposal_id] |= causes_of([row])
    return {of: "\n".join(given[of][key] for key in keys if key in given[of]) for of, keys in wanted.items()}


def causes(proposal: Proposal) -> list[str]:
    """The causes it addresses, in the words of its problems. What is no longer to be read is left out."""
    given = causes_of(problem for problem in proposal.problems if problem.has_text)
    return [given[key] for key in proposal.causes if key in given]
