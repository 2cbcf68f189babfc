"""Background work of the follow-up."""

from __future__ import annotations

from cocrea.core import clock
from cocrea.core.db import transaction
from cocrea.core.jobs import every_minutes
from cocrea.followup import operations


@every_minutes(15)
def remind_of_activities() -> None:
    """Officials are reminded of activities that end soon, and of those that are late: of each once."""
    with transaction():
        operations.remind_of_activities(now=clock.now())
