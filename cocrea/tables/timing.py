"""When people are reminded: by the days of the calendar where they live, and not at night."""

from __future__ import annotations

from datetime import datetime

from cocrea.core.i18n import zone

MORNING, EVENING = 9, 21


def days_left(due_at: datetime, now: datetime, tz: str) -> int:
    """How many days of the calendar there are until something is due: 0 is today, 1 is tomorrow."""
    return (due_at.astimezone(zone(tz)).date() - now.astimezone(zone(tz)).date()).days


def is_daytime(now: datetime, tz: str) -> bool:
    return MORNING <= now.astimezone(zone(tz)).hour < EVENING
