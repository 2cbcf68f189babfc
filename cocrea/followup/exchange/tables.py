"""Reading the format from tables. A row says a commitment, an activity of it, or both; what a row leaves empty that
another row of the same commitment says is not said twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cocrea.core import text
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.sheets import Sheet
from cocrea.followup.exchange.fields import ACTION, ACTIVITY, COMMITMENT, IDENTITY, MOST_ACTIVITIES, Field
from cocrea.followup.exchange.raw import Cell, Part, Place, Source, fault

LEVELS: tuple[tuple[Field, ...], ...] = (COMMITMENT, ACTION, ACTIVITY)
HEADINGS = {text.folded(field.column): (level, field) for level, fields in enumerate(LEVELS) for field in fields}
IDENTITIES = {text.folded(field.column) for field in COMMITMENT if field.key in IDENTITY}
MOST_ROWS = MOST_ACTIVITIES + 1000
Cells = dict[str, Cell]
Columns = dict[int, tuple[int, Field]]


def read(found: Iterable[Sheet]) -> Source:
    """The commitments of every sheet whose first line has our headings; raises `Invalid` where none has."""
    tables = [sheet for sheet in found if sheet.lines and _is_ours(sheet.lines[0])]
    if not tables:
        raise Invalid(
            _l("No encontramos la columna «Nombre del compromiso» ni «Número» en la primera fila. Usa el ejemplo."),
            "file",
        )
    if sum(len(sheet.lines) for sheet in tables) > MOST_ROWS:
        raise Invalid(_l("Tiene más de %(most)s filas. Divídelo en varios archivos.", most=MOST_ROWS), "file")
    reader = _Reader()
    columns = [_columns(sheet, reader.source) for sheet in tables]
    reader.has_roadmap = any(level for found in columns for level, _field in found.values())
    for sheet, places in zip(tables, columns, strict=True):
        reader.take(sheet, places)
    for part in reader.source.parts:
        _order(part)
    return reader.source


def _is_ours(head: Sequence[str]) -> bool:
    return any(title and text.folded(title) in IDENTITIES for title in head)


def _columns(sheet: Sheet, source: Source) -> Columns:
    """Which field each column holds. What we do not know and what is there twice is wrong: nothing is lost silently."""
    found: Columns = {}
    for place, title in enumerate(sheet.lines[0]):
        if not title:
            continue
        known = HEADINGS.get(text.folded(title))
        where = Place(sheet=sheet.name, row=1, column=place)
        if known is None:
            source.add(fault(where, title, title, _l("Una columna del ejemplo: esta no la conocemos. Quítala.")))
        elif known in found.values():
            source.add(fault(where, title, title, _l("Cada columna una sola vez: esta está repetida.")))
        else:
            found[place] = known
    return found


class _Reader:
    """Puts the rows of all sheets together, commitment by commitment."""

    def __init__(self) -> None:
        self.source = Source()
        self.has_roadmap = False
        self._known: dict[tuple[str, str], Part] = {}

    def take(self, sheet: Sheet, columns: Columns) -> None:
        last: Part | None = None
        for number, line in enumerate(sheet.lines[1:], start=2):
            levels = self._cells(sheet, number, line, columns)
            if not any(_says(cells) for cells in levels):
                continue
            last = self._commitment(levels[0], Place(sheet=sheet.name, row=number), last)
            if last is not None:
                self._merge(last, levels[0])
                self._step(last, levels[1], levels[2], Place(sheet=sheet.name, row=number))

    def _cells(self, sheet: Sheet, number: int, line: Sequence[str], columns: Columns) -> list[Cells]:
        levels: list[Cells] = [{}, {}, {}]
        for place, (level, of) in columns.items():
            value = line[place] if place < len(line) else ""
            levels[level][of.key] = Cell(value, Place(sheet=sheet.name, row=number, column=place))
        return levels

    def _commitment(self, cells: Cells, place: Place, last: Part | None) -> Part | None:
        """The commitment of a row: by its number, its reference or its name; one that names none goes on with the
        one above."""
        keys = {key: text.folded(cells[key].value) for key in IDENTITY if key in cells and cells[key].value}
        if not keys:
            if last is None:
                expected = _l("El número o el nombre del compromiso al que pertenece la fila.")
                self.source.add(fault(place, _l("Compromiso"), "", expected))
            return last
        part = self._find(keys)
        if part is None:
            part = Part(place, parts=[] if self.has_roadmap else None)
            self.source.parts.append(part)
        for key, value in keys.items():
            self._known.setdefault((key, value), part)
        return part

    def _find(self, keys: dict[str, str]) -> Part | None:
        for key in ("number", "reference", "title"):
            part = self._known.get((key, keys.get(key, "")))
            if part is not None and not _is_another(part, keys):
                return part
        return None

    def _merge(self, part: Part, cells: Cells) -> None:
        for key, cell in cells.items():
            there = part.cells.get(key)
            if there is None or there.is_empty:
                part.cells[key] = cell
            elif not cell.is_empty and cell.value != there.value:
                expected = _l("Lo mismo que en «%(place)s», o nada.", place=there.place)
                self.source.add(fault(cell.place, _heading(cell, key), cell.value, expected))

    def _step(self, part: Part, action: Cells, activity: Cells, place: Place) -> None:
        if not (_says(action) or _says(activity)) or part.parts is None:
            return
        key = next((text.folded(action[one].value) for one in ("position", "title") if _said(action, one)), None)
        found = next((one for one in part.parts if key is None or _key(one) == key), None)
        if key is None:
            found = part.parts[-1] if part.parts else None
        if found is None and key is None:
            expected = _l("La acción clave a la que pertenece la actividad.")
            self.source.add(fault(place, _l("Acción clave"), "", expected))
            return
        if found is None:
            found = Part(place, parts=[])
            part.parts.append(found)
        self._merge(found, action)
        if _says(activity) and found.parts is not None:
            found.parts.append(Part(place, dict(activity)))


def _is_another(part: Part, keys: dict[str, str]) -> bool:
    """Whether what is known of a commitment tells it from what a row says, though they share a name."""
    for key in ("number", "reference"):
        said = text.folded(part.cells[key].value) if key in part.cells else ""
        if said and keys.get(key, said) != said:
            return True
    return False


def _key(action: Part) -> str:
    """By what the rows of an action are known: its number, else its title."""
    of = next((one for one in ("position", "title") if _said(action.cells, one)), "title")
    return text.folded(action.cells[of].value) if of in action.cells else ""


def _order(part: Part) -> None:
    """Actions by their numbers where all have one."""
    numbers = [one.cells["position"].value if "position" in one.cells else "" for one in part.parts or ()]
    if part.parts and all(value.isdecimal() and len(value) < 9 for value in numbers):
        part.parts.sort(key=lambda one: int(one.cells["position"].value))


def _says(cells: Cells) -> bool:
    return any(not cell.is_empty for cell in cells.values())


def _said(cells: Cells, key: str) -> bool:
    return key in cells and not cells[key].is_empty


def _heading(cell: Cell, key: str) -> Any:
    return next((field.column for fields in LEVELS for field in fields if field.key == key), key)
