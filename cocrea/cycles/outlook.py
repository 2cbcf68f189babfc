"""Where a cycle stands at a moment: what is open, what comes next. Derived from the dates of its stages alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cocrea.core.windows import WindowState
from cocrea.cycles.doors import Doors, open_doors
from cocrea.cycles.models import Cycle, Stage


@dataclass(frozen=True)
class Outlook:
    """`state` is that of the cycle as a whole: open while any stage is, planned while one is still to come.

    `here` is the stage one is in, or the next, or the last; None when no stage has dates.
    """

    cycle: Cycle
    state: WindowState
    opened: list[Stage]
    upcoming: Stage | None
    here: Stage | None
    doors: list[Doors]

    @property
    def closes_at(self) -> datetime | None:
        """When the first of the open stages closes."""
        return min((stage.ends_at for stage in self.opened if stage.ends_at), default=None)


def outlook(cycle: Cycle, now: datetime) -> Outlook:
    opened = cycle.open_stages(now)
    planned, ended = _in(cycle, WindowState.PLANNED, now), _in(cycle, WindowState.CLOSED, now)
    upcoming = min(planned, key=lambda stage: stage.starts_at or now, default=None)
    last = max(ended, key=lambda stage: stage.ends_at or now, default=None)
    here = opened[-1] if opened else upcoming or last
    return Outlook(cycle, _state(opened, upcoming, last), opened, upcoming, here, open_doors(cycle, now))


def _in(cycle: Cycle, state: WindowState, now: datetime) -> list[Stage]:
    return [stage for stage in cycle.stages if stage.state(now) is state]


def _state(opened: list[Stage], upcoming: Stage | None, last: Stage | None) -> WindowState:
    if opened:
        return WindowState.OPEN
    if upcoming:
        return WindowState.PLANNED
    return WindowState.CLOSED if last else WindowState.UNSCHEDULED
