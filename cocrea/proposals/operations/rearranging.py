"""Merging proposals and splitting one: drafted by the facilitation, up to their authors or a recorded decision.

Rows are locked in one order everywhere: the person who acts, the proposals by id, the rearrangement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.mails import tell
from cocrea.audit.reasons import public_reason
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.operations import once
from cocrea.extensions import db
from cocrea.proposals import policies, queries
from cocrea.proposals.models import (
    PENDING,
    REARRANGEMENT_TRANSITIONS,
    Part,
    Proposal,
    Rearrangement,
    RearrangementAnswer,
    RearrangementKind,
    RearrangementSource,
    RearrangementState,
    RearrangementText,
)
from cocrea.proposals.operations.taking_effect import take_effect, undo_effect
from cocrea.proposals.operations.writing import Content
from cocrea.tables.models import Agreement

MOST_MERGED, MOST_PARTS, LONGEST_WAIT = 10, 5, 30
WHY = _l("Explica por qué: la razón es pública.")
MEANWHILE = _l(
    "Mientras escribías cambió el texto de una de ellas. Está abajo como quedó; revísalo y vuelve a enviar."
)
SUBJECTS = {
    RearrangementState.CONSENTED: _l("Ya todas las personas están de acuerdo"),
    RearrangementState.DONE: _l("Quedó hecho lo que propusiste a sus autores"),
    RearrangementState.REFUSED: _l("No aceptaron juntar o dividir las propuestas"),
    RearrangementState.LAPSED: _l("Venció el plazo para juntar o dividir las propuestas"),
    RearrangementState.CANCELLED: _l("Ya no se van a juntar o dividir las propuestas"),
}


@dataclass(frozen=True)
class Plan:
    """What the facilitation drafted: from which proposals, into which texts, and why.

    `read`: the `reading` of the sources that it was drafted from. With `agreement` nobody is asked any more, otherwise
    their authors have so many `days`.
    """

    kind: RearrangementKind
    proposals: Sequence[Proposal]
    texts: Sequence[Content]
    reason: str
    read: str
    days: int = 10
    agreement: Agreement | None = None
    form_key: str = ""


def reading(proposals: Sequence[Proposal]) -> str:
    """Of all that some proposals say and are tied to, in whatever order."""
    return text.fingerprint(*sorted(f"{one.reference} {one.edition}" for one in proposals))


def unasked(proposals: Sequence[Proposal]) -> list[str]:
    """Those (references) that nobody can consent for, as nobody who wrote them has an account of their own."""
    asked = [one for one in proposals if any(person.registered_by_id is None for person in one.authors)]
    return [one.reference for one in proposals if one not in asked]


def propose(*, actor: Any, plan: Plan, now: datetime) -> Rearrangement:
    """Ask the authors whether they agree, or do it at once where a recorded decision is named. The same form sent twice
    makes one. `Conflict` where a source changed since it was read, or is part of another that is under way."""
    _check(plan)
    key = once(actor, plan.form_key)
    known: Rearrangement | None = db.session.scalar(sa.select(Rearrangement).filter_by(form_key=key))
    if known is not None:
        return known
    sources = _lock(plan.proposals)
    for source in sources:
        enforce(policies.can_rearrange, actor, source, now)
    if plan.read != reading(sources):
        raise Conflict(MEANWHILE)
    _refuse_taken(sources, now)
    if plan.agreement is None and (orphans := unasked(sources)):
        told = _l("No hay a quién preguntar por %(ones)s: nombra la decisión registrada.", ones=", ".join(orphans))
        raise Invalid(told, "agreement")
    made = _begin(actor, plan, sources, key, now)
    if plan.agreement is not None:
        _decide_by(made, plan.agreement)
        _take_effect(made, actor, now)
        return made
    for person in made.asked:
        tell(person, _l("Te piden tu consentimiento sobre una propuesta tuya"), "proposals/consent_asked", asked=made)
    return made


def answer(*, actor: Any, rearrangement: Rearrangement, consents: bool, reason: str, now: datetime) -> None:
    """One of the authors agrees, or refuses with a reason, which ends it. When the last one agrees it takes effect;
    where something hinders that, the facilitation is told and concludes it later."""
    _lock_all(rearrangement)
    enforce(policies.can_answer, actor, rearrangement, now)
    why = text.plain(reason)[:500]
    if not consents and not why:
        raise Invalid(_l("Di por qué no: lo leen la facilitación y las otras personas autoras."), "reason")
    _keep_answer(actor, rearrangement, consents, why, now)
    if not consents:
        _end(rearrangement, RearrangementState.REFUSED, why, now)
    elif not rearrangement.awaited:
        if rearrangement.state is RearrangementState.PROPOSED:
            _move(rearrangement, RearrangementState.CONSENTED)
        if policies.can_take_effect(rearrangement, now):
            _take_effect(rearrangement, rearrangement.drafted_by, now)  # who answered when is not public
        else:
            _tell(rearrangement, [rearrangement.drafted_by])


def conclude(*, actor: Any, rearrangement: Rearrangement, now: datetime, agreement: Agreement | None = None) -> None:
    """Let it take effect once nobody's consent is missing, or by a recorded decision of a table or forum."""
    _lock_all(rearrangement)
    enforce(policies.can_conclude, actor, rearrangement, now)
    if agreement is not None:
        _decide_by(rearrangement, agreement)
    elif rearrangement.awaited:
        raise Invalid(_l("Falta el consentimiento de alguien. Espera, o nombra la decisión registrada."), "agreement")
    elif not rearrangement.asked:
        raise Invalid(_l("Ya no hay a quién preguntar: nombra la decisión registrada."), "agreement")
    hindered = policies.can_take_effect(rearrangement, now)
    if not hindered:
        raise Conflict(hindered.reason)
    _take_effect(rearrangement, actor, now)


def cancel(*, actor: Any, rearrangement: Rearrangement, reason: str, now: datetime) -> None:
    """The facilitation gives it up; those who were asked are told why."""
    _lock_all(rearrangement)
    enforce(policies.can_cancel, actor, rearrangement, now)
    _end(rearrangement, RearrangementState.CANCELLED, public_reason(reason, WHY), now)


def undo(*, actor: Any, rearrangement: Rearrangement, reason: str, now: datetime) -> None:
    """Bring the sources back as they were, with their own supports; what had come of them leaves a tombstone."""
    _lock_all(rearrangement)
    enforce(policies.can_undo, actor, rearrangement, now)
    if any(queries.responses_to(rearrangement.made).values()):
        raise Conflict(_l("Una institución ya respondió a lo que resultó: no se puede deshacer."))
    why = public_reason(reason, WHY)
    undo_effect(actor, rearrangement, why, now)
    _move(rearrangement, RearrangementState.UNDONE)
    rearrangement.ended_reason = why


def lapse_due(*, now: datetime) -> int:
    """End what nobody concluded in its time, and tell whom it concerned. How many there were."""
    due = queries.overdue(now)
    _lock(list({proposal for rearrangement in due for proposal in rearrangement.proposals}))
    for rearrangement in due:
        if lock(rearrangement).state in PENDING:
            _end(rearrangement, RearrangementState.LAPSED, "", now)
    return len(due)


def settle_consented(*, now: datetime) -> int:
    """Where whoever had not answered left, nobody's consent is missing: the facilitation is told, to conclude it. How
    many there were."""
    found = [one for one in queries.under_way(now) if one.asked and not one.awaited]
    _lock(list({proposal for rearrangement in found for proposal in rearrangement.proposals}))
    for rearrangement in found:
        if lock(rearrangement).state is RearrangementState.PROPOSED:
            _move(rearrangement, RearrangementState.CONSENTED)
            _tell(rearrangement, [rearrangement.drafted_by])
    return len(found)


def _check(plan: Plan) -> None:
    """That it is a merge of several of one cycle, or a split of one, in time and with whole texts."""
    of_merge = plan.kind is RearrangementKind.MERGE
    if (
        len({one.id for one in plan.proposals}) != len(plan.proposals)
        or len({one.cycle_id for one in plan.proposals}) != 1
    ):
        raise Invalid(_l("Elige propuestas distintas del mismo ciclo."))
    if of_merge and not 2 <= len(plan.proposals) <= MOST_MERGED:
        raise Invalid(_l("Elige de 2 a %(most)s propuestas.", most=MOST_MERGED))
    if not of_merge and not 2 <= len(plan.texts) <= MOST_PARTS:
        raise Invalid(_l("Divídela en 2 partes como mínimo y %(most)s como máximo.", most=MOST_PARTS), "title_2")
    if not 1 <= plan.days <= LONGEST_WAIT:
        raise Invalid(_l("Da entre 1 y %(most)s días.", most=LONGEST_WAIT), "days")
    for place, content in enumerate(plan.texts, start=1):
        for field in ("title", "body"):
            if not text.plain(getattr(content, field)):
                raise Invalid(_l("Este dato hace falta."), f"{field}_{place}")
    public_reason(plan.reason, WHY)


def _lock(proposals: Sequence[Proposal]) -> list[Proposal]:
    """In the one order; who supports one of them waits for its row."""
    return [lock(one, is_referred_to=True) for one in sorted(proposals, key=lambda one: one.id)]


def _lock_all(rearrangement: Rearrangement) -> None:
    _lock([*rearrangement.proposals, *rearrangement.made])
    lock(rearrangement)
    db.session.expire(rearrangement, ["answers", "texts", "sources"])


def _refuse_taken(sources: Sequence[Proposal], now: datetime) -> None:
    """That none is part of another that is under way; one whose time is over ends here."""
    for rearrangement in queries.overdue(now, of=sources):
        _end(rearrangement, RearrangementState.LAPSED, "", now)
    if taken := queries.pending_of(sources, now):
        ones = ", ".join(taken)
        raise Conflict(_l("Ya se propuso fusionar o dividir %(ones)s. Espera a que se resuelva.", ones=ones))


def _begin(actor: Any, plan: Plan, sources: Sequence[Proposal], key: str, now: datetime) -> Rearrangement:
    made = add(
        Rearrangement(
            cycle_id=sources[0].cycle_id,
            kind=plan.kind,
            state=RearrangementState.PROPOSED,
            reason=public_reason(plan.reason, WHY),
            drafted_by_id=actor.id,
            proposed_at=now,
            due_at=now + timedelta(days=plan.days),
            form_key=key,
        )
    )
    for source in sources:
        add(RearrangementSource(rearrangement_id=made.id, proposal_id=source.id, is_open=True))
    for place, content in enumerate(plan.texts, start=1):
        add(RearrangementText(rearrangement_id=made.id, position=place, **_kept(content)))
    return made


def _kept(content: Content) -> dict[str, str]:
    plain = {part: text.block(getattr(content, part.value)) for part in Part if part is not Part.TITLE}
    named = {"body_source" if part is Part.BODY else part.value: said for part, said in plain.items()}
    return {**named, "title": text.plain(content.title)}


def _decide_by(rearrangement: Rearrangement, agreement: Agreement) -> None:
    """Name the decision; it must be one that a table or forum adopted in the same cycle."""
    if agreement not in queries.decisions(rearrangement.cycle):
        raise Invalid(_l("Elige un acuerdo adoptado en este ciclo."), "agreement")
    rearrangement.agreement = agreement


def _keep_answer(actor: Any, rearrangement: Rearrangement, consents: bool, reason: str, now: datetime) -> None:
    own = next((found for found in rearrangement.answers if found.person_id == actor.id), None)
    if own is None:
        own = RearrangementAnswer(rearrangement_id=rearrangement.id, person_id=actor.id)
        rearrangement.answers.append(own)
    own.consents, own.reason, own.answered_at = consents, reason, now
    db.session.flush()


def _take_effect(rearrangement: Rearrangement, actor: Any, now: datetime) -> None:
    take_effect(rearrangement, actor, now)
    _move(rearrangement, RearrangementState.DONE)
    rearrangement.ended_at = now
    _tell(rearrangement, [rearrangement.drafted_by])


def _end(rearrangement: Rearrangement, state: RearrangementState, reason: str, now: datetime) -> None:
    """Without effect; all whom it concerned are told."""
    _move(rearrangement, state)
    rearrangement.ended_at, rearrangement.ended_reason = now, reason
    _tell(rearrangement, dict.fromkeys([*rearrangement.authors, rearrangement.drafted_by]))


def _move(rearrangement: Rearrangement, state: RearrangementState) -> None:
    if state not in REARRANGEMENT_TRANSITIONS[rearrangement.state]:
        raise Conflict(_l("Esto ya se resolvió de otra manera. Vuelve a abrir la página."))
    rearrangement.state = state
    for source in rearrangement.sources:
        source.is_open = state in PENDING
    db.session.flush()


def _tell(rearrangement: Rearrangement, people: Any) -> None:
    subject = SUBJECTS[rearrangement.state]
    for person in people:
        if person.is_active:
            tell(person, subject, "proposals/rearrangement_ended", one=rearrangement)
