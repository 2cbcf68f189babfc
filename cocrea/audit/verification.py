"""Checking a download of the history without Cocrea's database, server or word: only the file and the public key."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from cocrea.audit import heads
from cocrea.audit.export import FORMAT, VERSION
from cocrea.audit.merkle import Frontier, leaf_hash


class Fault(Exception):
    """The first thing in the file that does not hold. `line` counts from 1; `code` names the kind of fault."""

    def __init__(self, line: int, code: str, **details: Any) -> None:
        super().__init__(f"line {line}: {code}")
        self.line, self.code, self.details = line, code, details


@dataclass
class Report:
    """What a file that holds contains."""

    records: int = 0
    withheld: int = 0
    heads: int = 0
    root: str = ""
    at: str = ""
    public_keys: list[str] = field(default_factory=list)


def verify(lines: Iterable[str], *, public_keys: Collection[str] = ()) -> Report:
    """Check a download line by line; raises `Fault` at the first thing that does not hold.

    Every record's hash is computed again from its text, every head's root from all the hashes before it, and every
    signature checked: against `public_keys` when they are known from elsewhere, else against the header's own.
    """
    check = _Check({key.lower() for key in public_keys})
    number = 0
    for number, line in enumerate(lines, start=1):
        check.line(number, _parsed(number, line))
    check.end(number + 1)
    return check.report


def _parsed(number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        raise Fault(number, "unreadable") from None
    if not isinstance(value, dict):
        raise Fault(number, "unreadable")
    return value


class _Check:
    """The state of one pass over a file."""

    def __init__(self, pinned: set[str]) -> None:
        self.pinned = pinned
        self.report = Report()
        self.frontier = Frontier()
        self.announced: int | None = None
        self.covered = 0

    def line(self, number: int, value: dict[str, Any]) -> None:
        kinds: dict[str, Callable[[int, dict[str, Any]], None]] = {
            "header": self.header,
            "record": self.record,
            "head": self.head,
        }
        check = kinds.get(str(value.get("type")))
        if check is None:
            raise Fault(number, "unknown_line")
        if (number == 1) is not (check == self.header):
            raise Fault(number, "no_header" if number == 1 else "second_header")
        try:
            check(number, value)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Fault(number, "unreadable") from None

    def header(self, number: int, value: dict[str, Any]) -> None:
        if value.get("format") != FORMAT or value.get("version") != VERSION:
            raise Fault(number, "unknown_format")
        self.announced = int(value["size"])
        self.report.public_keys = [str(key) for key in value["public_keys"]]

    def record(self, number: int, value: dict[str, Any]) -> None:
        expected = self.frontier.size
        if value["position"] != expected:
            raise Fault(number, "position", expected=expected, found=value["position"])
        leaf = bytes.fromhex(value["leaf"])
        if value.get("withheld") is True and "text" not in value:
            self.report.withheld += 1
        elif leaf_hash(value["text"].encode()) != leaf:
            raise Fault(number, "text_changed", position=expected)
        self.frontier.append(leaf)
        self.report.records += 1

    def head(self, number: int, value: dict[str, Any]) -> None:
        size, root, at = value["size"], value["root"], value["at"]
        if size != self.frontier.size:
            raise Fault(number, "head_size", expected=self.frontier.size, found=size)
        if root != self.frontier.root.hex():
            raise Fault(number, "root", size=size)
        self._check_signature(number, value)
        self.covered = size
        self.report.heads += 1
        self.report.root, self.report.at = root, at

    def end(self, number: int) -> None:
        """The file must reach the size its header announced, and its last record must be under a head."""
        if self.announced is None:
            raise Fault(number, "no_header")
        if self.frontier.size != self.announced or self.covered != self.announced:
            raise Fault(number, "truncated", expected=self.announced, found=self.covered)

    def _check_signature(self, number: int, value: dict[str, Any]) -> None:
        key = str(value["public_key"]).lower()
        if key not in (self.pinned or self.report.public_keys):
            raise Fault(number, "unknown_key", found=key)
        signed = heads.statement(value["size"], value["root"], value["at"])
        if not heads.is_signed(key, value["signature"], signed):
            raise Fault(number, "signature", size=value["size"])
