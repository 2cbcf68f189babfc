"""What changed between two texts, word by word, so that a person can read it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Indel

PIECE = re.compile(r"\s*\S+|\s+$")
Edit = tuple[int, int, str]  # from which piece, to which, and what stands there instead
SHORT = 24  # characters: two or three words
PARAGRAPH = re.compile(r"(?<=\n)(?!\n)")


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
        else:
            _append(found, Change(taken=taken, put=put))
    return found


def side_by_side(found: Iterable[Change]) -> list[tuple[list[Change], list[Change]]]:
    """The stretches as rows of two columns, old and new; a row ends where a paragraph that both texts have does."""
    rows: list[tuple[list[Change], list[Change]]] = [([], [])]
    for change in found:
        for number, same in enumerate(PARAGRAPH.split(change.same) if change.same else ()):
            if number:
                rows.append(([], []))
            for column in rows[-1] if same else ():
                column.append(Change(same=same))
        if change.taken:
            rows[-1][0].append(Change(taken=change.taken))
        if change.put:
            rows[-1][1].append(Change(put=change.put))
    return [row for row in rows if row[0] or row[1]]


def merged(base: str, one: str, other: str) -> str | None:
    """The text with what both changed of the base; None where they changed the same passage, or next to it."""
    pieces = PIECE.findall(base)
    edits = sorted({*_edits(pieces, one), *_edits(pieces, other)})
    if _collide(edits):
        return None
    for start, end, put in reversed(edits):
        pieces[start:end] = [put]
    return "".join(pieces)


def colliding(base: str, one: str, others: Iterable[str]) -> list[bool]:
    """Of each of several texts, whether it and `one` change the same passage of the base, or next to it."""
    pieces = PIECE.findall(base)
    own = _edits(pieces, one)
    return [_collide(sorted({*own, *_edits(pieces, other)})) for other in others]


def _collide(edits: list[Edit]) -> bool:
    return any(later[0] <= earlier[1] for earlier, later in pairwise(edits))


def _edits(pieces: list[str], new: str) -> list[Edit]:
    """What a text has in place of which pieces of another: from, to and the words."""
    after = PIECE.findall(new)
    found: list[Edit] = []
    for step in Indel.opcodes(pieces, after):
        if step.tag != "equal":
            put = "".join(after[step.dest_start : step.dest_end])
            if found and found[-1][1] == step.src_start:
                start, _end, before = found.pop()
                found.append((start, step.src_end, before + put))
            else:
                found.append((step.src_start, step.src_end, put))
    return found


def _append(found: list[Change], change: Change) -> None:
    """Add a change; the few words that stayed between two longer ones are part of it, or nobody could read it."""
    while len(found) > 1 and 0 < len(found[-1].same) <= min(_weight(found[-2]), _weight(change), SHORT):
        same, before = found.pop().same, found.pop()
        change = Change(taken=before.taken + same + change.taken, put=before.put + same + change.put)
    if found and not found[-1].same:
        before = found.pop()
        change = Change(taken=before.taken + change.taken, put=before.put + change.put)
    found.append(change)


def _weight(change: Change) -> int:
    return 0 if change.same else max(len(change.taken), len(change.put))
