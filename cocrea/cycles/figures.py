"""What came in during a stage: counts that higher domains provide for cycle pages and stage reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from cocrea.cycles.models import Cycle, Stage

# {"problem": {"channel": {"online": 3}, "sector": {…}, "gender": {…}, "territory": {…}}}; channels add up to the total.
Figures = Mapping[str, Mapping[str, Mapping[str, int]]]
Provider = Callable[[Cycle, Stage | None], Figures]

CELLS = ("channel", "sector", "gender", "territory")
CHANNELS = ("online", "paper", "in_person")
SMALLEST = 5  # people of a group that is told apart, in all that is published
DELICATE = ("gender", "territory")
REST = "rest"
LABELS: dict[str, Any] = {}
_providers: list[Provider] = []


def provide(provider: Provider, labels: Mapping[str, Any]) -> None:
    """Register `provider(cycle, stage)`: what was published in the stage's window, or in all when stage is None.

    `labels` says what the counted things are called. A provider runs one or two statements.
    """
    LABELS.update(labels)
    if provider not in _providers:
        _providers.append(provider)


def gather(cycle: Cycle, stage: Stage | None = None) -> dict[str, dict[str, dict[str, int]]]:
    """Counts by kind of contribution, with small groups withheld: fit to be published."""
    found = {}
    for provider in _providers:
        for kind, cells in provider(cycle, stage).items():
            found[kind] = {name: _public(name, counts) for name, counts in cells.items()}
    return found


def counted(kind: Any, *cells: Any) -> sa.Select[Any]:
    """The start of a provider's statement, to be narrowed: how many of a kind, by the columns of `CELLS` in order.

    A kind or cell that is the same for all is given as a string. All is read as text, so that statements on different
    tables can be joined by `sa.union_all`.
    """
    texts: list[Any] = [sa.type_coerce(cell, sa.String) for cell in (kind, *cells)]
    columns = [cell for cell in (kind, *cells) if not isinstance(cell, str)]
    return sa.select(*texts, sa.func.count()).group_by(*columns)


def tally(found: Iterable[Any]) -> dict[str, dict[str, dict[str, int]]]:
    """Rows of `counted` added up cell by cell; what people did not declare is left out."""
    added: dict[str, dict[str, Counter[str]]] = {}
    for kind, *values, number in found:
        cells = added.setdefault(kind, {name: Counter() for name in CELLS})
        for name, value in zip(CELLS, values, strict=True):
            if value is not None:
                cells[name][value] += number
    return {kind: {name: dict(counts) for name, counts in cells.items()} for kind, cells in added.items()}


def within(moment: Any, stage: Stage | None) -> list[sa.ColumnElement[bool]]:
    """That a moment lies in the stage's window; nothing to fulfil where there is no stage."""
    start, end = (stage.starts_at, stage.ends_at) if stage else (None, None)
    return [*([moment >= start] if start else []), *([moment < end] if end else [])]


def rows(figures: Figures) -> list[tuple[Any, ...]]:
    """One row per kind of contribution received: its name, the total and how many came by each channel."""
    return [
        (LABELS.get(kind, kind), total(figures, kind), *(cells["channel"].get(name, 0) for name in CHANNELS))
        for kind, cells in figures.items()
        if total(figures, kind)
    ]


def total(figures: Figures, kind: str) -> int:
    return sum(figures[kind]["channel"].values())


def withhold_small(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts with every group below five joined into «rest», which is itself never below five.

    Without that last condition the small group would be the total minus the others.
    """
    kept = {name: count for name, count in counts.items() if count >= SMALLEST}
    rest = sum(counts.values()) - sum(kept.values())
    while kept and 0 < rest < SMALLEST:
        rest += kept.pop(min(kept, key=lambda name: kept[name]))
    if rest < SMALLEST:
        return kept
    return {**kept, REST: rest}


def _public(name: str, counts: Mapping[str, int]) -> dict[str, int]:
    return withhold_small(counts) if name in DELICATE else dict(counts)
