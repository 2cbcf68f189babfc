"""Rows as CSV and JSON, made piece by piece. What a spreadsheet would take for a formula is disarmed in CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from io import StringIO
from typing import Any

from flask import Response, stream_with_context

from cocrea.core import clock
from cocrea.core.settings import current_settings

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
PIECE = 100


def answer(
    name: str, extension: str, columns: list[str], rows: Iterable[Any], *, title: str, source: str
) -> Response:
    """A list to take along, streamed: it may be long and whoever downloads may be slow.

    `extension` is one of `MEDIA_TYPES`; `source` is the path of the page that shows the same.
    """
    settings = current_settings()
    about = {
        "title": title,
        "source": settings.public_url + source,
        "licence": settings.data_licence,
        "generated_at": clock.now().isoformat(timespec="seconds"),
    }
    body = as_csv(columns, rows) if extension == "csv" else as_json(about, columns, rows)
    headers = {
        "Content-Disposition": f"attachment; filename={name}.{extension}",
        "Link": f'<https://spdx.org/licenses/{settings.data_licence}.html>; rel="license"',
        "Cache-Control": "no-cache",
    }
    return Response(stream_with_context(body), mimetype=MEDIA_TYPES[extension], headers=headers)


def as_csv(columns: list[str], rows: Iterable[Any]) -> Iterator[str]:
    """A header and the rows, with the mark by which spreadsheets know UTF-8."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow([cell(value) for value in row[: len(columns)]])
        if number % PIECE == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def as_json(about: Mapping[str, Any], columns: list[str], rows: Iterable[Any]) -> Iterator[str]:
    """One object: `about` and then `items`, an object for each row."""
    head = json.dumps(about, ensure_ascii=False)
    yield f'{head[:-1]}, "items": ['
    for number, row in enumerate(rows):
        item = {column: _plain(value) for column, value in zip(columns, row, strict=False)}
        yield (",\n" if number else "\n") + json.dumps(item, ensure_ascii=False)
    yield "\n]}\n"


def cell(value: Any) -> Any:
    """A CSV cell that no spreadsheet runs: text that begins like a formula gets an apostrophe in front."""
    plain = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else _plain(value)
    if isinstance(plain, str) and plain.lstrip().startswith(FORMULA):
        return f"'{plain}"
    return "" if plain is None else plain


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def _emptied(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
