"""Moving a proposal along its way: the review, and what other domains decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.operations import note
from cocrea.proposals import policies, rules
from cocrea.proposals.models import Finding, Found, Proposal, ProposalReview, ProposalStatus
from cocrea.proposals.standing import OFF_BALLOT

LONGEST_FINDING = 500
BACK = (ProposalStatus.ON_BALLOT, ProposalStatus.ADMITTED)


def admit(
    *, actor: Any, proposal: Proposal, findings: Sequence[tuple[Finding, str]], now: datetime, reason: str = ""
) -> Proposal:
    """The review finds no criterion unmet: the proposal may go on a ballot.

    `findings`: for each criterion of the cycle, in order, what was found and why.
    """
    judged = _judged(proposal, findings)
    if any(found.finding is Finding.NOT_MET for found in judged):
        raise Invalid(_l("No se puede admitir: hay un criterio que no cumple."), "decision")
    return _review(actor, proposal, ProposalStatus.ADMITTED, judged, reason, now)


def reject(
    *, actor: Any, proposal: Proposal, findings: Sequence[tuple[Finding, str]], now: datetime, reason: str = ""
) -> Proposal:
    """The review does not admit the proposal: at least one criterion is not met. Otherwise as `admit`."""
    judged = _judged(proposal, findings)
    if all(found.finding is not Finding.NOT_MET for found in judged):
        raise Invalid(_l("Para no admitirla, marca al menos un criterio que no cumple."), "decision")
    return _review(actor, proposal, ProposalStatus.NOT_ADMITTED, judged, reason, now)


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


def _judged(proposal: Proposal, findings: Sequence[tuple[Finding, str]]) -> list[Found]:
    """Each criterion with what was found of it; `Invalid` names the one by its place that lacks a reason."""
    criteria = rules.kept_criteria(proposal.cycle)
    if len(criteria) != len(findings):
        raise Conflict(_l("Los criterios cambiaron. Vuelve a abrir la página."))
    judged = [
        Found(criterion.name, criterion.why, finding, text.plain(reason)[:LONGEST_FINDING])
        for criterion, (finding, reason) in zip(criteria, findings, strict=True)
    ]
    for place, found in enumerate(judged):
        if found.finding is Finding.NOT_MET and not found.reason:
            raise Invalid(_l("Di por qué no cumple: la razón es pública."), f"reason_{place}")
    return judged


def _review(
    actor: Any, proposal: Proposal, status: ProposalStatus, judged: list[Found], reason: str, now: datetime
) -> Proposal:
    enforce(policies.can_review, actor, lock(proposal), now)
    proposal.status_reason = text.plain(reason)
    proposal.review = add(
        ProposalReview(proposal_id=proposal.id, findings=[asdict(one) for one in judged], reviewed_at=now)
    )
    step_to(proposal, status)
    unmet = [one.name for one in proposal.review.not_met]
    why = proposal.status_reason or " ".join(f"{one.name}: {one.reason}" for one in proposal.review.not_met)
    new = {"status": status, "criteria": len(judged), **({"not_met": unmet} if unmet else {})}
    note(actor, proposal, f"proposal.{status}", now, old={"status": ProposalStatus.PUBLISHED}, new=new, reason=why)
    return proposal
