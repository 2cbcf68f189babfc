"""Where the boxes of a problem tree stand: effects above, the topic in the middle, causes below."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from cocrea.consultation.models import Side
from cocrea.consultation.queries.trees import Tree

WIDTH, TRUNK, INDENT, GAP = 360, 14, 34, 10
LINE, PADDING, LETTERS = 20, 9, 38
SHOWN = 7  # on each side; the lists have them all


@dataclass(frozen=True)
class Box:
    """One box: its place, its words line by line, and how it is drawn."""

    kind: str
    x: int
    y: int
    width: int
    height: int
    lines: list[str]

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


@dataclass(frozen=True)
class Drawing:
    boxes: list[Box]
    height: int

    @property
    def span(self) -> tuple[int, int]:
        """Where the trunk begins and ends."""
        return self.boxes[0].middle, self.boxes[-1].middle


def draw(tree: Tree, title: str) -> Drawing:
    """The nodes that most problems say on both sides of the topic; the effect that most say stands nearest to it."""
    effects = [(Side.EFFECT.value, node.text) for node in tree.sides[Side.EFFECT][:SHOWN]]
    causes = [(Side.CAUSE.value, node.text) for node in tree.sides[Side.CAUSE][:SHOWN]]
    boxes: list[Box] = []
    y = 1
    for kind, words in [*reversed(effects), ("topic", title), *causes]:
        x = 1 if kind == "topic" else INDENT
        lines = textwrap.wrap(words, LETTERS, max_lines=4, placeholder=" …")
        box = Box(kind, x, y, WIDTH - x - 1, len(lines) * LINE + 2 * PADDING, lines)
        boxes.append(box)
        y += box.height + GAP
    return Drawing(boxes, y - GAP + 1)
