"""The life of a commitment: drafted, written in sections, signed by both parties."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.mails import tell
from cocrea.accounts.models import Organisation, Role
from cocrea.accounts.operations import prove_again
from cocrea.audit.operations import record
from cocrea.commitments import checks, policies, queries, roadmap, sections, texts
from cocrea.commitments.content import apply
from cocrea.commitments.models import (
    ActionPlan,
    Commitment,
    CommitmentVersion,
    ForumEndorsement,
    Origin,
    Party,
    Signature,
)
from cocrea.commitments.operations.turns import refuse_while_busy, release_turn
from cocrea.commitments.sections import Section
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import is_facilitator
from cocrea.discussion.models import ContributionKind
from cocrea.discussion.operations import contribution_fields
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, ProposalStatus
from cocrea.proposals.operations import move
from cocrea.tables.rules import commitment_limit

NEW = "borrador"
IMPORTED = "Vino en un archivo que trajo la facilitación"  # kept as data: the byline of who wrote it elsewhere


def draft_from_proposal(
    *, actor: Any, proposal: Proposal, now: datetime, lead: Organisation | None = None
) -> Commitment:
    """Begin the commitment that takes up a selected proposal; its text is where the drafting starts.

    Officials begin it with their own institution as `lead`; the facilitation may name it later.
    """
    enforce(policies.can_draft_from, actor, lock(proposal), now)
    if not is_facilitator(actor, proposal.cycle) and not (lead and actor.holds(Role.OFFICIAL, lead)):
        raise Invalid(_l("Elige tu institución: es la que responderá."), "lead")
    _refuse_beyond_limit(proposal)
    commitment = _draft(
        actor,
        proposal.cycle,
        now,
        title=proposal.title,
        body=proposal.body_source,
        form_key=secrets.token_hex(16),
        origin=Origin.COCREATED,
        proposal_id=proposal.id,
        lead_id=lead.id if lead else None,
        problem=_problems_of(proposal),
    )
    status = ProposalStatus.COMMITTED
    move(actor=actor, proposal=proposal, status=status, reason=commitment.reference, now=now)
    return commitment


def _refuse_beyond_limit(proposal: Proposal) -> None:
    """A table proposes few commitments: those that come of it are counted one after another."""
    if proposal.table is None:
        return
    most = commitment_limit(lock(proposal.table, is_referred_to=True))
    if queries.commitments_from(proposal.table) >= most:
        raise Conflict(
            _l(
                "La mesa de esta propuesta ya llegó a su límite de compromisos: %(most)s. La facilitación de la mesa "
                "puede cambiarlo, con su razón.",
                most=most,
            )
        )


def draft_proactive(
    *, actor: Any, cycle: Cycle, lead: Organisation, title: str, problem: str, now: datetime, form_key: str = ""
) -> Commitment:
    """Begin a commitment that an institution offers by itself. The same form sent twice begins one."""
    enforce(policies.can_propose, actor, cycle, now)
    if not actor.holds(Role.OFFICIAL, lead):
        raise Denied(_l("Solo puedes ofrecer compromisos de tu institución."))
    if not text.plain(title):
        raise Invalid(_l("Dale un nombre al compromiso."), "title")
    key = text.fingerprint(str(lock(actor, is_referred_to=True).id), form_key or secrets.token_hex(16))
    known: Commitment | None = db.session.scalar(sa.select(Commitment).filter_by(form_key=key))
    if known is not None:
        return known
    return _draft(
        actor,
        cycle,
        now,
        title=title,
        body="",
        form_key=key,
        origin=Origin.PROACTIVE,
        lead_id=lead.id,
        problem=text.block(problem),
    )


def revise(
    *, actor: Any, commitment: Commitment, section: Section, content: Mapping[str, Any], base: str, now: datetime
) -> Commitment:
    """Write one section. `base`: fingerprint of the section the writer began from; `Conflict` when it is another now,
    and while somebody else has the turn to write it. Saving gives one's own turn back.

    `content` holds keys of the section: texts, dates, SDG codes, ids of organisations, pesos; what it leaves out stays.
    Every text is kept as a version, and a signature on the text before is void.
    """
    enforce(policies.can_edit_section, actor, (lock(commitment), section), now)
    refuse_while_busy(actor, commitment, section, now)
    before = sections.fingerprint(commitment, section)
    if base != before:
        raise Conflict(_l("Mientras escribías, otra persona guardó esta sección. Compara los dos textos."))
    apply(commitment, {key: content[key] for key in section.keys if key in content})
    db.session.flush()
    db.session.refresh(commitment)
    after = sections.fingerprint(commitment, section)
    if after != before:
        text_changed(actor=actor, commitment=commitment, part=section.slug, old=before, new=after, now=now)
    release_turn(actor=actor, commitment=commitment, section=section)
    return commitment


def text_changed(
    *, actor: Any, commitment: Commitment, part: str, now: datetime, old: str = "", new: str = ""
) -> None:
    """After any change of what would be signed: keep the version, void what was signed before, write the history.

    The caller holds the lock on the commitment. The follow-up calls it for the roadmap.
    """
    content = _keep_version(actor, commitment, part, now)
    new = new or texts.fingerprint(content)
    values = {"section": part, "version": commitment.version, "text": new}
    note(actor, commitment, "commitment.revised", now, old={"text": old} if old else None, new=values)
    for signature in list(commitment.signatures):
        _void(commitment, signature, now)
    _void_endorsement(commitment, now)


def sign(*, actor: Any, commitment: Commitment, party: Party, base: str, now: datetime, code: str = "") -> Signature:
    """Sign for a party the text with fingerprint `base`. With the second signature the text is frozen for good.

    `code`: of the signer's authenticator, fresh and used up by this signature (`accounts.operations.prove_again`).
    """
    enforce(policies.can_sign, actor, (lock(commitment), party), now)
    actions = roadmap.of(commitment)
    content = texts.whole(commitment, actions)
    fingerprint = texts.fingerprint(content)
    if base != fingerprint:
        raise Conflict(_l("El texto cambió después de que abriste esta página. Léelo de nuevo antes de firmar."))
    if checks.findings(commitment, actions):
        raise Invalid(_l("Todavía no se puede firmar: hay datos por completar."))
    prove_again(actor=actor, code=code, now=now)
    signature = add(
        Signature(
            commitment_id=commitment.id, party=party, person_id=actor.id, fingerprint=fingerprint, signed_at=now
        )
    )
    commitment.voided_at = None
    note(actor, commitment, "commitment.signed", now, new={"party": party, "fingerprint": fingerprint})
    db.session.refresh(commitment, ["signatures"])
    if len(commitment.signatures) == len(Party):
        _freeze(commitment, content, fingerprint, now)
    return signature


def import_draft(
    *,
    actor: Any,
    cycle: Cycle,
    number: int | None,
    origin: Origin,
    content: Mapping[str, Any],
    write_roadmap: Callable[[Commitment], None],
    now: datetime,
) -> Commitment:
    """Begin a commitment with all that a file says of it. `content` is as in `revise`; `write_roadmap` adds its key
    actions. Without a `number` it takes the next one; `Conflict` where the number is another's."""
    enforce(policies.can_import, actor, lock(cycle), now)
    if number is not None and _is_taken(cycle, number):
        raise Conflict(_l("Alguien usó mientras tanto el número %(number)s. Revisa otra vez.", number=number))
    commitment = _begin(actor, cycle, now, attribution=IMPORTED, number=number, origin=origin)
    apply(commitment, content)
    write_roadmap(commitment)
    db.session.flush()
    db.session.refresh(commitment)
    _drafted(actor, commitment, now)
    return commitment


def _draft(actor: Any, cycle: Cycle, now: datetime, *, title: str, body: str, **columns: Any) -> Commitment:
    lock(cycle)
    commitment = _begin(actor, cycle, now, title=title, body=body, **columns)
    _drafted(actor, commitment, now)
    return commitment


def _begin(
    actor: Any,
    cycle: Cycle,
    now: datetime,
    *,
    title: str = "",
    body: str = "",
    attribution: str = "",
    number: int | None = None,
    **columns: Any,
) -> Commitment:
    """The row of a commitment; the cycle is locked."""
    refuse_second_plan(cycle)
    fields = contribution_fields(
        actor=actor,
        kind=ContributionKind.COMMITMENT,
        cycle=cycle,
        now=now,
        title=title,
        body=body,
        attribution=attribution,
    )
    commitment = add(Commitment(**fields, plan_cycle_id=cycle.id, number=number or _next_number(cycle), **columns))
    db.session.refresh(commitment)
    return commitment


def _drafted(actor: Any, commitment: Commitment, now: datetime) -> None:
    content = _keep_version(actor, commitment, NEW, now)
    new = {"origin": commitment.origin, "text": texts.fingerprint(content)}
    note(actor, commitment, "commitment.drafted", now, new=new, reason=commitment.attribution)


def _is_taken(cycle: Cycle, number: int) -> bool:
    own = sa.select(Commitment.id).where(Commitment.plan_cycle_id == cycle.id, Commitment.number == number)
    return db.session.scalar(own) is not None


def _next_number(cycle: Cycle) -> int:
    last = db.session.scalar(sa.select(sa.func.max(Commitment.number)).where(Commitment.plan_cycle_id == cycle.id))
    return (last or 0) + 1


def _problems_of(proposal: Proposal) -> str:
    return "\n\n".join(
        f"{problem.title}\n{problem.body_source}" for problem in proposal.problems if problem.is_public
    )


def _keep_version(actor: Any, commitment: Commitment, part: str, now: datetime) -> dict[str, Any]:
    content = texts.whole(commitment, roadmap.of(commitment))
    commitment.version += 1
    add(
        CommitmentVersion(
            commitment_id=commitment.id,
            number=commitment.version,
            section=part,
            text=content,
            fingerprint=texts.fingerprint(content),
            author_id=actor.id,
            created_at=now,
        )
    )
    return content


def _void(commitment: Commitment, signature: Signature, now: datetime) -> None:
    """Remove a signature whose text is no longer the text, and tell who had signed."""
    commitment.voided_at = now
    old = {"party": signature.party, "fingerprint": signature.fingerprint}
    note(None, commitment, "commitment.signature_voided", now, old=old)
    words = {"title": commitment.title, "reference": commitment.reference}
    tell(signature.person, _l("Tu firma quedó sin efecto: el texto cambió"), "commitments/signature_voided", **words)
    db.session.delete(signature)
    db.session.flush()
    db.session.expire(commitment, ["signatures"])


def _void_endorsement(commitment: Commitment, now: datetime) -> None:
    """Remove the forum's backing of a text that is no longer the text."""
    backing = db.session.get(ForumEndorsement, commitment.id)
    if backing is None:
        return
    old = {"decision": backing.decision, "fingerprint": backing.fingerprint}
    note(None, commitment, "commitment.endorsement_voided", now, old=old)
    db.session.delete(backing)
    db.session.flush()
    db.session.expire(commitment, ["endorsement"])


def _freeze(commitment: Commitment, content: dict[str, Any], fingerprint: str, now: datetime) -> None:
    commitment.signed_text, commitment.fingerprint, commitment.signed_at = content, fingerprint, now
    note(None, commitment, "commitment.sealed", now, new={"fingerprint": fingerprint})


def refuse_second_plan(cycle: Cycle) -> None:
    """Once its plan is public a cycle begins no commitment, and publishes no first version again."""
    if db.session.get(ActionPlan, cycle.id) is not None:
        raise Conflict(_l("El plan de este ciclo ya está publicado."))


def note(actor: Any, commitment: Commitment, action: str, now: datetime, **details: Any) -> None:
    """Write into the history what happened to a commitment."""
    record(
        actor=actor,
        action=action,
        subject=commitment.reference,
        scope=f"cycle:{commitment.cycle_id}",
        now=now,
        subject_id=commitment.id,
        **details,
    )
