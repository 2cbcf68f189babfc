"""What somebody is writing of a proposal: it saves itself, and waits for whoever wrote it on any device."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.accounts.operations import OtherVersion, drop_draft
from cocrea.accounts.queries import draft_of
from cocrea.core import clock
from cocrea.core.access import current_actor, is_signed_in, requires
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion import drafting
from cocrea.proposals import drafts, operations, policies, queries
from cocrea.proposals.forms import ProposalForm
from cocrea.proposals.models import Proposal
from cocrea.proposals.views import desk
from cocrea.proposals.views.base import bp, own_proposal

ALWAYS_THERE = frozenset({"key", "base", "problems"})  # a form has them before anyone types


def drafted(name: str) -> ProposalForm | None:
    """The form with what this person had begun to write in it; None where it was sent, or nothing is kept."""
    draft = draft_of(current_actor(), name) if request.method == "GET" else None
    if draft is None:
        return None
    form = ProposalForm(data=draft.fields)
    form.kept_at = draft.saved_at
    return form


@bp.post("/ciclos/<slug>/propuestas/borrador")
@requires(policies.can_write, visible_cycle)
def save_new(cycle: Cycle) -> Any:
    """Keep what is typed in the form of a new proposal."""
    actor, typed = current_actor(), ProposalForm().typed()
    key = typed.get("key", "")

    def keep(fields: Mapping[str, Any], now: datetime, on: str | None) -> datetime | None:
        return operations.keep_new(actor=actor, cycle=cycle, form_key=key, fields=fields, now=now, written_on=on)

    def made() -> str:
        reference = queries.begun_from(actor, key)
        return url_for("proposals.show", reference=reference) if reference else ""

    page = url_for("proposals.create", slug=cycle.slug)
    beside = _beside(cycle, None)
    return drafting.answer(drafting.Desk(typed, keep, made, beside, ALWAYS_THERE, page, cycle.timezone))


@bp.post("/ciclos/<slug>/propuestas/borrador/descarte")
@requires(is_signed_in, visible_cycle)
def drop_new(cycle: Cycle) -> Response:
    """Theirs to drop, also once the stage is closed."""
    may_write = policies.can_write(current_actor(), cycle, clock.now())
    page = url_for("proposals.create" if may_write else "proposals.index", slug=cycle.slug)
    return _dropped(drafts.of_new(cycle.id), page)


@bp.post("/propuestas/<reference>/edicion/borrador")
@requires(policies.can_edit, own_proposal)
def save_text(proposal: Proposal) -> Any:
    """Keep what is typed in the form that changes a proposal."""
    actor, typed = current_actor(), ProposalForm().typed()

    def keep(fields: Mapping[str, Any], now: datetime, on: str | None) -> datetime | None:
        return operations.keep_text(actor=actor, proposal=proposal, fields=fields, now=now, written_on=on)

    def made() -> str:
        same = typed.get("base") != proposal.edition and operations.says_the_same(proposal, typed)
        return url_for("proposals.show", reference=proposal.reference) if same else ""

    page = url_for("proposals.edit", reference=proposal.reference)
    cycle, beside = proposal.cycle, _beside(proposal.cycle, proposal)
    return drafting.answer(drafting.Desk(typed, keep, made, beside, frozenset({"key", "base"}), page, cycle.timezone))


@bp.post("/propuestas/<reference>/edicion/borrador/descarte")
@requires(is_signed_in, own_proposal)
def drop_text(proposal: Proposal) -> Response:
    """Theirs to drop, also once the text does not change any more."""
    may_edit = policies.can_edit(current_actor(), proposal, clock.now())
    page = url_for("proposals.edit" if may_edit else "proposals.show", reference=proposal.reference)
    return _dropped(drafts.of_text(proposal.id), page)


def _dropped(name: str, page: str) -> Response:
    with transaction():
        drop_draft(person=current_actor(), form=name)
    flash(_("Borramos tu borrador."), "success")
    return redirect(page, 303)


def _beside(cycle: Cycle, proposal: Proposal | None) -> Any:
    """Answers with the form as typed and the other version that is kept: saved once more, what was typed takes its
    place."""

    def page(other: OtherVersion) -> Any:
        form = ProposalForm()
        form.kept_at = other.saved_at
        form.reject(other)
        return desk.page(cycle, form, desk.offer(cycle, form), proposal=proposal, other=other.fields), 422

    return page
