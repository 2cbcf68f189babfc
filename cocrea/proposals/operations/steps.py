"""Moving a proposal along its way: the review, and what other domains decide."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.operations import note
from cocrea.proposals import policies
from cocrea.proposals.models import Proposal, ProposalStatus
from cocrea.proposals.standing import OFF_BALLOT

BACK = (ProposalStatus.ON_BALLOT, ProposalStatus.ADMITTED)


def admit(*, actor: Any, proposal: Proposal, reason: str, now: datetime) -> Proposal:
    """The review finds that the proposal meets the published criteria: it may go on a ballot."""
    return _review(actor, proposal, ProposalStatus.ADMITTED, reason, now)


def reject(*, actor: Any, proposal: Proposal, reason: str, now: datetime) -> Proposal:
    """The review does not admit the proposal; the reason is required and public."""
    if not text.plain(reason):
        raise Invalid(_l("Explica por qué no se admite: la razón es pública."), "reason")
    return _review(actor, proposal, ProposalStatus.NOT_ADMITTED, reason, now)


def move(*, actor: Any, proposal: Proposal, status: ProposalStatus, now: datetime, reason: str = "") -> Proposal:
    """A step that another domain decides (ballot, result, commitment), guarded by the table of transitions."""
    lock(proposal)
    old = proposal.status
    step_to(proposal, status)
    step = OFF_BALLOT if (old, status) == BACK else status
    note(actor, proposal, f"proposal.{step}", now, old={"status": old}, new={"status": status}, reason=reason)
    return proposal


def step_to(proposal: Proposal, status: ProposalStatus) -> None:
    """Change the status where the table of transitions has it; `Conflict` where not."""
    allowed = policies.can_move(proposal, status)
    if not allowed:
        raise Conflict(allowed.reason)
    proposal.status = status


def _review(actor: Any, proposal: Proposal, status: ProposalStatus, reason: str, now: datetime) -> Proposal:
    enforce(policies.can_review, actor, lock(proposal), now)
    proposal.status_reason = text.plain(reason)
    return move(actor=actor, proposal=proposal, status=status, now=now, reason=proposal.status_reason)
