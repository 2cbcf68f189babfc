"""Contributions of a workshop from a spreadsheet: read, judged row by row and cell by cell, nothing kept yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import xlsxwriter

from cocrea.consultation.operations import Content
from cocrea.core import sheets, text
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l

MOST_ROWS = 300
MOST_BYTES = 2 * 1024 * 1024
MOST_TEXT = 300_000  # characters of all rows: they travel through the page that shows them
# Name of the column, whether it is needed, and its limit; by the field it fills.
COLUMNS: Mapping[str, tuple[str, bool, int]] = {
    "topic": ("Tema", True, 200),
    "title": ("Qué pasa", True, 200),
    "affected": ("A quién afecta", True, 3000),
    "body": ("Con más detalle", False, 3000),
    "causes": ("Por qué pasa", False, 3000),
    "effects": ("Qué provoca", False, 3000),
    "sources": ("Cómo se sabe", False, 3000),
}
Values = Mapping[str, str]


@dataclass
class Row:
    """One contribution of the file: its number there, what it says, and what is wrong with which cell."""

    number: int
    values: Values
    errors: list[tuple[str, Any]] = field(default_factory=list)
    known: bool = False
    topic_cell: str = ""

    @property
    def key(self) -> str:
        """The same row in another file, or the same file again, is the same contribution."""
        return "fila-" + text.fingerprint(*(self.values.get(name, "") for name in COLUMNS))[:48]

    @property
    def content(self) -> Content:
        said: dict[str, Any] = {name: self.values.get(name, "") for name in COLUMNS if name != "topic"}
        return Content(**{**said, "body": said["body"] or said["title"]})


def read(data: bytes) -> list[Row]:
    """The rows of a CSV, XLSX or ODS file that has our columns in its first line, in whatever order."""
    lines = sheets.lines(data, rows=MOST_ROWS * 4, most_bytes=MOST_BYTES)
    places = _places(lines[0])
    rows = [
        Row(number, {name: line[place] if place < len(line) else "" for name, place in places.items()})
        for number, line in enumerate(lines[1:], start=2)
        if any(line)
    ]
    return _checked(rows, places)


def again(lines: Sequence[Sequence[str]], numbers: Sequence[int]) -> list[Row]:
    """The rows of a file that was read before, with all our columns in their order."""
    places = {name: place for place, name in enumerate(COLUMNS)}
    cells = [{name: text.block(line[place]) for name, place in places.items()} for line in lines]
    return _checked([Row(number, values) for number, values in zip(numbers, cells, strict=True)], places)


def _checked(rows: list[Row], places: Mapping[str, int]) -> list[Row]:
    if len(rows) > MOST_ROWS:
        raise Invalid(_l("Tiene más de %(most)s filas. Divídelo en varios archivos.", most=MOST_ROWS), "file")
    if sum(len(value) for row in rows for value in row.values.values()) > MOST_TEXT:
        raise Invalid(_l("Tiene demasiado texto para una sola vez. Divídelo en varios archivos."), "file")
    if not rows:
        raise Invalid(_l("El archivo no tiene filas debajo de los títulos."), "file")
    for row in rows:
        row.errors = [(f"{sheets.letter(places[name])}{row.number}", wrong) for name, wrong in _faults(row.values)]
        row.topic_cell = f"{sheets.letter(places['topic'])}{row.number}"
    return rows


def judge(rows: Sequence[Row], topics: Collection[str], known: Collection[str]) -> None:
    """Say of each row whether its topic exists, and whether it is there already or repeated in this file.

    What is wrong with a row is then in the order of its cells.
    """
    seen = set(known)
    for row in rows:
        if row.values.get("topic") and text.fold(row.values["topic"]) not in topics:
            row.errors.append((row.topic_cell, _l("No hay un tema con ese nombre.")))
        row.errors.sort(key=lambda found: (len(found[0]), found[0]))
        row.known = row.key in seen
        seen.add(row.key)


def template(topics: Iterable[str]) -> bytes:
    """An empty spreadsheet with our columns; the topics can be chosen in it."""
    target = BytesIO()
    titles = list(topics)
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet, lists = book.add_worksheet("Aportaciones"), book.add_worksheet("Temas")
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        for place, (name, needed, _limit) in enumerate(COLUMNS.values()):
            sheet.write_string(0, place, name, head)
            sheet.set_column(place, place, 40 if needed else 28)
        for number, title in enumerate(titles):
            lists.write_string(number, 0, title)
        sheet.freeze_panes(1, 0)
        if titles:
            chosen = {"validate": "list", "source": f"=Temas!$A$1:$A${len(titles)}"}
            sheet.data_validation(1, 0, MOST_ROWS, 0, chosen)
    return target.getvalue()


def _faults(values: Values) -> list[tuple[str, Any]]:
    found = []
    for name, (_column, needed, most) in COLUMNS.items():
        said = values.get(name, "")
        if needed and not said:
            found.append((name, _l("Este dato hace falta.")))
        if len(said) > most:
            found.append((name, _l("Escribe como máximo %(limit)s caracteres.", limit=most)))
    return [(name, wrong) for name, wrong in found if name in values]


def _places(head: Sequence[str]) -> dict[str, int]:
    """Where each of our columns is; the needed ones must be there."""
    folded = [text.fold(title) for title in head]
    places = {
        name: folded.index(text.fold(title)) for name, (title, *_) in COLUMNS.items() if text.fold(title) in folded
    }
    missing = [title for name, (title, needed, _most) in COLUMNS.items() if needed and name not in places]
    if missing:
        raise Invalid(_l("Faltan columnas en la primera fila: %(names)s.", names=", ".join(missing)), "file")
    return places
