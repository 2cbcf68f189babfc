"""Evidence that was offered, for whoever offered it and for the facilitation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from cocrea.core import clock
from cocrea.core.errors import NotFound
from cocrea.cycles.policies import can_facilitate
from cocrea.extensions import db
from cocrea.followup.models import Activity, EvidenceOffer
from cocrea.followup.queries.roadmap import visible_activity


def offers(actor: Any, activity: Activity, now: datetime) -> Sequence[EvidenceOffer]:
    """What waits, for the facilitation, and what this person offered, however it ended; the oldest first."""
    if not actor.is_authenticated:
        return []
    seen = EvidenceOffer.author_id == actor.id
    if can_facilitate(actor, activity.key_action.commitment.cycle, now):
        seen |= EvidenceOffer.decided_at.is_(None)
    statement = sa.select(EvidenceOffer).where(EvidenceOffer.activity_id == activity.id, seen)
    found = db.session.scalars(statement.options(joinedload(EvidenceOffer.author)).order_by(EvidenceOffer.id)).all()
    for offer in found:
        set_committed_value(offer, "activity", activity)
    return found


def visible_offer(actor: Any, reference: str, offer_id: int) -> EvidenceOffer:
    """One that this person offered, or that waits for them as facilitation; raises `NotFound`."""
    activity = visible_activity(actor, reference)
    offer = db.session.scalar(sa.select(EvidenceOffer).filter_by(id=offer_id, activity_id=activity.id))
    if offer is None:
        raise NotFound
    set_committed_value(offer, "activity", activity)
    if offer.author_id != actor.id and not can_facilitate(actor, activity.key_action.commitment.cycle, clock.now()):
        raise NotFound
    return offer


def offered_file(actor: Any, reference: str, offer_id: int) -> EvidenceOffer:
    """The same, where it is a file."""
    offer = visible_offer(actor, reference, offer_id)
    if offer.file is None:
        raise NotFound
    return offer
