"""What somebody is writing of a section: it saves itself, and waits for whoever wrote it on any device."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.accounts.operations import OtherVersion, drop_draft
from cocrea.commitments import drafts, operations, policies, sections
from cocrea.commitments.models import Commitment
from cocrea.commitments.sections import Section
from cocrea.commitments.views import writing
from cocrea.commitments.views.base import bp, commitment_and_section
from cocrea.commitments.views.turns import typed_keys
from cocrea.core import clock
from cocrea.core.access import current_actor, is_signed_in, requires
from cocrea.core.db import transaction
from cocrea.discussion import drafting

ALWAYS_THERE = frozenset({"base"})


@bp.post("/compromisos/<reference>/secciones/<section>/borrador")
@requires(policies.can_edit_section, commitment_and_section)
def save_section(subject: tuple[Commitment, Section]) -> Any:
    """Keep what is typed in the form of a section."""
    commitment, section = subject
    actor, form = current_actor(), writing.section_form(commitment, section)
    typed = form.typed()

    def keep(fields: Mapping[str, Any], now: datetime, on: str | None) -> datetime | None:
        return operations.keep_section(
            actor=actor, commitment=commitment, section=section, fields=fields, now=now, written_on=on
        )

    def made() -> str:
        meanwhile = typed.get("base") != sections.fingerprint(commitment, section)
        same = meanwhile and operations.says_the_same(commitment, section, typed)
        return url_for("commitments.show", reference=commitment.reference) if same else ""

    def beside(other: OtherVersion) -> Any:
        form.kept_at = other.saved_at
        form.reject(other)
        said = [(sections.LABELS[key], other.fields[key]) for key in typed_keys(section, other.fields)]
        return writing.page(commitment, section, form, other=said), 422

    page = url_for("commitments.edit", reference=commitment.reference, section=section.slug)
    desk = drafting.Desk(typed, keep, made, beside, ALWAYS_THERE, page, commitment.cycle.timezone)
    return drafting.answer(desk)


@bp.post("/compromisos/<reference>/secciones/<section>/borrador/descarte")
@requires(is_signed_in, commitment_and_section)
def drop_section(subject: tuple[Commitment, Section]) -> Response:
    """Theirs to drop, also once the text does not change any more."""
    commitment, section = subject
    with transaction():
        drop_draft(person=current_actor(), form=drafts.of_section(commitment.id, section.slug))
    flash(_("Borramos tu borrador."), "success")
    there: dict[str, Any] = {"reference": commitment.reference}
    if not policies.can_edit_section(current_actor(), subject, clock.now()):
        return redirect(url_for("commitments.show", **there), 303)
    return redirect(url_for("commitments.edit", section=section.slug, **there), 303)
