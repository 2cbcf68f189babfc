"""What voting adds to proposals: on the page of each, and to what the facilitation does with the admitted ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cocrea.core.i18n import lazy as _l
from cocrea.core.windows import Window, WindowState
from cocrea.cycles.models import Action
from cocrea.proposals.models import Proposal, ProposalStatus
from cocrea.proposals.steps import Step
from cocrea.voting import policies, queries

# Of what was selected, what commitments add to the page tells the vote.
VOTED = frozenset({ProposalStatus.ON_BALLOT, ProposalStatus.NOT_SELECTED})

CALL = Step(
    _l("Convoca la votación de las propuestas admitidas"), Action.VOTE, "voting.create", ahead=timedelta(days=14)
)


@dataclass(frozen=True)
class Vote:
    """The latest contest that the proposal was put to, as a row with its state; None when it can be put to one."""

    contest: Any = None
    state: WindowState | None = None


def vote(actor: Any, proposal: Proposal, now: datetime) -> Vote | None:
    """None where there is nothing to show: not voted, and not by this reader to be put to the vote."""
    if proposal.status in VOTED and (found := queries.named_contest(proposal.id)):
        return Vote(found, Window(found.opens_at, found.closes_at).state(now))
    if proposal.status is not ProposalStatus.ADMITTED or not policies.can_create(actor, proposal.cycle, now):
        return None
    return Vote() if policies.voting_is_to_come(proposal.cycle, now) else None
