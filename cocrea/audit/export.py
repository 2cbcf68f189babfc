"""The download of the history: one JSON object per line, in the order in which a reader can check it.

First the header; then every sealed record by position, and after the last record that it covers, every signed head.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cocrea.audit import heads
from cocrea.audit.canonical import canonical_json
from cocrea.audit.models import TreeHead

FORMAT = "cocrea-history"
VERSION = 1
Record = tuple[int, str, str | None]


def lines(*, records: Iterable[Record], signed_heads: Iterable[TreeHead], site: str, licence: str) -> Iterator[str]:
    """The lines of the download, newline included. Withheld records show their hash and nothing else."""
    signed = list(signed_heads)
    yield _line(header(signed, site, licence))
    waiting = iter(signed)
    head = next(waiting, None)
    for position, leaf, text in records:
        yield _line({"type": "record", "position": position, "leaf": leaf, **_content(text)})
        if head is not None and head.size == position + 1:
            yield _line(head_line(head))
            head = next(waiting, None)


def header(signed: list[TreeHead], site: str, licence: str) -> dict[str, Any]:
    return {
        "type": "header",
        "format": FORMAT,
        "version": VERSION,
        "site": site,
        "licence": licence,
        "public_keys": list(dict.fromkeys(head.public_key for head in signed)),
        "size": signed[-1].size if signed else 0,
    }


def head_line(head: TreeHead) -> dict[str, Any]:
    return {
        "type": "head",
        "size": head.size,
        "root": head.root,
        "at": heads.moment(head.at),
        "signature": head.signature,
        "public_key": head.public_key,
    }


def _content(text: str | None) -> dict[str, Any]:
    return {"withheld": True} if text is None else {"text": text}


def _line(value: dict[str, Any]) -> str:
    return canonical_json(value) + "\n"
