"""Who reports progress, who verifies it, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.commitments.models import Commitment, Party
from cocrea.commitments.policies import can_see, represents
from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action
from cocrea.cycles.policies import can_contribute, can_facilitate
from cocrea.extensions import db
from cocrea.followup.models import TRANSITIONS, Activity, ActivityStatus, EvidenceOffer, KeyAction


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


def can_see_work(actor: Any, _subject: Any, _now: datetime) -> Decision:
    """The list of what an institution has to report is of those who report."""
    return allow_if(
        actor.organisation_ids(Role.OFFICIAL),
        _l("Esta lista es de las personas servidoras públicas que reportan en nombre de una institución."),
    )


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


def can_offer(actor: Any, activity: Activity, now: datetime) -> Decision:
    """Offer evidence: anybody who may comment, but not who adds it themselves, until it is verified."""
    if activity.status is ActivityStatus.VERIFIED:
        return deny(_l("La contraparte ya verificó esta actividad: no recibe más evidencia."))
    if answers_for(actor, activity):
        return deny(_l("Tu institución responde por esta actividad: agrega tú la evidencia."))
    return _in_force(actor, activity.key_action.commitment, Action.COMMENT, now)


def can_decide_offer(actor: Any, offer: EvidenceOffer, now: datetime) -> Decision:
    """Accept or decline, once: the facilitation, but nobody their own, nor who answers for the activity."""
    decision = can_facilitate(actor, offer.activity.key_action.commitment.cycle, now)
    if not decision:
        return decision
    if offer.decided_at is not None:
        return deny(_l("Esta evidencia ya se revisó."))
    return allow_if(
        offer.author_id != actor.id and not answers_for(actor, offer.activity),
        _l(
            "Otra persona de la facilitación revisa esto: tú lo ofreciste o tu institución responde por la actividad."
        ),
    )


def can_accept_offer(actor: Any, offer: EvidenceOffer, now: datetime) -> Decision:
    """What is verified does not change any more: then it can only be declined."""
    if offer.activity.status is ActivityStatus.VERIFIED:
        return deny(_l("La contraparte ya verificó esta actividad: no recibe más evidencia."))
    return can_decide_offer(actor, offer, now)


def can_report_whole(actor: Any, commitment: Commitment, now: datetime) -> Decision:
    """Publish or correct a report of the whole commitment: officials of the lead, while progress is reported."""
    if not represents(actor, commitment, Party.LEAD):
        return deny(_l("Los informes del compromiso los publica su institución responsable."))
    return _in_force(actor, commitment, Action.REPORT_PROGRESS, now)


def organisations_of(actor: Any) -> set[int]:
    """The organisations to which this person belongs: their own, and those for which they hold a role."""
    held: set[int] = actor.organisation_ids(Role.OFFICIAL) | actor.organisation_ids(Role.COUNTERPART)
    return held | ({actor.organisation_id} if actor.organisation_id else set())


def is_party(actor: Any, commitment: Commitment) -> bool:
    """Whether this person belongs to whoever must fulfil the commitment or a part of it, or verifies or shares it."""
    own = organisations_of(actor)
    partners = {partner.organisation_id for partner in commitment.partners}
    if own & {commitment.lead_id, commitment.counterpart_id, *partners}:
        return True
    return bool(own and db.session.scalar(sa.select(answers_in(commitment.id, own))))


def answers_in(commitment_id: Any, organisations: set[int]) -> sa.ColumnElement[bool]:
    """Whether any of these answers for an activity of a commitment, as a condition."""
    return (
        sa.exists()
        .where(KeyAction.commitment_id == commitment_id, Activity.key_action_id == KeyAction.id)
        .where(Activity.responsible_id.in_(organisations))
    )


def can_assess(actor: Any, commitment: Commitment, now: datetime) -> Decision:
    """Code a signed commitment: who evaluates its cycle, and is of none of the organisations that it names."""
    if not actor.holds(Role.EVALUATOR, commitment.cycle):
        return deny(_l("Evalúa quien tiene la función de evaluación independiente en este ciclo."))
    if is_party(actor, commitment):
        return deny(_l("Tu organización es parte de este compromiso: lo evalúa alguien que no lo sea."))
    return _in_force(actor, commitment, Action.ASSESS, now)


def _in_force(actor: Any, commitment: Commitment, action: Action, now: datetime) -> Decision:
    if not commitment.is_signed or not commitment.is_public:
        return deny(_l("El seguimiento empieza cuando las dos partes firmaron el compromiso."))
    return can_contribute(actor, commitment.cycle, action, now)
