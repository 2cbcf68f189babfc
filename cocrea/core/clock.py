"""The one place where the present moment is read; everything else takes `now` as an argument."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import current_app, has_app_context


def now() -> datetime:
    """The current moment, aware, in UTC. An application may carry its own clock (tests, journeys)."""
    if has_app_context() and (clock := current_app.extensions.get("clock")):
        moment: datetime = clock()
        return moment
    return datetime.now(UTC)


def epoch(moment: datetime) -> int:
    """In milliseconds, as scripts count."""
    return round(moment.timestamp() * 1000)
