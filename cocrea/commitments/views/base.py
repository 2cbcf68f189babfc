"""The blueprint of commitments and what its pages share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Organisation
from cocrea.commitments import checks, policies, queries, sections
from cocrea.commitments.models import Commitment, Party
from cocrea.commitments.roadmap import PlannedAction
from cocrea.commitments.sections import Section
from cocrea.core import clock, sdg
from cocrea.core.access import current_actor
from cocrea.core.errors import NotFound
from cocrea.core.i18n import day_in_words
from cocrea.extensions import db

bp = Blueprint("commitments", __name__)
PARTY_SLUGS = {"responsable": Party.LEAD, "contraparte": Party.COUNTERPART}
SLUG_OF = {party: slug for slug, party in PARTY_SLUGS.items()}


def commitment_and_section(actor: Any, reference: str, section: str) -> tuple[Commitment, Section]:
    if section not in sections.BY_SLUG:
        raise NotFound
    return queries.visible_commitment(actor, reference), sections.BY_SLUG[section]


@bp.app_template_filter("calendar_day")
def calendar_day(day: str) -> str:
    """A day of a signed text, which holds it as `2026-06-05`, in words."""
    return day_in_words(date.fromisoformat(day))


def text_parts() -> dict[str, Any]:
    """What `commitments/_text.html` needs to show a text."""
    return {"labels": sections.LABELS, "chips": sdg.chips}


def organisation(organisation_id: int) -> Organisation:
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    return found


def steps(commitment: Commitment, actions: Sequence[PlannedAction]) -> list[dict[str, Any]]:
    """The sections in order, with the address and state of each and whether the actor writes it; the roadmap last."""
    actor, now = current_actor(), clock.now()
    unfinished = {found.section for found in checks.findings(commitment, actions)}
    found: list[dict[str, Any]] = [
        {
            "slug": section.slug,
            "title": section.title,
            "href": section_url(commitment, section.slug),
            "complete": section.slug not in unfinished,
            "open": policies.can_edit_section(actor, (commitment, section), now),
        }
        for section in sections.SECTIONS
    ]
    last = {"slug": sections.ROADMAP, "title": _("Hoja de ruta"), "href": section_url(commitment, sections.ROADMAP)}
    complete = sections.ROADMAP not in unfinished
    return [*found, last | {"complete": complete, "open": policies.can_edit(actor, commitment, now)}]


def section_url(commitment: Commitment, slug: str) -> str:
    """Where a part is written."""
    if slug == sections.ROADMAP:
        return url_for("followup.roadmap", reference=commitment.reference)
    return url_for("commitments.edit", reference=commitment.reference, section=slug)


def quality(commitment: Commitment, actions: Sequence[PlannedAction], *, is_linked: bool) -> dict[str, Any]:
    """What `commitments/_checks.html` shows: what keeps from signing, what weakens, and where each is mended.

    `is_linked`: whether there are problems behind it.
    """
    actor, now = current_actor(), clock.now()
    found = checks.findings(commitment, actions)
    weak = checks.warnings(commitment, actions, is_linked=is_linked)
    return {"findings": found, "warnings": weak, "mend": partial(_mend, actor, commitment, now)}


def _mend(actor: Any, commitment: Commitment, now: datetime, finding: checks.Finding) -> str:
    """The address of the field to mend; empty for who may not write it."""
    section = sections.BY_SLUG.get(finding.section)
    may = (
        policies.can_edit_section(actor, (commitment, section), now)
        if section
        else policies.can_edit(actor, commitment, now)
    )
    if not may:
        return ""
    return section_url(commitment, finding.section) + (f"#{finding.field}" if finding.field else "")
