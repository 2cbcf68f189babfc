"""A passage of a text, named by its words and those around them, and where it stands once the text was edited.

As the TextQuoteSelector of W3C Web Annotation: no position is kept, so edits elsewhere do not move it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import takewhile
from typing import Any

CONTEXT = 40  # characters kept of each side

Span = tuple[int, int]


@dataclass(frozen=True)
class Passage:
    """Words of one field (`key`) of a text in its version `version`, with what stood before and after."""

    key: str
    exact: str
    prefix: str = ""
    suffix: str = ""
    version: int = 0

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Passage:
        return cls(**told)

    def told(self) -> dict[str, Any]:
        """As plain values, to be kept."""
        return asdict(self)


def occurrences(text: str, words: str) -> list[Span]:
    """Every place where these words stand, overlapping ones too; where a line breaks makes no difference."""
    sought = r"\s+".join(re.escape(part) for part in words.split())
    return [found.span(1) for found in re.finditer(f"(?=({sought}))", text)] if sought else []


def take(text: str, span: Span, key: str, version: int) -> Passage:
    """The passage at a place of a text."""
    start, end = span
    return Passage(key, text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT], version)


def locate(text: str, passage: Passage) -> Span | None:
    """Where the passage stands in a text: the only place with its words, or the one among several whose surroundings
    are most like its own. None where there is none, or where they do not tell which."""
    found = occurrences(text, passage.exact)
    if len(found) < 2:
        return found[0] if found else None
    alike = [_alike(text, span, passage) for span in found]
    best = max(alike)
    return found[alike.index(best)] if alike.count(best) == 1 else None


def _alike(text: str, span: Span, passage: Passage) -> int:
    """How many characters next to a place are as they were next to the passage."""
    start, end = span
    return _beginning(text[:start][::-1], passage.prefix[::-1]) + _beginning(text[end:], passage.suffix)


def _beginning(one: str, other: str) -> int:
    """How long two texts begin alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
