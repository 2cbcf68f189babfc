"""Participatory budgets as Pabulib has them (https://pabulib.org/format): META, PROJECTS and VOTES, `;` between."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO

from cocrea.voting.counting.elections import Candidate, Election, Kind, Tiers
from cocrea.voting.counting.gathering import Points, gathered
from cocrea.voting.files.faults import Fault, Unreadable
from cocrea.voting.files.numbers import exact, whole

SECTIONS = ("META", "PROJECTS", "VOTES")
KINDS = {
    "approval": Kind.APPROVAL,
    "choose-1": Kind.APPROVAL,
    "ordinal": Kind.RANKED,
    "cumulative": Kind.POINTS,
    "scoring": Kind.POINTS,
}
Row = tuple[int, Mapping[str, str]]


@dataclass
class _Section:
    """Its rows by column, each with its line, and in which line it begins."""

    begins: int
    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def read(text: str) -> Election:
    """The election, its budget included. Votes for projects that are not there make the file unreadable."""
    sections = _sections(text)
    meta = _meta(sections["META"])
    kind = KINDS.get(_said(meta, "vote_type")[1])
    if kind is None:
        raise Unreadable(Fault.UNKNOWN_KIND, *_said(meta, "vote_type"))
    projects = _projects(sections["PROJECTS"])
    ballots, blank = gathered(_votes(sections["VOTES"], kind, projects))
    _agree(meta, "num_projects", len(projects))
    _agree(meta, "num_votes", len(sections["VOTES"].rows))
    line, longest = meta.get("max_length", (0, ""))
    return Election(
        kind=kind,
        candidates=projects,
        ballots=ballots,
        blank=blank,
        budget=exact(_said(meta, "budget")[1], _said(meta, "budget")[0]),
        longest=whole(longest, line) if longest and kind is Kind.RANKED else None,
    )


def _sections(text: str) -> Mapping[str, _Section]:
    found: dict[str, _Section] = {}
    section = None
    reader = csv.reader(StringIO(text, newline=""), delimiter=";")
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) == 1 and cells[0].strip() in SECTIONS:
                section = found[cells[0].strip()] = _Section(reader.line_num)
            elif section is None:
                raise Unreadable(Fault.NO_SECTION, reader.line_num, cells[0])
            elif not section.columns:
                section.columns = [cell.strip() for cell in cells]
            else:
                section.rows.append((reader.line_num, _row(section.columns, cells, reader.line_num)))
    except csv.Error:
        raise Unreadable(Fault.UNEVEN, reader.line_num) from None
    for name in SECTIONS:
        if name not in found:
            raise Unreadable(Fault.MISSING, 0, name)
    return found


def _row(columns: list[str], cells: list[str], line: int) -> Mapping[str, str]:
    if len(cells) > len(columns):
        raise Unreadable(Fault.UNEVEN, line)
    return dict(zip(columns, [cell.strip() for cell in cells] + [""] * (len(columns) - len(cells)), strict=True))


def _meta(section: _Section) -> Mapping[str, tuple[int, str]]:
    return {row["key"]: (line, row.get("value", "")) for line, row in section.rows if "key" in row}


def _said(meta: Mapping[str, tuple[int, str]], key: str) -> tuple[int, str]:
    if key not in meta:
        raise Unreadable(Fault.MISSING, 0, key)
    return meta[key]


def _agree(meta: Mapping[str, tuple[int, str]], key: str, found: int) -> None:
    line, said = meta.get(key, (0, ""))
    if said and whole(said, line) != found:
        raise Unreadable(Fault.OTHER_COUNT, line, f"{key}: {said}, {found}")


def _projects(section: _Section) -> dict[str, Candidate]:
    projects: dict[str, Candidate] = {}
    for line, row in section.rows:
        number, cost = _cell(section, row, "project_id"), _cell(section, row, "cost")
        if not number or number in projects:
            raise Unreadable(Fault.REPEATED if number else Fault.MISSING, line, number or "project_id")
        projects[number] = Candidate(number, row.get("name", ""), exact(cost, line))
    return projects


def _votes(section: _Section, kind: Kind, projects: Mapping[str, Candidate]) -> Iterator[tuple[Tiers, Points, int]]:
    for line, row in section.rows:
        cell = _cell(section, row, "vote")
        named = [name.strip() for name in cell.split(",")] if cell else []
        for name in named:
            if name not in projects:
                raise Unreadable(Fault.UNKNOWN_CANDIDATE, line, name)
        if len(set(named)) < len(named):
            raise Unreadable(Fault.REPEATED, line, cell)
        if kind is Kind.RANKED:
            yield tuple((name,) for name in named), (), 1
        elif kind is Kind.APPROVAL:
            yield (tuple(sorted(named)),), (), 1
        else:
            yield _by_points(named, _cell(section, row, "points"), line)


def _by_points(named: list[str], cell: str, line: int) -> tuple[Tiers, Points, int]:
    """The projects by the points that they get; who gets none is not named."""
    points = [exact(words, line) for words in cell.split(",")] if cell else []
    if len(points) != len(named):
        raise Unreadable(Fault.UNEVEN, line, cell)
    given = {name: each for name, each in zip(named, points, strict=True) if each}
    tiers = tuple(
        tuple(sorted(name for name, each in given.items() if each == level))
        for level in sorted(set(given.values()), reverse=True)
    )
    return tiers, tuple(sorted(given.items())), 1


def _cell(section: _Section, row: Mapping[str, str], column: str) -> str:
    if column not in row:
        raise Unreadable(Fault.MISSING, section.begins, column)
    return row[column]
