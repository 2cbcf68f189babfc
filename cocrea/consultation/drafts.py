"""What the drafts of a consultation are called."""

from __future__ import annotations

PROBLEM = "problem:"


def draft_name(cycle_id: int) -> str:
    """The draft of a problem in a cycle: one for each person."""
    return f"{PROBLEM}{cycle_id}"
