"""The format as files: JSON, one table, and a spreadsheet with a sheet for commitments and one for their roadmaps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from cocrea.commitments.guide import GUIDES
from cocrea.commitments.models import Origin
from cocrea.core.i18n import lazy as _l
from cocrea.followup.exchange.fields import ACTION, ACTIVITY, COMMITMENT, FORMAT, ORIGINS, Field, Kind

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ROADMAP: tuple[Field, ...] = (*ACTION, *ACTIVITY)
COLUMNS = [field.column for field in (*COMMITMENT, *ROADMAP)]
NAMING = ("number", "title")  # what the sheet of roadmaps repeats of a commitment
WIDE, NARROW = 48, 22
Content = Mapping[str, Any]
Row = list[Any]


def document(contents: Iterable[Content], about: Mapping[str, Any]) -> str:
    """One JSON object; each commitment is the very text that is signed, without the name of its own format."""
    told = [{key: value for key, value in content.items() if key != "format"} for content in contents]
    return json.dumps({"format": FORMAT, **about, "commitments": told}, ensure_ascii=False, indent=1) + "\n"


def rows(contents: Iterable[Content]) -> Iterator[Row]:
    """A row for each activity: what the commitment and the action say stands in the first row of each."""
    blank: Row = [""] * len(COMMITMENT)
    for content in contents:
        named = [_value(of, content[of.key]) if of.key in NAMING else "" for of in COMMITMENT]
        whole = [_value(of, content[of.key]) for of in COMMITMENT]
        for number, steps in enumerate(_steps(content["roadmap"]) or [blank[: len(ROADMAP)]]):
            yield [*(named if number else whole), *steps]


def workbook(contents: Sequence[Content], organisations: Sequence[str] = ()) -> bytes:
    """A spreadsheet: commitments by the template's fields, their roadmaps, and what each column is for. Names of
    `organisations` can be chosen in it."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_urls": False}) as book:
        writer = _Book(book)
        whole = ([_value(of, content[of.key]) for of in COMMITMENT] for content in contents)
        sheet = writer.table(str(_l("Compromisos")), COMMITMENT, whole)
        naming = tuple(of for of in COMMITMENT if of.key in NAMING)
        steps = (
            [*(_value(of, content[of.key]) for of in naming), *step]
            for content in contents
            for step in _steps(content["roadmap"])
        )
        road = writer.table(str(_l("Hoja de ruta")), (*naming, *ROADMAP), steps)
        writer.help()
        writer.choices(organisations, ((sheet, COMMITMENT), (road, (*naming, *ROADMAP))))
    return target.getvalue()


class _Book:
    def __init__(self, book: Any) -> None:
        self._book = book
        self._head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._cell = book.add_format({"text_wrap": True, "valign": "top"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})

    def table(self, name: str, fields: Sequence[Field], lines: Iterable[Row]) -> Any:
        sheet = self._book.add_worksheet(name)
        for place, of in enumerate(fields):
            sheet.write_string(0, place, of.column, self._head)
            sheet.set_column(place, place, WIDE if of.kind is Kind.BLOCK else NARROW)
        for number, line in enumerate(lines, start=1):
            for place, (of, value) in enumerate(zip(fields, line, strict=True)):
                self._write(sheet, number, place, of, value)
        sheet.freeze_panes(1, 0)
        return sheet

    def _write(self, sheet: Any, row: int, column: int, of: Field, value: Any) -> None:
        if of.kind is Kind.DAY and value:
            sheet.write_datetime(row, column, date.fromisoformat(value), self._day)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self._cell)
        elif value:
            sheet.write_string(row, column, value, self._cell)

    def help(self) -> None:
        """What to write in each column, and an example that helps."""
        sheet = self._book.add_worksheet(str(_l("Ayuda")))
        for place, (title, width) in enumerate(
            ((_l("Columna"), 40), (_l("Qué se escribe"), 60), (_l("Ejemplo"), 60))
        ):
            sheet.write_string(0, place, str(title), self._head)
            sheet.set_column(place, place, width)
        for number, of in enumerate((*COMMITMENT, *ROADMAP), start=1):
            guide = GUIDES.get(of.key) if of in COMMITMENT else None
            told = (
                of.column,
                f"{of.kind.expected} {guide.what if guide else ''}".strip(),
                guide.good if guide else "",
            )
            for place, words in enumerate(told):
                sheet.write_string(number, place, str(words), self._cell)

    def choices(self, names: Sequence[str], tables: Iterable[tuple[Any, Sequence[Field]]]) -> None:
        """A sheet of names, offered where one organisation is to be written."""
        if not names:
            return
        sheet = self._book.add_worksheet(str(_l("Organizaciones")))
        for number, name in enumerate(names):
            sheet.write_string(number, 0, name)
        source = f"='{sheet.name}'!$A$1:$A${len(names)}"
        chosen = {"validate": "list", "source": source, "error_type": "warning"}
        for table, fields in tables:
            for place, of in enumerate(fields):
                if of.kind in (Kind.LEAD, Kind.COUNTERPART, Kind.ORGANISATION):
                    table.data_validation(1, place, 1000, place, chosen)


def _steps(roadmap: Sequence[Mapping[str, Any]]) -> list[Row]:
    """A row for each activity, with its action in the first; an action without activities has one as well."""
    found: list[Row] = []
    for position, action in enumerate(roadmap, start=1):
        said = {**action, "position": position}
        whole = [_value(of, said[of.key]) for of in ACTION]
        again = [position, *[""] * (len(ACTION) - 1)]
        steps = [[_value(of, step[of.key]) for of in ACTIVITY] for step in action["activities"]]
        for number, step in enumerate(steps or [[""] * len(ACTIVITY)]):
            found.append([*(again if number else whole), *step])
    return found


def _value(of: Field, value: Any) -> Any:
    """A plain value as a cell holds it: text, whole numbers, days as `2026-06-05`."""
    if of.kind is Kind.FLAG:
        return "sí" if value else ""
    if of.kind is Kind.ORIGIN:
        return ORIGINS[Origin(value)]
    if of.kind is Kind.CODES:
        return ", ".join(value)
    if of.kind is Kind.ORGANISATIONS:
        return "\n".join(value)
    return "" if value is None else value
