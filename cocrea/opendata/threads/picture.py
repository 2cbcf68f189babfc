"""The same thread as a drawing: a column for each part of the way, a line wherever one thing came of another."""

from __future__ import annotations

from dataclasses import dataclass

from cocrea.opendata.threads.nodes import Node, Stop, Thread

WIDTH, HEIGHT, GAP, AISLE, TOP = 150, 44, 12, 56, 36


@dataclass(frozen=True)
class Box:
    """A node and where it is drawn."""

    node: Node
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.y + HEIGHT // 2


@dataclass(frozen=True)
class Picture:
    """Boxes, the columns' names with their places, and the lines as paths."""

    boxes: list[Box]
    columns: list[tuple[Stop, int]]
    lines: list[str]

    box_width, box_height, heading = WIDTH, HEIGHT, TOP - 14

    @property
    def width(self) -> int:
        return max(1, len(self.columns)) * (WIDTH + AISLE) - AISLE + 2 * GAP

    @property
    def height(self) -> int:
        return max((box.y for box in self.boxes), default=0) + HEIGHT + GAP


def draw(thread: Thread) -> Picture:
    shown = [(stop, nodes) for stop, nodes in thread.stops if nodes]
    columns = [(stop, GAP + number * (WIDTH + AISLE)) for number, (stop, _nodes) in enumerate(shown)]
    boxes = [
        Box(node, x, TOP + row * (HEIGHT + GAP))
        for (_stop, nodes), (_same, x) in zip(shown, columns, strict=True)
        for row, node in enumerate(nodes)
    ]
    placed = {box.node.key: box for box in boxes}
    lines = [_line(box, placed[other.key]) for box in boxes for other in box.node.goes_to]
    return Picture(boxes, columns, lines)


def _line(start: Box, end: Box) -> str:
    """From the right side of one to the left of the other; in one column, around their right sides."""
    out = start.x + WIDTH
    if start.x == end.x:
        return f"M{out} {start.middle}C{out + 30} {start.middle} {out + 30} {end.middle} {out} {end.middle}"
    bend = (out + end.x) // 2
    return f"M{out} {start.middle}C{bend} {start.middle} {bend} {end.middle} {end.x} {end.middle}"
