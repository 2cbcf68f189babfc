"""The pages of proposals."""

from cocrea.proposals import words
from cocrea.proposals.views import (
    amending,
    answering_many,
    asking,
    attaching,
    coauthors,
    correcting,
    drafts,
    promptness,
    reading,
    rearranging,
    recording,
    responding,
    reviewing,
    routing,
    similar,
    versions,
    writing,
)
from cocrea.proposals.views.base import bp

__all__ = [
    "amending",
    "answering_many",
    "asking",
    "attaching",
    "bp",
    "coauthors",
    "correcting",
    "drafts",
    "promptness",
    "reading",
    "rearranging",
    "recording",
    "responding",
    "reviewing",
    "routing",
    "similar",
    "versions",
    "words",
    "writing",
]
