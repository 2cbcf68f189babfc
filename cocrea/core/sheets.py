"""Tables that people give in a file, CSV or spreadsheet, as lines of cells."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO

from cocrea.core import exports, spreadsheets, text
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l

UNREADABLE = _l(
    "No pudimos leer el archivo. Si hay plantilla, úsala, o guárdalo como CSV, Excel (XLSX) u OpenDocument (ODS)."
)
FAR_AWAY = _l(
    "El archivo es demasiado grande por dentro, o tiene celdas escritas muy lejos de la tabla. Copia solo la "
    "tabla a un archivo nuevo."
)


@dataclass(frozen=True)
class Sheet:
    """A table of a file: its name there, and its lines of cells."""

    name: str
    lines: list[list[str]]


def lines(data: bytes, *, rows: int, most_bytes: int) -> list[list[str]]:
    """The cells of a CSV, XLSX or ODS file as cleaned text, of a spreadsheet at most so many rows.

    Raises `Invalid`, for the field `file`, where it is too heavy, empty or none of these.
    """
    refuse_heavy(data, most_bytes)
    found = _spreadsheets(data, rows, 1)[0].lines if is_spreadsheet(data) else _csv(data)
    if not found:
        raise Invalid(_l("El archivo está vacío."), "file")
    return found


def every(data: bytes, *, rows: int, most: int, most_bytes: int) -> list[Sheet]:
    """The same of the first `most` sheets of a spreadsheet, one by one; a CSV is a single one, without a name, and what
    `exports.cell` disarmed in it is as it was."""
    refuse_heavy(data, most_bytes)
    if is_spreadsheet(data):
        return _spreadsheets(data, rows, most)
    return [Sheet("", [[exports.uncelled(value) for value in line] for line in _csv(data)])]


def is_spreadsheet(data: bytes) -> bool:
    return data.startswith(b"PK")


def refuse_heavy(data: bytes, most_bytes: int) -> None:
    if len(data) > most_bytes:
        raise Invalid(_l("El archivo pesa más de %(mb)s MB. Divídelo.", mb=most_bytes // 1024 // 1024), "file")


def letter(place: int) -> str:
    """The name of a column: A, B … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _spreadsheets(data: bytes, rows: int, most: int) -> list[Sheet]:
    try:
        found = spreadsheets.sheets(data, rows, most)
    except spreadsheets.TooLarge:
        raise Invalid(FAR_AWAY, "file") from None
    except spreadsheets.Unreadable:
        raise Invalid(UNREADABLE, "file") from None
    return [Sheet(name, [[text.block(value) for value in line] for line in cells]) for name, cells in found]


def _csv(data: bytes) -> list[list[str]]:
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        content = data.decode("cp1252", "replace")  # what Excel writes where nobody asked for UTF-8
    if "\0" in content:
        raise Invalid(UNREADABLE, "file")
    head = content.partition("\n")[0]
    separator = max(";,\t", key=head.count)
    try:
        read = csv.reader(StringIO(content, newline=""), delimiter=separator)
        return [[text.block(value) for value in line] for line in read]
    except csv.Error:
        raise Invalid(UNREADABLE, "file") from None
