"""Evidence that anybody offers: the facilitation, which neither reports nor verifies, decides whether it shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.mails import tell
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.followup import policies
from cocrea.followup.models import Activity, Evidence, EvidenceOffer
from cocrea.followup.operations import proofs

WAITING_LIMIT = 5  # of one person for one activity


def offer_evidence(
    *, actor: Any, activity: Activity, title: str, now: datetime, url: str = "", upload: Any = None
) -> EvidenceOffer:
    """Hand the facilitation a web address or a file. What the activity has, or waits for, is a `Conflict`."""
    enforce(policies.can_offer, actor, lock(activity), now)
    proof = proofs.read(title, url, upload, now)
    waiting = _waiting(activity)
    if proofs.known(activity, proof.digest):
        raise Conflict(_l("Esta evidencia ya está en la actividad."))
    if any(each.digest == proof.digest for each in waiting):
        raise Conflict(_l("Esta misma evidencia ya espera que la facilitación la revise."))
    if sum(each.author_id == actor.id for each in waiting) >= WAITING_LIMIT:
        raise Conflict(
            _l("Ya ofreciste %(limit)s para esta actividad: espera a que se revisen.", limit=WAITING_LIMIT)
        )
    return add(
        EvidenceOffer(
            activity_id=activity.id,
            digest=proof.digest,
            title=proof.title,
            url=proof.url,
            file_id=proof.file.id if proof.file else None,
            author_id=actor.id,
            created_at=now,
        )
    )


def accept_offer(*, actor: Any, offer: EvidenceOffer, now: datetime) -> Evidence:
    """Show it among the evidence, as given by whoever offered it; what is there already is not added again."""
    activity = lock(offer.activity)
    enforce(policies.can_accept_offer, actor, lock(offer), now)
    offer.decided_at, offer.decided_by_id = now, actor.id
    _tell(offer)
    known = proofs.known(activity, offer.digest)
    return known or proofs.add_to(activity, proofs.of_offer(offer), author=offer.author, by=actor, now=now)


def decline_offer(*, actor: Any, offer: EvidenceOffer, reason: str, now: datetime) -> EvidenceOffer:
    """Say why it does not show, to whoever offered it; the history tells that one was declined, and not whose."""
    activity = lock(offer.activity)
    enforce(policies.can_decide_offer, actor, lock(offer), now)
    why = text.plain(reason)
    if not why:
        raise Invalid(_l("Di por qué no se muestra: lo leerá quien la ofreció."), "reason")
    offer.decided_at, offer.decided_by_id, offer.declined_because = now, actor.id, why
    proofs.note(actor, activity, "activity.offer_declined", now)
    _tell(offer)
    return offer


def _tell(offer: EvidenceOffer) -> None:
    """Write to whoever offered it what was decided; nobody else learns that it was theirs."""
    tell(offer.author, _l("Ya se decidió sobre la evidencia que ofreciste"), "followup/offer_decided", offer=offer)


def _waiting(activity: Activity) -> list[EvidenceOffer]:
    statement = sa.select(EvidenceOffer).where(
        EvidenceOffer.activity_id == activity.id, EvidenceOffer.decided_at.is_(None)
    )
    return list(db.session.scalars(statement))
