"""The blueprint of commitments and what its pages share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Organisation
from cocrea.commitments import checks, policies, sections
from cocrea.commitments.models import Commitment, Party
from cocrea.commitments.roadmap import PlannedAction
from cocrea.core import clock, sdg
from cocrea.core.access import current_actor
from cocrea.core.errors import NotFound
from cocrea.core.i18n import day_in_words
from cocrea.extensions import db

bp = Blueprint("commitments", __name__)
PARTY_SLUGS = {"responsable": Party.LEAD, "contraparte": Party.COUNTERPART}
SLUG_OF = {party: slug for slug, party in PARTY_SLUGS.items()}


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
    found: list[dict[str, Any]] = [
        {
            "slug": section.slug,
            "title": section.title,
            "href": url_for("commitments.edit", reference=commitment.reference, section=section.slug),
            "complete": sections.is_complete(commitment, section),
            "open": policies.can_edit_section(actor, (commitment, section), now),
        }
        for section in sections.SECTIONS
    ]
    href = url_for("followup.roadmap", reference=commitment.reference)
    complete = not any(found.section == sections.ROADMAP for found in checks.findings(commitment, actions))
    last = {"slug": sections.ROADMAP, "title": _("Hoja de ruta"), "href": href, "complete": complete}
    return [*found, last | {"open": policies.can_edit(actor, commitment, now)}]
