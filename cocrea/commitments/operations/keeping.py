"""Keeping what somebody is writing in a section: theirs alone, whoever has the turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cocrea.accounts.operations import as_kept, keep_draft
from cocrea.commitments import drafts, policies, sections
from cocrea.commitments.models import Commitment
from cocrea.commitments.sections import Section
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Conflict
from cocrea.core.i18n import lazy as _l


def keep_section(
    *,
    actor: Any,
    commitment: Commitment,
    section: Section,
    fields: Mapping[str, Any],
    now: datetime,
    written_on: str | None = None,
) -> datetime | None:
    """Keep what is typed in the form of a section; nothing, where it says what the section says.

    `Conflict` where it says so because it was saved meanwhile.
    """
    lock(actor, is_referred_to=True)  # before the text, as when somebody comments
    enforce(policies.can_edit_section, actor, (lock(commitment, is_referred_to=True), section), now)
    if fields and says_the_same(commitment, section, fields):
        if fields.get("base") != sections.fingerprint(commitment, section):
            raise Conflict(_l("Ya guardaste este texto."))
        fields = {}
    form = drafts.of_section(commitment.id, section.slug)
    return keep_draft(actor=actor, form=form, fields=fields, now=now, written_on=written_on)


def says_the_same(commitment: Commitment, section: Section, fields: Mapping[str, Any]) -> bool:
    """Whether a form, by the names of its fields, says what the section says now."""
    typed = as_kept({key: value for key, value in fields.items() if key in section.keys and value != "0"})
    present = as_kept(sections.as_sent(commitment, section))
    return {key: _plain(value) for key, value in typed.items()} == {
        key: _plain(value) for key, value in present.items()
    }


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value
