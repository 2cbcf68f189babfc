"""In which order those who wait are called, and why each stands where they stand; how time spoken is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cocrea.accounts.models import Sector
from cocrea.cycles.figures import REST, withhold_small
from cocrea.tables.models import FloorMode, Turn, TurnKind

UNDECLARED = "none"

Spoken = Mapping[int | str, int]  # seconds, by `Turn.speaker`


class Why(StrEnum):
    """What decided a position."""

    MOVED = "moved"
    POINT_OF_ORDER = "point_of_order"
    SPOKE_LESS = "spoke_less"
    ALTERNATES = "alternates"
    ASKED_BEFORE = "asked_before"


@dataclass(frozen=True)
class Position:
    """A place in the list of speakers, with what its speaker has spoken before (seconds)."""

    turn: Turn
    why: Why
    spoken: int


def line_up(turns: Sequence[Turn], mode: FloorMode, spoken: Spoken, last: Sector | None) -> list[Position]:
    """Those who wait, in the order in which they are called. `last` is the sector of who spoke last.

    Whom the facilitation moved stands where it was put. Of the others, points of order come first; then whoever asked
    before, or in a balanced session whoever has spoken less, but nobody of the sector before them while another waits.
    """
    placed = sorted((turn for turn in turns if turn.place is not None), key=_place)
    rest = sorted((turn for turn in turns if turn.place is None), key=lambda turn: _rank(turn, mode, spoken))
    line: list[Position] = []
    while placed or rest:
        if placed and (not rest or _place(placed[0]) <= len(line)):
            turn, why = placed.pop(0), Why.MOVED
        else:
            turn, why = _next(rest, mode, spoken, line[-1].turn.sector if line else last)
            rest.remove(turn)
        line.append(Position(turn, why, spoken.get(turn.speaker, 0)))
    return line


def shared_time(seconds: Mapping[str, int], present: Mapping[str, int]) -> dict[str, int]:
    """Time spoken by group, told only of groups of five or more who are `present`; the others are joined."""
    groups = withhold_small(present)
    told = {group: seconds.get(group, 0) for group in groups if group != REST}
    if REST in groups:
        told[REST] = sum(spoken for group, spoken in seconds.items() if group not in told)
    return told


def _next(rest: list[Turn], mode: FloorMode, spoken: Spoken, last: Sector | None) -> tuple[Turn, Why]:
    first = rest[0]
    if first.kind is TurnKind.POINT_OF_ORDER:
        return first, Why.POINT_OF_ORDER
    if mode is FloorMode.BY_REQUEST:
        return first, Why.ASKED_BEFORE
    other = next((turn for turn in rest if turn.sector is None or turn.sector is not last), first)
    if other is not first:
        return other, Why.ALTERNATES
    said = spoken.get(first.speaker, 0)
    spoke_less = any(spoken.get(turn.speaker, 0) > said for turn in rest)
    return first, Why.SPOKE_LESS if spoke_less else Why.ASKED_BEFORE


def _rank(turn: Turn, mode: FloorMode, spoken: Spoken) -> tuple[object, ...]:
    orderly = turn.kind is TurnKind.POINT_OF_ORDER
    said = 0 if orderly or mode is FloorMode.BY_REQUEST else spoken.get(turn.speaker, 0)
    return (not orderly, said, turn.requested_at, turn.id)


def _place(turn: Turn) -> int:
    return turn.place or 0
