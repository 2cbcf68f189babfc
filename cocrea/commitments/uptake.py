"""What commitments add to proposals: on the page of each, and to what the facilitation does with the selected ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cocrea.commitments import policies, queries
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.chores import Chore
from cocrea.cycles.models import Action
from cocrea.proposals.models import Proposal, ProposalStatus
from cocrea.proposals.steps import Step

BEGIN = Step(
    _l("Convierte en compromisos las propuestas elegidas"),
    Action.DRAFT,
    "commitments.index",
    condition=~queries.has_plan(),
)
PUBLISH_PLAN = Chore(_l("Publica el plan de acción"), "commitments.publish_plan", queries.plan_is_due)


@dataclass(frozen=True)
class Uptake:
    """The commitments that take up a selected proposal; before them, the contest that selected it (a row, its reference
    None if there was none), and whether this reader may begin one."""

    commitments: Sequence[Any] = ()
    contest: Any = None
    may_draft: bool = False


def uptake(actor: Any, proposal: Proposal, now: datetime) -> Uptake | None:
    """None for a proposal that has not been selected."""
    if proposal.status is ProposalStatus.COMMITTED:
        return Uptake(queries.taking_up(proposal))
    if proposal.status is not ProposalStatus.SELECTED:
        return None
    found = queries.prospect(proposal)
    may_draft = not found.has_plan and bool(policies.can_draft_from(actor, proposal, now))
    return Uptake(contest=found, may_draft=may_draft)
