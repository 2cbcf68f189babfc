"""The pages of proposals."""

from cocrea.proposals import words
from cocrea.proposals.views import (
    amending,
    asking,
    coauthors,
    reading,
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
    "asking",
    "bp",
    "coauthors",
    "reading",
    "responding",
    "reviewing",
    "routing",
    "similar",
    "versions",
    "words",
    "writing",
]
