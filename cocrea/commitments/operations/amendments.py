"""Amending what both parties signed: one proposes and signs with its reason, the other signs or declines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.operations import prove_again
from cocrea.audit.operations import record
from cocrea.commitments import amending, policies, queries, roadmap, texts
from cocrea.commitments.amending import Changes
from cocrea.commitments.models import AmendmentState, Commitment, CommitmentAmendment, Party
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db


def propose_amendment(
    *,
    actor: Any,
    commitment: Commitment,
    party: Party,
    changes: Changes,
    reason: str,
    base: str,
    now: datetime,
    code: str = "",
) -> CommitmentAmendment:
    """Propose and sign for a party an amendment of the text in force, whose fingerprint is `base`.

    One waits at a time, so that both always sign the same whole text. `code` as in `sign`. Raises `Conflict` when the
    text in force is another by now or another amendment waits.
    """
    enforce(policies.can_amend, actor, (lock(commitment), party), now)
    before = amending.in_force(commitment)
    if base != texts.fingerprint(before):
        raise Conflict(_l("El texto vigente cambió después de que abriste esta página. Léelo de nuevo."))
    number, why = _next_number(commitment), _reason(reason)
    after = amending.amended(before, roadmap.references(commitment), changes)
    prove_again(actor=actor, code=code, now=now)
    amendment = add(
        CommitmentAmendment(
            commitment_id=commitment.id,
            number=number,
            party=party,
            reason=why,
            before=before,
            text=after,
            fingerprint=texts.fingerprint(after),
            proposed_by_id=actor.id,
            proposed_at=now,
        )
    )
    new = {"number": amendment.number, "party": party, "fingerprint": amendment.fingerprint}
    _note(actor, amendment, "commitment.amendment_proposed", now, old={"fingerprint": base}, new=new, reason=why)
    return amendment


def _next_number(commitment: Commitment) -> int:
    """The number of an amendment to be; `Conflict` while another waits."""
    earlier = queries.amendments(commitment)
    if any(amendment.is_open for amendment in earlier):
        raise Conflict(
            _l("Ya hay una enmienda que espera respuesta. Cuando se conteste o se retire, propón la otra.")
        )
    return len(earlier) + 1


def adopt_amendment(
    *, actor: Any, amendment: CommitmentAmendment, base: str, now: datetime, code: str = ""
) -> CommitmentAmendment:
    """Sign it for the other party: its text is in force from now on. `base`: the fingerprint that was read."""
    _lock(amendment)
    enforce(policies.can_answer_amendment, actor, amendment, now)
    if base != amendment.fingerprint:
        raise Conflict(_l("Leíste otro texto que el de esta enmienda. Léelo de nuevo antes de firmar."))
    prove_again(actor=actor, code=code, now=now)
    commitment = amendment.commitment
    _answer(actor, amendment, AmendmentState.ADOPTED, now)
    roadmap.reschedule(commitment, amending.moved(roadmap.references(commitment), amendment))
    old = {"fingerprint": texts.fingerprint(amendment.before)}
    new = {"number": amendment.number, "party": amendment.other_party, "fingerprint": amendment.fingerprint}
    _note(actor, amendment, "commitment.amended", now, old=old, new=new, reason=amendment.reason)
    return amendment


def decline_amendment(
    *, actor: Any, amendment: CommitmentAmendment, reason: str, now: datetime
) -> CommitmentAmendment:
    """Refuse it for the other party, with a reason that is public; the text in force stays."""
    _lock(amendment)
    enforce(policies.can_answer_amendment, actor, amendment, now)
    amendment.answer_reason = _reason(reason)
    _answer(actor, amendment, AmendmentState.DECLINED, now)
    new = {"number": amendment.number, "party": amendment.other_party}
    _note(actor, amendment, "commitment.amendment_declined", now, new=new, reason=amendment.answer_reason)
    return amendment


def withdraw_amendment(*, actor: Any, amendment: CommitmentAmendment, now: datetime) -> CommitmentAmendment:
    """Take it back for the party that proposed it; it stays to be read."""
    _lock(amendment)
    enforce(policies.can_withdraw_amendment, actor, amendment, now)
    _answer(actor, amendment, AmendmentState.WITHDRAWN, now)
    new = {"number": amendment.number, "party": amendment.party}
    _note(actor, amendment, "commitment.amendment_withdrawn", now, new=new)
    return amendment


def _lock(amendment: CommitmentAmendment) -> None:
    """Whoever answers holds the commitment: two answers, or an answer and a withdrawal, come one after the other."""
    lock(amendment.commitment)
    db.session.refresh(amendment)


def _answer(actor: Any, amendment: CommitmentAmendment, state: AmendmentState, now: datetime) -> None:
    amendment.state, amendment.answered_by_id, amendment.answered_at = state, actor.id, now
    db.session.flush()


def _reason(said: str) -> str:
    reason = text.block(said)
    if not reason:
        raise Invalid(_l("Escribe la razón: es pública y queda junto al texto firmado."), "reason")
    return reason


def _note(actor: Any, amendment: CommitmentAmendment, action: str, now: datetime, **details: Any) -> None:
    commitment = amendment.commitment
    record(
        actor=actor,
        action=action,
        subject=commitment.reference,
        scope=f"cycle:{commitment.cycle_id}",
        now=now,
        subject_id=commitment.id,
        **details,
    )
