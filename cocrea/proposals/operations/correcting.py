"""Correcting a published answer in public: what it said before stays to be read. See decisions/0017."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.audit.reasons import public_reason
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.operations import note
from cocrea.extensions import db
from cocrea.proposals import policies
from cocrea.proposals.models import Response, ResponseVersion
from cocrea.proposals.operations.responding import Answer


def correct(
    *, actor: Any, response: Response, answer: Answer, reason: str, base: str, now: datetime
) -> ResponseVersion:
    """Publish another text of an answer, with the public reason, as its next version.

    `base`: fingerprint of the answer that the writer began from; `Conflict` when a colleague corrected it meanwhile.
    Its author may ask back anew only when its kind is another.
    """
    lock(response.proposal)
    db.session.refresh(response)
    enforce(policies.can_correct, actor, response, now)
    if response.fingerprint != base:
        raise Conflict(_l("Mientras escribías, alguien de tu institución publicó otra corrección. Compáralas."))
    answer.check()
    answer.check_feeds([response.proposal.cycle])
    why = public_reason(reason, _l("Di por qué se corrige: la razón es pública."))
    old, said = _told(response), answer.columns()
    _change(response, said, now)
    if response.fingerprint == base:
        raise Invalid(_l("Dice lo mismo que la respuesta publicada: cambia algo o déjala como está."), "reasons")
    by = {"response_id": response.id, "number": response.version, "author_id": actor.id, "created_at": now}
    made = add(ResponseVersion(**said, **by, why=why))
    new = {**_told(response), "organisation": response.organisation.slug, "version": response.version}
    note(actor, response.proposal, "proposal.answer_corrected", now, old=old, new=new, reason=why)
    return made


def _change(response: Response, said: dict[str, Any], now: datetime) -> None:
    response.version, response.corrected_at = response.version + 1, now
    if said["kind"] is not response.kind:
        response.kind_version, response.kind_at = response.version, now
    for name, value in said.items():
        setattr(response, name, value)


def _told(response: Response) -> dict[str, Any]:
    """What the history keeps of it."""
    return {"kind": response.kind, "text": response.fingerprint}
