"""What the drafts of sections of commitments are called: one for each person."""

from __future__ import annotations

SECTION = "commitment-section:"


def of_section(commitment_id: int, slug: str) -> str:
    """Of the form that changes a section."""
    return f"{SECTION}{commitment_id}:{slug}"
