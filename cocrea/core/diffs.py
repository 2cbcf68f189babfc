"""What changed between two texts, word by word, so that a person can read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rapidfuzz.distance import Indel

PIECE = re.compile(r"\s*\S+|\s+$")
Edit = tuple[int, int, str]  # from which piece, to which, and what stands there instead
SHORT = 24  # characters: two or three words
PARAGRAPH = re.compile(r"(?<=\n)(?!\n)")
LONG, CONTEXT = 900, 200  # characters: what is long enough to be folded, and how much of it is shown beside a change


@dataclass(frozen=True)
class Change:
    """A stretch of text: `same` in both, else what was `taken` away and what was `put` in its place. What `is_folded`
    is the middle of a long one that is the same: nobody needs it to read what changed."""

    same: str = ""
    taken: str = ""
    put: str = ""
    is_folded: bool = False

    @property
    def words(self) -> int:
        """How many words are the same in it."""
        return len(self.same.split())


@dataclass(frozen=True)
class Compared:
    """One part of a text in two versions."""

    label: Any
    changes: list[Change]

    @property
    def is_same(self) -> bool:
        return all(change.same for change in self.changes)

    @property
    def rows(self) -> list[tuple[list[Change], list[Change]]]:
        return side_by_side(self.changes)


def compared(said: Iterable[tuple[Any, str, str]]) -> list[Compared]:
    """Every part in which either says something: what it is called, its old text and its new."""
    return [Compared(label, folded(changes(before, after))) for label, before, after in said if before or after]


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


def folded(found: Sequence[Change]) -> list[Change]:
    """The same stretches with the middle of the long ones that did not change apart, to be folded; whole where nothing
    changed."""
    last = len(found) - 1
    return [
        part
        for place, change in enumerate(found)
        for part in (_parted(change.same, place > 0, place < last) if last and len(change.same) > LONG else [change])
    ]


def side_by_side(found: Iterable[Change]) -> list[tuple[list[Change], list[Change]]]:
    """The stretches as rows of two columns, old and new; a row ends where a paragraph that both texts have does.
    What is folded is a row of its own."""
    rows: list[tuple[list[Change], list[Change]]] = [([], [])]
    for change in found:
        if change.is_folded:
            rows += [([change], [change]), ([], [])]
            continue
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


def _parted(same: str, after: bool, before: bool) -> list[Change]:
    """What stands after a change, the rest of it, and what stands before one; cut where a paragraph or a word ends."""
    start = _cut(same, CONTEXT, 2 * CONTEXT) if after else 0
    end = _cut(same, len(same) - 2 * CONTEXT, len(same) - CONTEXT) if before else len(same)
    parts = [Change(same=same[:start]), Change(same=same[start:end], is_folded=True), Change(same=same[end:])]
    return [part for part in parts if part.same]


def _cut(said: str, start: int, end: int) -> int:
    """Where to cut between two places: after a paragraph, line, sentence or word, else at the first."""
    for mark in ("\n\n", "\n", ". ", " "):
        if (found := said.find(mark, start, end)) >= 0:
            return found + len(mark)
    return start


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
