"""The texts of a commitment of which a passage can be quoted, and quoting it."""

from __future__ import annotations

from typing import Any

from cocrea.commitments.models import Commitment
from cocrea.commitments.sections import LABELS
from cocrea.core import passages, text
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.passages import Passage

LONGEST = 1000
FIELDS = (
    "problem",
    "causes",
    "body",
    "solution",
    "objective",
    "scope_text",
    "indicator",
    "indicator_source",
    "transparency",
    "accountability",
    "participation",
    "inclusion",
    "other_actors",
    "sources",
)


def present(commitment: Commitment, key: str) -> str:
    """What a field says now, as it was written."""
    return str(commitment.body_source if key == "body" else getattr(commitment, key))


def named(commitment: Commitment, key: str) -> tuple[Any, str]:
    """What a field is called and says now: for `discussion.anchoring`."""
    return LABELS[key], present(commitment, key)


def quoted(commitment: Commitment, key: str, words: str) -> Passage:
    """The passage with these words, which stand once in the field; else `Invalid`, with how to mend it."""
    words, said = text.block(words), present(commitment, key)
    if not words or len(words) > LONGEST:
        raise Invalid(_l("Copia un pasaje de entre 1 y %(limit)s caracteres.", limit=LONGEST), "passage")
    found = passages.occurrences(said, words)
    if not found:
        raise Invalid(
            _l("Esas palabras no están así en el texto de ahora. Cópialas de él, sin cambiarlas."), "passage"
        )
    if len(found) > 1:
        raise Invalid(
            _l("Esas palabras están más de una vez. Copia también algunas de antes o de después."), "passage"
        )
    return passages.take(said, found[0], key, commitment.version)
