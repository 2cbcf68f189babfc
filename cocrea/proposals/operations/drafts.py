"""Keeping what somebody is writing in the form of a proposal: theirs alone, whoever else may change the proposal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cocrea.accounts.operations import as_kept, keep_draft
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Conflict
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.proposals import drafts, policies, queries
from cocrea.proposals.models import Part, Proposal

TIES = ("problems", "targets", "causes")


def keep_new(
    *,
    actor: Any,
    cycle: Cycle,
    form_key: str,
    fields: Mapping[str, Any],
    now: datetime,
    written_on: str | None = None,
) -> datetime | None:
    """Keep what is typed in the form of a new proposal, as `accounts.operations.keep_draft` does.

    `Conflict` where the form has begun its proposal meanwhile: a saving that comes late does not bring its draft back.
    """
    enforce(policies.can_write, actor, cycle, now)
    lock(actor)  # beginning a proposal locks it too: whichever comes second sees what the first one did
    if queries.begun_from(actor, form_key):
        raise Conflict(_l("Ya guardaste este texto."))
    form = drafts.of_new(cycle.id)
    return keep_draft(actor=actor, form=form, fields=fields, now=now, written_on=written_on)


def keep_text(
    *, actor: Any, proposal: Proposal, fields: Mapping[str, Any], now: datetime, written_on: str | None = None
) -> datetime | None:
    """Keep what is typed in the form that changes a proposal; nothing, where it says what the proposal says.

    `Conflict` where it says so because it was saved meanwhile.
    """
    lock(actor, is_referred_to=True)  # before the text, as when somebody comments
    enforce(policies.can_edit, actor, lock(proposal, is_referred_to=True), now)
    if fields and says_the_same(proposal, fields):
        if fields.get("base") != proposal.edition:
            raise Conflict(_l("Ya guardaste este texto."))
        fields = {}
    form = drafts.of_text(proposal.id)
    return keep_draft(actor=actor, form=form, fields=fields, now=now, written_on=written_on)


def says_the_same(proposal: Proposal, fields: Mapping[str, Any]) -> bool:
    """Whether a form, by the names of its fields, says what the proposal says now."""
    typed = as_kept(fields)
    references = [problem.reference for problem in proposal.problems if problem.is_public]
    ties = dict(zip(TIES, (references, proposal.codes, proposal.causes), strict=True))
    same_text = all(typed.get(part.value, "") == part.of(proposal) for part in Part)
    return same_text and all(set(typed.get(name, ())) == set(said) for name, said in ties.items())
