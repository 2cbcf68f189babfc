"""What the platform writes into the report of a stage: tables that higher domains provide, kept with the report.

What is kept are references, numbers and the facilitation's own words. The titles of contributions are looked up when a
report is read, so that what was hidden or withdrawn after it leaves no text behind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cocrea.cycles.models import Cycle, Stage, StageKind

Rows = list[list[Any]]
Sections = Mapping[str, Rows | None]
Compute = Callable[[Cycle, Stage, datetime], Rows | None]
Names = Callable[[Collection[str]], Mapping[str, Any]]


@dataclass(frozen=True)
class Column:
    """`words` says what the codes of a column are called. `endpoint`: the cell is a reference that leads to a page;
    `is_titled` if it is of a contribution, to be read by its title of today."""

    key: str
    label: Any
    words: Mapping[Any, Any] = field(default_factory=dict)
    is_number: bool = False
    endpoint: str = ""
    is_titled: bool = False


@dataclass(frozen=True)
class Section:
    """A table of the reports of one kind of stage. `compute(cycle, stage, now)` answers with plain data fit to be
    published, in a few statements however much there is; None while it must not be told."""

    key: str
    kind: StageKind
    title: Any
    columns: tuple[Column, ...]
    compute: Compute
    note: Any = ""


_sections: dict[str, Section] = {}
_names: list[Names] = []
_refreshers: list[Callable[[int], None]] = []


def provide(*sections: Section) -> None:
    """Add tables, in the order in which reports show them; called by `create_app`."""
    _sections.update({section.key: section for section in sections})


def bind_names(names: Names) -> None:
    """`names` maps references of contributions to what to call them now, in one statement."""
    _names[:] = [names]


def refresh_by(refresher: Callable[[int], None]) -> None:
    """`refresher(cycle_id)` brings up to date what tables tell and jobs compute; it opens transactions of its own."""
    if refresher not in _refreshers:
        _refreshers.append(refresher)


def refresh(cycle_id: int) -> None:
    """To be called before a report is published, outside any transaction: what it tells is told for good."""
    for refresher in _refreshers:
        refresher(cycle_id)


def gather(stage: Stage, now: datetime) -> dict[str, Rows | None]:
    """Every table of the stage as it stands now; a draft cycle has none."""
    if stage.cycle.published_at is None:
        return {}
    mine = [section for section in _sections.values() if section.kind is stage.kind]
    return {section.key: section.compute(stage.cycle, stage, now) for section in mine}


def told(kept: Sections) -> list[tuple[Section, Rows]]:
    """The tables that have something to show, in order."""
    return [(section, rows) for key, section in _sections.items() if (rows := kept.get(key))]


def withheld(kept: Sections) -> list[Section]:
    """The tables that were not told, because results were hidden."""
    return [section for key, section in _sections.items() if key in kept and kept[key] is None]


def names(tables: Collection[tuple[Section, Rows]]) -> Mapping[str, Any]:
    """What the contributions in these tables are called now; no statement when there are none."""
    references = {
        row[place]
        for section, rows in tables
        for place, column in enumerate(section.columns)
        if column.is_titled
        for row in rows
        if row[place]
    }
    return _names[0](references) if _names and references else {}
