"""The life of an amendment: proposed, accepted, rejected, withdrawn, made a proposal of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.mails import tell
from cocrea.accounts.models import Person
from cocrea.audit.reasons import public_reason
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import DEFAULT_LOCALE, in_language
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import ContributionKind, Visibility
from cocrea.discussion.operations import contribution_fields, note, once, set_visibility
from cocrea.extensions import db
from cocrea.proposals import policies
from cocrea.proposals.models import (
    AMENDMENT_TRANSITIONS,
    Amendment,
    AmendmentStatus,
    Part,
    Proposal,
    ProposalVersion,
)
from cocrea.proposals.operations.pending import refuse_while_pending
from cocrea.proposals.operations.writing import Content, draft, keep_version

LONGEST_WHY = 2000
MOST_UNDECIDED = 5  # of one person to one proposal, so that nobody fills the list
MEANWHILE = _l("El texto de la propuesta cambió mientras tanto. Abajo está como quedó, junto a la enmienda.")


def amend(
    *, actor: Any, proposal: Proposal, part: Part, body: str, why: str, base: int, now: datetime, form_key: str = ""
) -> Amendment:
    """Propose another text for one part, begun from the version `base`. The same `form_key` makes one amendment."""
    enforce(policies.can_amend, actor, proposal, now)
    key = once(actor, form_key)
    known: Amendment | None = db.session.scalar(sa.select(Amendment).filter_by(form_key=key))
    if known is not None:
        return known
    enforce(policies.can_amend, actor, lock(proposal, is_referred_to=True), now)
    version = db.session.get(ProposalVersion, (proposal.id, base))
    if version is None:
        raise Conflict(_l("Esa versión no existe. Vuelve a abrir la página."))
    proposed, reason = _fitting(part, body), text.block(why)
    if proposed in {part.of(version), part.of(proposal)}:
        raise Invalid(_l("Así el texto queda igual: cambia lo que propones cambiar."), "body")
    if not reason or len(reason) > LONGEST_WHY:
        raise Invalid(_l("Escribe entre 1 y %(limit)s caracteres.", limit=LONGEST_WHY), "why")
    if _undecided(actor, proposal) >= MOST_UNDECIDED:
        raise Conflict(
            _l("Ya tienes %(most)s enmiendas sin respuesta en esta propuesta. Espera una.", most=MOST_UNDECIDED)
        )
    fields = contribution_fields(
        actor=actor, kind=ContributionKind.AMENDMENT, cycle=proposal.cycle, now=now, body=proposed
    )
    own = {"proposal_id": proposal.id, "part": part, "base": base, "why": reason, "form_key": key}
    amendment = add(Amendment(**fields, **own))
    new = {"proposal": proposal.reference, "part": part, "version": base, "text": amendment.fingerprint}
    note(actor, amendment, "amendment.proposed", now, new=new)
    for author in proposal.authors:
        _tell(author, _l("Proponen un cambio a tu propuesta"), "amended", amendment)
    return amendment


def accept(
    *, actor: Any, amendment: Amendment, read: int, now: datetime, body: str | None = None, reason: str = ""
) -> ProposalVersion:
    """Make it the next version, which credits who proposed it. `body`: the text with edits, else as it was proposed.

    `read` is the version on which this was decided: `Conflict` where the part says something else now, and where it
    was changed since the amendment was begun and nobody has put both texts together.
    """
    proposal = _lock(amendment)
    enforce(policies.can_accept, actor, amendment, now)
    refuse_while_pending(proposal, now)
    part, present = amendment.part, amendment.part.of(proposal)
    began, seen = (db.session.get(ProposalVersion, (proposal.id, number)) for number in (amendment.base, read))
    if seen is None or part.of(seen) != present or (body is None and part.of(began) != present):
        raise Conflict(MEANWHILE)
    accepted = amendment.body_source if body is None else _fitting(part, body)
    if accepted == present:
        raise Invalid(_l("Así el texto queda igual. Si no la aceptas, recházala y di por qué."), "body")
    before = proposal.fingerprint
    _write(proposal, part, accepted)
    proposal.version += 1
    version = keep_version(actor, proposal, now, reason)
    amendment.result, amendment.with_edits = proposal.version, accepted != amendment.body_source
    _decide(actor, amendment, AmendmentStatus.ACCEPTED, text.plain(reason)[:500], now)
    told = {"version": proposal.version, "text": proposal.fingerprint}
    old = {"version": proposal.version - 1, "text": before}
    note(actor, proposal, "proposal.amended", now, old=old, new={**told, "amendment": amendment.reference})
    edits = {"proposal": proposal.reference, "version": proposal.version, "with_edits": amendment.with_edits}
    note(actor, amendment, "amendment.accepted", now, new={**edits, "text": text.fingerprint(accepted)})
    _tell(amendment.author, _l("Aceptaron tu enmienda"), "amendment_decided", amendment)
    return version


def decline(*, actor: Any, amendment: Amendment, reason: str, now: datetime) -> None:
    """Reject it with a public reason, which its author is told."""
    _lock(amendment)
    enforce(policies.can_decide, actor, amendment, now)
    why = public_reason(
        reason,
        _l("Di por qué la rechazas: la razón es pública."),
        amendment.author.name if amendment.author else "",
    )
    _decide(actor, amendment, AmendmentStatus.REJECTED, why, now)
    new = {"proposal": amendment.proposal.reference, "text": amendment.fingerprint}
    note(actor, amendment, "amendment.rejected", now, new=new, reason=why)
    _tell(amendment.author, _l("No aceptaron tu enmienda"), "amendment_decided", amendment)


def take_back(*, actor: Any, amendment: Amendment, now: datetime) -> None:
    """Withdraw one's own while it is undecided; its page stays, without the text."""
    _lock(amendment)
    enforce(policies.can_take_back, actor, amendment, now)
    new = {"proposal": amendment.proposal.reference, "text": amendment.fingerprint}
    _decide(actor, amendment, AmendmentStatus.WITHDRAWN, "", now)
    set_visibility(amendment, Visibility.WITHDRAWN, reason="", now=now)
    note(actor, amendment, "amendment.withdrawn", now, new=new)


def promote(*, actor: Any, amendment: Amendment, now: datetime) -> Proposal:
    """Begin a proposal of one's own, as a draft, from what was rejected: the text it was begun from, so amended.

    The history tells of it once it is published: until then the draft is its author's alone.
    """
    lock(amendment)
    enforce(policies.can_promote, actor, amendment, now)
    origin = amendment.proposal
    version = db.session.get_one(ProposalVersion, (origin.id, amendment.base))
    said = {part.value: amendment.body_source if part is amendment.part else part.of(version) for part in Part}
    if amendment.part is not Part.TITLE:
        with in_language(DEFAULT_LOCALE):  # that of the proposal, not of who happens to read in another
            said["title"] = text.plain(str(_l("Otra forma: %(title)s", title=said["title"])))[: Part.TITLE.longest]
    made = draft(
        actor=actor,
        cycle=origin.cycle,
        content=Content(**said, targets=tuple(origin.codes), causes=tuple(origin.causes)),
        problems=[problem for problem in origin.problems if problem.is_public],
        form_key=f"promotion {amendment.reference}",
        now=now,
    )
    amendment.promoted_id = made.id
    return made


def _lock(amendment: Amendment) -> Proposal:
    """The proposal first, as whoever changes its text does; both are read afresh."""
    proposal = lock(amendment.proposal)
    lock(amendment)
    return proposal


def _decide(actor: Any, amendment: Amendment, status: AmendmentStatus, reason: str, now: datetime) -> None:
    if status not in AMENDMENT_TRANSITIONS[amendment.status]:
        raise Conflict(_l("Esta enmienda ya no espera respuesta."))
    amendment.status, amendment.status_reason = status, reason
    amendment.decided_at, amendment.decided_by_id = now, actor.id


def _fitting(part: Part, body: str) -> str:
    """The text cleaned as its part is, or `Invalid`."""
    cleaned = text.plain(body) if part is Part.TITLE else text.block(body)
    if part.is_required and not cleaned:
        raise Invalid(_l("Este dato hace falta."), "body")
    if len(cleaned) > part.longest:
        raise Invalid(_l("Escribe como máximo %(limit)s caracteres.", limit=part.longest), "body")
    return cleaned


def _write(proposal: Proposal, part: Part, said: str) -> None:
    if part is Part.BODY:
        proposal.body_source, proposal.body_html = said, text.to_html(said)
    else:
        setattr(proposal, part.value, said)


def _undecided(actor: Any, proposal: Proposal) -> int:
    own = sa.select(sa.func.count()).select_from(Amendment).where(Amendment.author_id == actor.id)
    waiting = Amendment.proposal_id == proposal.id, Amendment.status == AmendmentStatus.EVALUATING
    return db.session.scalar(own.where(*waiting)) or 0


def _tell(person: Person | None, subject: Any, template: str, amendment: Amendment) -> None:
    """By e-mail, to who still takes part."""
    if person is not None and person.is_active:
        tell(person, subject, f"proposals/{template}", amendment=amendment, proposal=amendment.proposal)
