"""Pages of commitments: reading, writing by sections, signing, and the plan."""

from cocrea.commitments import words
from cocrea.commitments.views import (
    amendments,
    drafting,
    drafts,
    endorsing,
    passages,
    plan,
    plan_files,
    reading,
    review,
    signing,
    turns,
    versions,
    writing,
)
from cocrea.commitments.views.base import bp

__all__ = [
    "amendments",
    "bp",
    "drafting",
    "drafts",
    "endorsing",
    "passages",
    "plan",
    "plan_files",
    "reading",
    "review",
    "signing",
    "turns",
    "versions",
    "words",
    "writing",
]
