"""Recording that the forum backs a text, which its own decision names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.commitments import policies, queries, texts
from cocrea.commitments.models import Commitment, ForumEndorsement
from cocrea.commitments.operations.drafting import note
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.tables.models import Agreement


def endorse(*, actor: Any, commitment: Commitment, decision: str, now: datetime) -> ForumEndorsement:
    """Record that the forum backs the present text, by the agreement or vote with the reference `decision`.

    `Invalid` where that does not name this text: see `queries.endorsing_decisions`.
    """
    db.session.refresh(lock(commitment), ["endorsement"])
    enforce(policies.can_endorse, actor, commitment, now)
    fingerprint = texts.fingerprint(texts.current(commitment))
    found = {one.reference: one for one in queries.endorsing_decisions(commitment, fingerprint)}
    if decision not in found:
        raise Invalid(_l("Esa decisión del foro no nombra este compromiso con la huella de su texto."), "decision")
    by = found[decision]
    column = "agreement_id" if isinstance(by, Agreement) else "contest_id"
    row = add(
        ForumEndorsement(
            commitment_id=commitment.id,
            fingerprint=fingerprint,
            recorded_by_id=actor.id,
            recorded_at=now,
            **{column: by.id},
        )
    )
    db.session.refresh(commitment, ["endorsement"])
    note(actor, commitment, "commitment.endorsed", now, new={"decision": decision, "fingerprint": fingerprint})
    return row
