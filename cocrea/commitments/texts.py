"""The exact text that is signed: canonical JSON of every field and of the roadmap. Anyone can hash it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cocrea.audit.canonical import canonical_json
from cocrea.commitments import roadmap, sections
from cocrea.commitments.models import Commitment
from cocrea.commitments.roadmap import PlannedAction
from cocrea.core import text

FORMAT = "cocrea-commitment/1"


def whole(commitment: Commitment, actions: Sequence[PlannedAction]) -> dict[str, Any]:
    """Everything the parties promise, as plain values."""
    return {
        "format": FORMAT,
        "reference": commitment.reference,
        "number": commitment.number,
        "origin": commitment.origin.value,
        **sections.values(commitment),
        "roadmap": roadmap.as_text(actions),
    }


def current(commitment: Commitment) -> dict[str, Any]:
    """The signed text once both have signed, before that the text as it stands now."""
    if commitment.is_signed:
        return dict(commitment.signed_text or {})
    return whole(commitment, roadmap.of(commitment))


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical bytes, which are also what the page offers to download."""
    return text.fingerprint(canonical_json(content))
