"""Who reports progress, who verifies it, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.models import Role
from cocrea.commitments.models import Commitment, Party
from cocrea.commitments.policies import can_see, represents
from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action
from cocrea.cycles.policies import can_contribute
from cocrea.followup.models import TRANSITIONS, Activity, ActivityStatus


def answers_for(actor: Any, activity: Activity) -> bool:
    """An official of the lead, or of the institution that answers for this activity."""
    commitment = activity.key_action.commitment
    return represents(actor, commitment, Party.LEAD) or bool(actor.holds(Role.OFFICIAL, activity.responsible))


def can_read(actor: Any, activity: Activity, now: datetime) -> Decision:
    return can_see(actor, activity.key_action.commitment, now)


def can_report(actor: Any, activity: Activity, now: datetime) -> Decision:
    """Move the status or add evidence: officials, once both have signed, until the counterpart has verified."""
    commitment = activity.key_action.commitment
    if not answers_for(actor, activity):
        return deny(_l("Reporta avances la institución responsable del compromiso o de la actividad."))
    if activity.status is ActivityStatus.VERIFIED:
        return deny(_l("La contraparte ya verificó esta actividad: no cambia más."))
    return _in_force(actor, commitment, Action.REPORT_PROGRESS, now)


def can_move(activity: Activity, status: ActivityStatus) -> Decision:
    """Whether the table of transitions lets an official take this step."""
    return allow_if(
        status in TRANSITIONS[activity.status],
        _l("De «%(old)s» no se pasa a «%(new)s».", old=activity.status.label, new=status.label),
    )


def can_verify(actor: Any, activity: Activity, now: datetime) -> Decision:
    """Verify or dispute what is reported as complete: the counterpart alone, and never whoever reports."""
    commitment = activity.key_action.commitment
    if not represents(actor, commitment, Party.COUNTERPART):
        return deny(_l("Solo la contraparte de sociedad civil verifica u objeta."))
    if answers_for(actor, activity):
        return deny(_l("Quien reporta un avance no puede verificarlo."))
    if activity.status is not ActivityStatus.COMPLETE:
        return deny(_l("Se verifica lo que la institución reporta como completo."))
    return _in_force(actor, commitment, Action.VERIFY, now)


def _in_force(actor: Any, commitment: Commitment, action: Action, now: datetime) -> Decision:
    if not commitment.is_signed or not commitment.is_public:
        return deny(_l("El seguimiento empieza cuando las dos partes firmaron el compromiso."))
    return can_contribute(actor, commitment.cycle, action, now)
