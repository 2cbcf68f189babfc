"""Tables that people give in a file, CSV or spreadsheet, as lines of cells."""

from __future__ import annotations

import csv
from io import StringIO

from cocrea.core import spreadsheets, text
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l

UNREADABLE = _l(
    "No pudimos leer el archivo. Si hay plantilla, úsala, o guárdalo como CSV, Excel (XLSX) u OpenDocument (ODS)."
)
FAR_AWAY = _l(
    "El archivo es demasiado grande por dentro, o tiene celdas escritas muy lejos de la tabla. Copia solo la "
    "tabla a un archivo nuevo."
)


def lines(data: bytes, *, rows: int, most_bytes: int) -> list[list[str]]:
    """The cells of a CSV, XLSX or ODS file as cleaned text, of a spreadsheet at most so many rows.

    Raises `Invalid`, for the field `file`, where it is too heavy, empty or none of these.
    """
    if len(data) > most_bytes:
        raise Invalid(_l("El archivo pesa más de %(mb)s MB. Divídelo.", mb=most_bytes // 1024 // 1024), "file")
    found = _spreadsheet(data, rows) if data.startswith(b"PK") else _csv(data)
    if not found:
        raise Invalid(_l("El archivo está vacío."), "file")
    return found


def _spreadsheet(data: bytes, rows: int) -> list[list[str]]:
    try:
        cells = spreadsheets.first_sheet(data, rows)
    except spreadsheets.TooLarge:
        raise Invalid(FAR_AWAY, "file") from None
    except spreadsheets.Unreadable:
        raise Invalid(UNREADABLE, "file") from None
    return [[text.block(value) for value in line] for line in cells]


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
