"""Elections from files: Pabulib `.pb`, PrefLib `.soc .soi .toc .toi .cat`, `.blt`, and our own `.json` and `.csv`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from cocrea.voting.counting.elections import Election
from cocrea.voting.files import blt, own, pabulib, preflib
from cocrea.voting.files.faults import Fault, Unreadable
from cocrea.voting.files.numbers import exact

READERS: Mapping[str, Callable[[str], Election]] = {
    ".pb": pabulib.read,
    ".blt": blt.read,
    ".json": own.read_contest,
    **dict.fromkeys((".soc", ".soi", ".toc", ".toi"), preflib.read_orders),
    ".cat": preflib.read_categories,
}
TABLE = ".csv"


def read(path: Path, rule: str = "") -> Election:
    """The election that a file holds. `Unreadable` says in which line what is wrong.

    What a table (`.csv`) says depends on the `rule` that it is to be counted by.
    """
    reader = partial(own.read_table, rule=rule) if path.suffix.lower() == TABLE else READERS.get(path.suffix.lower())
    if reader is None:
        raise Unreadable(Fault.UNKNOWN_FORMAT, 0, path.suffix)
    try:
        return reader(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable(Fault.NOT_TEXT, 0) from None


__all__ = ["READERS", "TABLE", "Fault", "Unreadable", "exact", "read"]
