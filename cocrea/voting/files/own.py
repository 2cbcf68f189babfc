"""Our own published ballots: the file of a counted contest (JSON), and its table of ballots (CSV)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from io import StringIO
from typing import Any

from cocrea.voting.counting.ballots import blank, fault, normal
from cocrea.voting.counting.checks import FORMATS, terms_of
from cocrea.voting.counting.contests import election_of
from cocrea.voting.counting.elections import Candidate, Election
from cocrea.voting.counting.terms import Style, Terms
from cocrea.voting.files.faults import Fault, Unreadable
from cocrea.voting.files.numbers import whole

MOST_POINTS = 1000
Said = tuple[int, str, Any]  # in which line, under which receipt, and what


def read_contest(text: str) -> Election:
    """The election of a contest where options are chosen, with its seats, budget and seed."""
    published = _json(text)
    if not isinstance(published, dict) or published.get("format") not in FORMATS:
        raise Unreadable(Fault.UNKNOWN_KIND, 0, published.get("format") if isinstance(published, dict) else "")
    try:
        terms, seed = terms_of(published), str(published["seed"])
        said = [(0, str(ballot["receipt"]), ballot["choices"]) for ballot in published["ballots"]]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Unreadable(Fault.NOT_A_BALLOT, 0, "rule, options, seed, ballots") from None
    if terms.style is Style.ANSWERS:
        raise Unreadable(Fault.UNKNOWN_KIND, 0, terms.rule)
    return replace(_election(terms, said), seed=seed)


def read_table(text: str, rule: str) -> Election:
    """The ballots of a contest under a rule, which says what their cells mean: marks, places or points.

    The first row names the columns: `receipt`, the positions of the options, and perhaps `invalid`.
    """
    reader = csv.reader(StringIO(text, newline=""))
    try:
        columns = [cell.strip() for cell in next(reader, [])]
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(cells)]
    except csv.Error:
        raise Unreadable(Fault.UNEVEN, reader.line_num) from None
    names = [column for column in columns[1:] if column not in {"voter", "invalid"}]
    if columns[:1] != ["receipt"] or not names or names != [str(n) for n in range(1, len(names) + 1)]:
        raise Unreadable(Fault.MISSING, 1, "receipt, 1, 2, …")
    terms = Terms(rule, tuple(map(Candidate, names)), max_points=MOST_POINTS)
    return _election(terms, [_row(terms, columns, line, cells) for line, cells in rows])


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as broken:
        raise Unreadable(Fault.NOT_A_BALLOT, broken.lineno, text[broken.pos :][:20]) from None
    except (ValueError, RecursionError):
        raise Unreadable(Fault.NOT_A_BALLOT, 0, "JSON") from None


def _election(terms: Terms, said: Sequence[Said]) -> Election:
    _refuse_repeated(said)
    for line, receipt, choices in said:
        if choices is not None and fault(terms, choices):
            raise Unreadable(Fault.NOT_A_BALLOT, line, receipt)
    cast = [normal(terms, choices) for _line, _receipt, choices in said if choices is not None]
    valid, invalid = [choices for choices in cast if choices], len(said) - len(cast)
    return replace(election_of(terms, valid), blank=len(cast) - len(valid), invalid=invalid)


def _refuse_repeated(said: Iterable[Said]) -> None:
    seen: set[str] = set()
    for line, receipt, _choices in said:
        if receipt in seen:
            raise Unreadable(Fault.REPEATED, line, receipt)
        seen.add(receipt)


def _row(terms: Terms, columns: Sequence[str], line: int, cells: Sequence[str]) -> Said:
    if len(cells) != len(columns):
        raise Unreadable(Fault.UNEVEN, line)
    row = dict(zip(columns, cells, strict=True))
    given = {name: row[name] for name in terms.costs if row[name]}
    if row.get("invalid"):
        return line, row["receipt"], None
    return line, row["receipt"], _choices(terms, given, line) if given else blank(terms)


def _choices(terms: Terms, given: dict[str, str], line: int) -> Any:
    numbers = {name: whole(cell, line) for name, cell in given.items()}
    if terms.style is Style.POINTS:
        return numbers
    order = sorted(numbers, key=numbers.__getitem__)
    expected = list(range(1, len(order) + 1)) if terms.style is Style.ORDER else [1] * len(order)
    if [numbers[name] for name in order] != expected:
        raise Unreadable(Fault.NOT_A_BALLOT, line, ",".join(given.values()))
    return order
