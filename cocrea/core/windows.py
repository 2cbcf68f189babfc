"""Half-open windows of time: open from `start` (included) until `end` (excluded). State is derived, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WindowState(StrEnum):
    UNSCHEDULED = "unscheduled"
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Window:
    """`start <= now < end`. Without a start it is unscheduled; without an end it stays open."""

    start: datetime | None
    end: datetime | None

    def state(self, now: datetime) -> WindowState:
        if self.start is None:
            return WindowState.UNSCHEDULED
        if now < self.start:
            return WindowState.PLANNED
        if self.end is not None and now >= self.end:
            return WindowState.CLOSED
        return WindowState.OPEN

    def is_open(self, now: datetime) -> bool:
        return self.state(now) is WindowState.OPEN
