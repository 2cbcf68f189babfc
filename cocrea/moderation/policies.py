"""Who may hide what others wrote, and show it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.policies import can_facilitate
from cocrea.discussion.models import Contribution, ContributionKind, Visibility
from cocrea.proposals.models import Proposal, ProposalStatus

NOT_HERE = {
    ContributionKind.COMMITMENT: _l("Un compromiso firmado no se oculta: se enmienda en público."),
    ContributionKind.MESSAGE: _l(
        "Un mensaje se oculta en su sesión, para que también lo sepan quienes están en ella."
    ),
}


def can_moderate(actor: Any, contribution: Contribution, now: datetime) -> Decision:
    """Hide or restore, whichever applies: the facilitation of its cycle and those who answer for it."""
    if contribution.kind in NOT_HERE:
        return deny(NOT_HERE[contribution.kind])
    return can_facilitate(actor, contribution.cycle, now)


def can_hide(actor: Any, contribution: Contribution, now: datetime) -> Decision:
    moderates = can_moderate(actor, contribution, now)
    if not moderates:
        return moderates
    if isinstance(contribution, Proposal) and contribution.status is ProposalStatus.ON_BALLOT:
        return deny(_l("Está en votación: nada de lo que está en una boleta cambia hasta que se cuente."))
    return allow_if(contribution.has_text, _l("Esto ya no está a la vista."))


def can_restore(actor: Any, contribution: Contribution, now: datetime) -> Decision:
    moderates = can_moderate(actor, contribution, now)
    if not moderates:
        return moderates
    return allow_if(contribution.visibility is Visibility.HIDDEN, _l("Solo se vuelve a mostrar lo que está oculto."))
