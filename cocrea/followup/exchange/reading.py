"""From the bytes of a file, or of the form that confirms it, to verdicts on every commitment in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cocrea.core import sheets
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.followup.exchange import documents, tables, writing
from cocrea.followup.exchange.fields import MOST_ACTIVITIES, MOST_COMMITMENTS
from cocrea.followup.exchange.raw import Source

MOST_BYTES = 2 * 1024 * 1024
MOST_CARRIED = 4 * MOST_BYTES  # what a spreadsheet holds is longer written out
MOST_SHEETS = 6


def read(data: bytes, *, most_bytes: int = MOST_BYTES) -> Source:
    """JSON, CSV, XLSX or ODS, told apart by what they begin with. Raises `Invalid` where it is none of them, too much,
    or empty."""
    sheets.refuse_heavy(data, most_bytes)
    source = documents.read(data) if _is_json(data) else _tables(data)
    if len(source.parts) > MOST_COMMITMENTS:
        raise Invalid(
            _l("Tiene más de %(most)s compromisos. Divídelo en varios archivos.", most=MOST_COMMITMENTS), "file"
        )
    steps = sum(len(action.parts or ()) for part in source.parts for action in part.parts or ())
    if steps > MOST_ACTIVITIES:
        raise Invalid(
            _l("Tiene más de %(most)s actividades. Divídelo en varios archivos.", most=MOST_ACTIVITIES), "file"
        )
    if not source.parts and not source.faults:
        raise Invalid(_l("El archivo no tiene ningún compromiso."), "file")
    return source


def carried(texts: Iterable[dict[str, Any]]) -> str:
    """What was read, for the form that confirms it: it is read and judged again as a file is."""
    return writing.document(texts, {})


def _is_json(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _tables(data: bytes) -> Source:
    found = sheets.every(data, rows=tables.MOST_ROWS + 1, most=MOST_SHEETS, most_bytes=MOST_BYTES)
    return tables.read(found)
