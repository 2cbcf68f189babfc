"""Drafting, publishing, revising and withdrawing a proposal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.consultation.models import Problem
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.discussion import attachments
from cocrea.discussion.models import Channel, ContributionKind, Visibility
from cocrea.discussion.operations import contribution_fields, note, once, set_visibility
from cocrea.extensions import db
from cocrea.proposals import policies
from cocrea.proposals.models import (
    Amendment,
    Proposal,
    ProposalStatus,
    ProposalVersion,
)
from cocrea.proposals.operations import ties
from cocrea.proposals.operations.coauthors import note_joined
from cocrea.proposals.operations.pending import refuse_while_pending
from cocrea.proposals.operations.steps import step_to
from cocrea.tables.models import Table


@dataclass(frozen=True)
class Content:
    """What a proposal says. `body` is markdown, the rest plain text; `targets` are SDG codes, `causes` keys of causes
    that its problems give."""

    title: str
    body: str
    beneficiaries: str = ""
    responsible: str = ""
    needs: str = ""
    targets: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()


def draft(
    *,
    actor: Any,
    cycle: Cycle,
    content: Content,
    problems: Iterable[Problem],
    now: datetime,
    form_key: str = "",
    table: Table | None = None,
    channel: Channel = Channel.ONLINE,
    attribution: str = "",
    acting_for: Person | None = None,
) -> Proposal:
    """Begin a proposal that only its author sees, or who records it (`operations.record`).

    Needs at least one public problem of the same cycle.

    The same actor with the same `form_key` gets the proposal begun before: a form sent twice begins one.
    """
    enforce(policies.can_write, actor, cycle, now)
    addressed = ties.check_problems(cycle, problems)
    key = once(actor, form_key)
    known: Proposal | None = db.session.scalar(db.select(Proposal).filter_by(form_key=key))
    if known is not None:
        return known
    fields = contribution_fields(
        actor=actor,
        kind=ContributionKind.PROPOSAL,
        cycle=cycle,
        now=now,
        title=content.title,
        body=content.body,
        visibility=Visibility.DRAFT,
        channel=channel,
        attribution=attribution,
        acting_for=acting_for,
    )
    proposal = add(Proposal(**fields, **_details(content), table_id=table.id if table else None, form_key=key))
    ties.tie(proposal, addressed, content.targets, content.causes)
    return proposal


def publish(*, actor: Any, proposal: Proposal, now: datetime) -> Proposal:
    """Make a draft public; from here on every text is a numbered version."""
    enforce(policies.can_edit, actor, lock(proposal), now)
    step_to(proposal, ProposalStatus.PUBLISHED)
    proposal.visibility, proposal.published_at = Visibility.PUBLIC, now
    keep_version(actor, proposal, now)
    new = {"version": 1, "text": proposal.fingerprint, **ties.told(proposal)}
    if fingerprints := [each.digest for each in attachments.of(proposal)]:
        new["files"] = fingerprints
    note(actor, proposal, "proposal.published", now, new=new)
    for one in proposal.coauthors:
        note_joined(one, proposal, now)
    origin = db.session.scalar(sa.select(Amendment).filter_by(promoted_id=proposal.id))
    if origin is not None:
        note(actor, origin, "amendment.promoted", now, new={"proposal": proposal.reference})
    return proposal


def revise(
    *,
    actor: Any,
    proposal: Proposal,
    content: Content,
    base: str,
    now: datetime,
    why: str = "",
    problems: Iterable[Problem] | None = None,
) -> Proposal:
    """Change the text and the ties. `base`: the edition that the writer began from; `Conflict` when it is another now.

    `why` is read beside the version. Without `problems` it addresses those it did. Another text is another version;
    other ties are told by the history alone.
    """
    enforce(policies.can_edit, actor, lock(proposal), now)
    refuse_while_pending(proposal, now)
    before, tied = proposal.fingerprint, ties.told(proposal)
    if base != proposal.edition:
        raise Conflict(_l("Mientras escribías se guardó otro texto. Compáralos antes de guardar el tuyo."))
    _write(proposal, content)
    addressed = list(proposal.problems)
    if problems is not None:
        addressed = ties.check_problems(proposal.cycle, problems, kept=ties.gone(proposal))
    ties.tie(proposal, addressed, content.targets, content.causes)
    _tell_ties(actor, proposal, tied, now)
    if proposal.is_public and proposal.fingerprint != before:
        proposal.version += 1
        keep_version(actor, proposal, now, why)
        note(
            actor,
            proposal,
            "proposal.revised",
            now,
            old={"version": proposal.version - 1, "text": before},
            new={"version": proposal.version, "text": proposal.fingerprint},
        )
    return proposal


def _write(proposal: Proposal, content: Content) -> None:
    proposal.title = text.plain(content.title)
    proposal.body_source = text.block(content.body)
    proposal.body_html = text.to_html(proposal.body_source)
    for field, value in _details(content).items():
        setattr(proposal, field, value)


def _tell_ties(actor: Any, proposal: Proposal, before: dict[str, Any], now: datetime) -> None:
    """Write into the history which ties of a public proposal are others now."""
    after = ties.told(proposal)
    changed = [name for name in after if after[name] != before[name]]
    if proposal.is_public and changed:
        old, new = ({name: told[name] for name in changed} for told in (before, after))
        note(actor, proposal, "proposal.tied", now, old=old, new=new)


def withdraw(*, actor: Any, proposal: Proposal, reason: str, now: datetime) -> Proposal:
    """Leave a public tombstone with the reason; comments and supports stay where they are."""
    enforce(policies.can_withdraw, actor, lock(proposal), now)
    if not text.plain(reason):
        raise Invalid(_l("Di por qué la retiras: queda en lugar del texto."), "reason")
    set_visibility(proposal, Visibility.WITHDRAWN, reason=reason, now=now)
    note(actor, proposal, "proposal.withdrawn", now, reason=proposal.visibility_reason)
    return proposal


def _details(content: Content) -> dict[str, str]:
    plain = asdict(content)
    return {field: text.block(plain[field]) for field in ("beneficiaries", "responsible", "needs")}


def keep_version(actor: Any, proposal: Proposal, now: datetime, why: str = "") -> ProposalVersion:
    """Keep the present text as the version that the proposal counts now. The caller has locked it and records it."""
    shared = ("title", "body_source", "body_html", "beneficiaries", "responsible", "needs")
    texts = {field: getattr(proposal, field) for field in shared}
    own = {"proposal_id": proposal.id, "number": proposal.version, "author_id": actor.id, "created_at": now}
    return add(ProposalVersion(**own, why=text.plain(why)[:500], **texts))
