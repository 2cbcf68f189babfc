"""What a file says before anybody judges it: parts within parts, each cell with the place where it was read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from cocrea.core import sheets
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l

STEP = re.compile(r"(\w+)\[(\d+)\]")
STEPS = {"commitments": _l("compromiso"), "roadmap": _l("acción clave"), "activities": _l("actividad")}
MOST_FAULTS, MOST_PARTS = 500, 3000
SHOWN = 80  # characters of what was read that are repeated to whoever must mend it


@dataclass(frozen=True)
class Place:
    """Where something was read: a cell of a table, or a path in a document."""

    path: str = ""
    sheet: str = ""
    row: int = 0
    column: int = -1

    def __str__(self) -> str:
        if self.path or not self.row:
            return self.path
        cell = f"{sheets.letter(self.column)}{self.row}" if self.column >= 0 else ""
        row = str(_l("fila %(row)s", row=self.row))
        return ", ".join(part for part in (self.sheet and f"«{self.sheet}»", row, cell) if part)

    @property
    def words(self) -> str:
        """Where it is, for whoever reads no paths: a path's numbers count from nought, people from one."""
        found = [(name, int(number) + 1) for name, number in STEP.findall(self.path)]
        told = [
            str(_l("%(what)s %(number)s", what=STEPS[name], number=number)) for name, number in found if name in STEPS
        ]
        return ", ".join(told) or ("" if self.path else str(self))


@dataclass(frozen=True)
class Cell:
    value: Any
    place: Place

    @property
    def is_empty(self) -> bool:
        return self.value is None or self.value == ""


@dataclass
class Part:
    """A commitment, an action or an activity as it was read. `parts` are those within it, None where a file says
    nothing of them."""

    place: Place
    cells: dict[str, Cell] = field(default_factory=dict)
    parts: list[Part] | None = None

    def place_of(self, key: str) -> Place:
        return self.cells[key].place if key in self.cells else self.place


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell: where, its name, what was read there and what is expected."""

    place: Place
    name: Any
    read: str
    expected: Any


def fault(place: Place, name: Any, read: Any, expected: Any) -> Fault:
    said = "" if read is None else str(read)
    shown = said if len(said) <= SHOWN else said[: SHOWN - 1] + "…"
    return Fault(place, name, shown.encode(errors="replace").decode(), expected)


@dataclass
class Source:
    """All that a file says, and what is wrong with its shape."""

    parts: list[Part] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    begun: int = 0

    def add(self, wrong: Fault) -> None:
        """Keep one more thing that is wrong, while anybody would read it."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(wrong)

    def begin(self, part: Part) -> Part:
        """Count what a file holds; raises `Invalid` where it is more than a plan is."""
        self.begun += 1
        if self.begun > MOST_PARTS:
            raise Invalid(_l("Tiene demasiadas actividades para una sola vez. Divídelo en varios archivos."), "file")
        return part
