"""Rows as CSV and JSON, made piece by piece. What a spreadsheet would take for a formula is disarmed in CSV."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from io import StringIO
from typing import Any

from flask import Response, stream_with_context

from cocrea.core import clock
from cocrea.core.settings import current_settings

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
FORMULA = re.compile(r"[\s']*[=+\-@＝＋－＠]")
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
    return attached(body, f"{name}.{extension}", MEDIA_TYPES[extension])


def attached(body: Iterator[Any], name: str, media_type: str) -> Response:
    """A file to take along under the licence of all data, streamed. Pages of other sites may read it."""
    headers = {
        "Content-Disposition": f"attachment; filename={name}",
        "Link": f'<{licence_url()}>; rel="license"',
        "Cache-Control": "no-cache",
        "Access-Control-Allow-Origin": "*",
    }
    return Response(stream_with_context(body), mimetype=media_type, headers=headers)


def licence_url() -> str:
    """Where the licence of all data is read."""
    return f"https://spdx.org/licenses/{current_settings().data_licence}.html"


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
        item = {column: plain(value) for column, value in zip(columns, row, strict=False)}
        yield (",\n" if number else "\n") + json.dumps(item, ensure_ascii=False)
    yield "\n]}\n"


def cell(value: Any) -> Any:
    """A CSV cell that no spreadsheet runs: text that begins like a formula gets an apostrophe in front."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else plain(value)
    if isinstance(text, str) and _is_formula(text):
        return f"'{text}"
    return "" if text is None else text


def uncelled(text: str) -> str:
    """What `cell` made the text of a CSV cell of: without the apostrophe that it puts in front of formulas."""
    return text[1:] if text.startswith("'") and _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Also behind apostrophes, so that what `cell` puts in front can be told from what somebody wrote."""
    return bool(FORMULA.match(text))


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def _emptied(buffer: StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
