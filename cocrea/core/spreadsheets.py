"""Spreadsheets from people, XLSX and ODS. One stray cell makes the library take gigabytes for the empty ones before it
and end its process where there are none: so this same file, run as a script, reads in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import zipfile
from io import BytesIO
from typing import Any, BinaryIO

import python_calamine

MOST_MEMORY = 512 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
MOST_TOLD = 8 * 1024 * 1024
MOST_SECONDS = 20
TOO_LARGE = 3


class Unreadable(ValueError):
    """The file is no spreadsheet that we know."""


class TooLarge(ValueError):
    """The file is a spreadsheet, and much larger unpacked: by what is in it, or by one cell far away."""


def first_sheet(data: bytes, rows: int) -> list[list[str]]:
    """The cells of a file's first sheet as text, at most so many rows. Raises `Unreadable` and `TooLarge`."""
    return sheets(data, rows, 1)[0][1]


def sheets(data: bytes, rows: int, most: int) -> list[tuple[str, list[list[str]]]]:
    """The same of the first `most` sheets of a file, each with its name."""
    # -P: `http.py` and others here are not Python's own
    command = [sys.executable, "-P", __file__, str(rows), str(most)]
    try:
        reader = subprocess.run(  # noqa: S603 - our own words, no shell
            command, check=False, input=data, capture_output=True, timeout=MOST_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise TooLarge from None
    if reader.returncode == TOO_LARGE or reader.returncode < 0:
        raise TooLarge
    if reader.returncode:
        raise Unreadable
    return [(name, lines) for name, lines in json.loads(reader.stdout)]


def main(file: BinaryIO, rows: int, most: int) -> None:
    """Print the cells as JSON, within bounds that end the process where nothing else does."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = file.read()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
            sys.exit(TOO_LARGE)
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    found = []
    for name in book.sheet_names[:most]:
        lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=rows)
        found.append((name, [[_text(value) for value in line] for line in lines]))
    told = json.dumps(found)
    if len(told) > MOST_TOLD:
        sys.exit(TOO_LARGE)
    sys.stdout.write(told)


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


if __name__ == "__main__":
    main(sys.stdin.buffer, int(sys.argv[1]), int(sys.argv[2]))
