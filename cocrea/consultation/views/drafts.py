"""The draft of a problem: it saves itself while one writes, and waits for its author."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.accounts.operations import OtherVersion, drop_draft
from cocrea.accounts.queries import draft_of
from cocrea.consultation import operations, policies, queries
from cocrea.consultation.drafts import draft_name
from cocrea.consultation.forms.problems import ProblemForm
from cocrea.consultation.views.base import bp, form_page
from cocrea.core import clock
from cocrea.core.access import current_actor, is_signed_in, requires
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion import drafting

ALWAYS_THERE = frozenset({"key", "topic", "workshop"})  # a form has them before anyone types


def drafted(cycle: Cycle) -> ProblemForm:
    """The form with what its author had begun to write."""
    draft = draft_of(current_actor(), draft_name(cycle.id))
    form = ProblemForm(data=draft.fields) if draft and request.method == "GET" else ProblemForm()
    form.kept_at = draft.saved_at if draft else None
    return form


@bp.post("/ciclos/<slug>/problematicas/borrador")
@requires(policies.can_publish, visible_cycle)
def save_problem_draft(cycle: Cycle) -> Any:
    return drafting.answer(_desk(cycle))


@bp.post("/ciclos/<slug>/problematicas/borrador/descarte")
@requires(is_signed_in, visible_cycle)
def drop_problem_draft(cycle: Cycle) -> Response:
    """Theirs to drop, also once the stage is closed."""
    with transaction():
        drop_draft(person=current_actor(), form=draft_name(cycle.id))
    flash(_("Borramos tu borrador."), "success")
    may_write = policies.can_publish(current_actor(), cycle, clock.now())
    return redirect(
        url_for("consultation.new_problem" if may_write else "consultation.problems", slug=cycle.slug), 303
    )


def _desk(cycle: Cycle) -> drafting.Desk:
    actor, typed = current_actor(), ProblemForm().typed()
    key = typed.get("key", "")

    def keep(fields: Mapping[str, Any], now: datetime, on: str | None) -> datetime | None:
        return operations.keep_draft(actor=actor, cycle=cycle, form_key=key, fields=fields, now=now, written_on=on)

    def made() -> str:
        reference = queries.published_from(actor, key)
        return url_for("consultation.problem", reference=reference) if reference else ""

    page = url_for("consultation.new_problem", slug=cycle.slug)
    return drafting.Desk(typed, keep, made, lambda other: _both(cycle, other), ALWAYS_THERE, page, cycle.timezone)


def _both(cycle: Cycle, other: OtherVersion) -> Any:
    """The form as typed, and what is kept beside it: saved once more, what was typed takes its place."""
    form = ProblemForm()
    form.kept_at = other.saved_at
    form.offer(queries.topics(cycle))
    form.reject(other)
    return form_page(cycle, form, saved=ProblemForm(formdata=None, data=other.fields))
