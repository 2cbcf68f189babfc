"""What the drafts of texts of proposals are called: one for each person."""

from __future__ import annotations

NEW = "proposal:"
TEXT = "proposal-text:"


def of_new(cycle_id: int) -> str:
    """Of the form of a new proposal in a cycle."""
    return f"{NEW}{cycle_id}"


def of_text(proposal_id: int) -> str:
    """Of the form that changes a proposal."""
    return f"{TEXT}{proposal_id}"
