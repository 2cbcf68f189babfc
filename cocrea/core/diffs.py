"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import Indel

PIECE = re.compile(r"\s*\S+|\s+$")


@dataclass(frozen=True)
class Change:
    """A stretch of text: `same` in both, else what was `taken` away and what was `put` in its place."""

    same: str = ""
    taken: str = ""
    put: str = ""


def changes(old: str, new: str) -> list[Change]:
    """The stretches of both texts in their order. What is same and taken makes the old text, same and put the new."""
    before, after = PIECE.findall(old), PIECE.findall(new)
    found: list[Change] = []
    for step in Indel.opcodes(before, after):
        taken = "".join(before[step.src_start : step.src_end])
        put = "".join(after[step.dest_start : step.dest_end])
        if step.tag == "equal":
            found.append(Change(same=put))
        elif found and not found[-1].same:
            found[-1] = Change(taken=found[-1].taken + taken, put=found[-1].put + put)
        else:
            found.append(Change(taken=taken, put=put))
    return found
