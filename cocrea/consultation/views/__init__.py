"""The pages of a consultation."""

from cocrea.consultation import words
from cocrea.consultation.views import (
    answering,
    drafts,
    entries,
    imports,
    maps,
    merging,
    offline,
    opinions,
    paper,
    photos,
    problems,
    sheets,
    similar,
    statements,
    topics,
    trees,
    workshops,
)
from cocrea.consultation.views.base import bp

__all__ = [
    "answering",
    "bp",
    "drafts",
    "entries",
    "imports",
    "maps",
    "merging",
    "offline",
    "opinions",
    "paper",
    "photos",
    "problems",
    "sheets",
    "similar",
    "statements",
    "topics",
    "trees",
    "words",
    "workshops",
]
