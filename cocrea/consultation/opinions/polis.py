"""Polis's public export: reading it, and telling an analysis in its words."""

from __future__ import annotations

import csv
from collections.abc import Hashable, Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from cocrea.consultation.opinions.answers import Analysis, Answers, Floats, Group, Side

TAKEN_OUT = "-1"
MEANINGS = {"1": 1.0, "-1": -1.0, "0": 0.0}
Row = dict[str, str]
Rows = list[tuple[int, Row]]


class Fault(Enum):
    """What is wrong with a file."""

    ALIEN = "alien"
    MISSING = "missing"  # the column
    REPEATED = "repeated"  # the person of this line, or the statement of this column
    EMPTY = "empty"


class Unreadable(ValueError):
    """The file is not what Polis exports; `fault` says why, `line` and `column` where ("": the whole line)."""

    def __init__(self, file: Path, line: int, column: str = "", fault: Fault = Fault.ALIEN) -> None:
        super().__init__(f"{file.name}:{line}:{column}: {fault.value}")
        self.file, self.line, self.column, self.fault = file, line, column, fault


def read(path: Path) -> tuple[Answers, dict[int, int]]:
    """The answers of an export, and the groups that its own analysis found (person to group; {} when not told).

    People and statements come by number, so that both files of a conversation give the same answers.
    `path` is the export's folder, its `participants-votes.csv` or its `votes.csv`; `comments.csv` beside it says which
    statements moderation took out. Raises `Unreadable`, and `OSError` for a file that is not there.
    """
    file = _file(path)
    columns, rows = _table(file)
    if "participant" in columns:
        table = _matrix(file, rows, columns)
    elif {"timestamp", "comment-id", "voter-id", "vote"} <= set(columns):
        table = _votes(file, rows)
    else:
        raise Unreadable(file, 1)
    if not rows:
        raise Unreadable(file, 1, fault=Fault.EMPTY)
    people, statements, values = _by_number(*table)
    taken_out = _taken_out(file.parent / "comments.csv")
    left_out = np.array([statement in taken_out for statement in statements], dtype=bool)
    return Answers(people, statements, values, left_out), _groups(file, rows)


def told(answers: Answers, analysis: Analysis) -> dict[str, Any]:
    """An analysis as plain data, with the abbreviations of Polis: `na`, `nd`, `ns` counts, `pa`, `pd` shares, `pat`,
    `pdt` their tests, `ra`, `rd` representativeness, `rat`, `rdt` its tests."""
    return {
        "participants": len(answers.people),
        "grouped": len(analysis.people),
        "silhouette": _rounded(analysis.silhouette),
        "groups": [
            {"id": group.id, "size": len(group.members), "members": group.members} for group in analysis.groups
        ],
        "statements": [_statement(answers, analysis, column) for column in range(len(answers.statements))],
        "representative": [said for group in analysis.groups for said in _speaking(group)],
        "consensus": [
            {"statement": statement, "value": _rounded(value), "disagree": _rounded(analysis.dissent[statement])}
            for statement, value in analysis.consensus.items()
        ],
    }


def _statement(answers: Answers, analysis: Analysis, column: int) -> dict[str, Any]:
    given = answers.values[:, column]
    counts = {name: int((given == value).sum()) for name, value in (("agree", 1), ("disagree", -1), ("pass", 0))}
    voices = [{"group": group.id, **_voice(group, column)} for group in analysis.groups]
    return {
        "id": answers.statements[column],
        **counts,
        "left_out": bool(answers.left_out[column]),
        "groups": voices,
    }


def _voice(group: Group, column: int) -> dict[str, Any]:
    voice = group.voices[column]
    return {"ns": voice.seen, **_side("a", voice.agree), **_side("d", voice.disagree)}


def _side(letter: str, side: Side) -> dict[str, Any]:
    return {
        f"n{letter}": side.count,
        f"p{letter}": _rounded(side.p),
        f"p{letter}t": _rounded(side.z),
        f"r{letter}": _rounded(side.r),
        f"r{letter}t": _rounded(side.rz),
    }


def _speaking(group: Group) -> Iterator[dict[str, Any]]:
    for said in group.speaking:
        side = "agree" if said.agrees else "disagree"
        yield {"group": group.id, "statement": said.statement, "for": side, "weight": _rounded(said.weight)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 9)


def _file(path: Path) -> Path:
    if not path.is_dir():
        return path
    wide = path / "participants-votes.csv"
    return wide if wide.exists() else path / "votes.csv"


def _table(file: Path) -> tuple[list[str], Rows]:
    """The columns, and the rows with their line numbers.

    A byte that is no text, a row that is too short or too long, or a column that is there twice is `Unreadable`.
    """
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        try:
            columns = list(reader.fieldnames or [])
            rows = [(reader.line_num, row) for row in reader]
        except (csv.Error, UnicodeDecodeError):
            raise Unreadable(file, reader.line_num) from None
    _told_once(file, [(1, column, column) for column in columns])
    for line, row in rows:
        if None in row or None in row.values():
            raise Unreadable(file, line)
    return columns, rows


def _told_once(file: Path, named: Iterable[tuple[int, str, Hashable]]) -> None:
    """Each name of lines and columns is there only once."""
    seen: set[Hashable] = set()
    for line, column, name in named:
        if name in seen:
            raise Unreadable(file, line, column, Fault.REPEATED)
        seen.add(name)


def _by_number(people: list[int], statements: list[int], values: Floats) -> tuple[list[int], list[int], Floats]:
    rows, columns = np.argsort(people), np.argsort(statements)
    return sorted(people), sorted(statements), values[np.ix_(rows, columns)]


def _matrix(file: Path, rows: Rows, columns: list[str]) -> tuple[list[int], list[int], Floats]:
    names = [name for name in columns if name.isdecimal()]
    people = [_number(file, line, row, "participant") for line, row in rows]
    _told_once(file, [(line, "participant", person) for (line, _row), person in zip(rows, people, strict=True)])
    _told_once(file, [(1, name, int(name)) for name in names])
    values = [[_answer(file, line, row, name) for name in names] for line, row in rows]
    return people, [int(name) for name in names], np.array(values, dtype=float).reshape(len(people), len(names))


def _votes(file: Path, rows: Rows) -> tuple[list[int], list[int], Floats]:
    """The last answer counts; of those of one moment the one further down."""
    last: dict[tuple[int, int], tuple[int, float]] = {}
    for line, row in rows:
        key = _number(file, line, row, "voter-id"), _number(file, line, row, "comment-id")
        given = _number(file, line, row, "timestamp"), _answer(file, line, row, "vote")
        if key not in last or given[0] >= last[key][0]:
            last[key] = given
    people = list({person for person, _statement in last})
    statements = list({statement for _person, statement in last})
    values = np.full((len(people), len(statements)), np.nan)
    at_row = {person: at for at, person in enumerate(people)}
    at_column = {statement: at for at, statement in enumerate(statements)}
    for (person, statement), (_when, answer) in last.items():
        values[at_row[person], at_column[statement]] = answer
    return people, statements, values


def _groups(file: Path, rows: Rows) -> dict[int, int]:
    return {
        _number(file, line, row, "participant"): _number(file, line, row, "group-id")
        for line, row in rows
        if row.get("group-id")
    }


def _taken_out(comments: Path) -> set[int]:
    if not comments.exists():
        return set()
    columns, rows = _table(comments)
    for needed in ("comment-id", "moderated"):
        if needed not in columns:
            raise Unreadable(comments, 1, needed, Fault.MISSING)
    return {_number(comments, line, row, "comment-id") for line, row in rows if row["moderated"] == TAKEN_OUT}


def _answer(file: Path, line: int, row: Row, column: str) -> float:
    given = row[column].strip()
    if not given:
        return float("nan")
    if given not in MEANINGS:
        raise Unreadable(file, line, column)
    return MEANINGS[given]


def _number(file: Path, line: int, row: Row, column: str) -> int:
    try:
        return int(row[column])
    except ValueError:
        raise Unreadable(file, line, column) from None
