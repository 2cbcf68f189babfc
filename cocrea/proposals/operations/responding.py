"""The reasoned answers of institutions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.models import Organisation
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.operations import note
from cocrea.extensions import db
from cocrea.proposals import policies, queries
from cocrea.proposals.models import (
    Proposal,
    Response,
    ResponseKind,
)


def respond(
    *, actor: Any, proposal: Proposal, organisation: Organisation, kind: ResponseKind, reasons: str, now: datetime
) -> Response:
    """Publish the reasoned answer of an institution that the proposal was put before; one per institution."""
    enforce(policies.can_respond, actor, (lock(proposal), organisation), now)
    if not any(found.organisation_id == organisation.id for found in queries.routings(proposal)):
        raise Denied(_l("La facilitación no ha turnado esta propuesta a tu institución."))
    source = text.block(reasons)
    if not source:
        raise Invalid(_l("Una respuesta siempre lleva sus razones."), "reasons")
    if any(answer.organisation_id == organisation.id for answer in _answers(proposal)):
        raise Conflict(_l("Tu institución ya respondió a esta propuesta."))
    answer = add(
        Response(
            proposal_id=proposal.id,
            organisation_id=organisation.id,
            kind=kind,
            reasons_source=source,
            reasons_html=text.to_html(source),
            author_id=actor.id,
            created_at=now,
            published_at=now,
        )
    )
    new = {"kind": kind, "organisation": organisation.slug, "text": text.fingerprint(source)}
    note(actor, proposal, "proposal.answered", now, new=new)
    return answer


def _answers(proposal: Proposal) -> list[Response]:
    return list(db.session.scalars(db.select(Response).filter_by(proposal_id=proposal.id)))
