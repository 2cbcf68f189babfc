"""Background work of notifications."""

from __future__ import annotations

from datetime import datetime

from cocrea.audit.operations import Event
from cocrea.core import clock
from cocrea.core.db import after_commit, transaction
from cocrea.core.jobs import every_minutes, job
from cocrea.notifications import operations
from cocrea.notifications.reach import Happened

EVENTS_AT_ONCE = 100


def happened(events: list[Event]) -> None:
    """What is recorded of what people follow is told to them, some of it in each transaction."""
    told = [(event.action, event.subject_id, event.actor_id, event.at) for event in events if event.subject_id]
    for start in range(0, len(told), EVENTS_AT_ONCE):
        tell(told[start : start + EVENTS_AT_ONCE])


@job
def tell(events: list[tuple[str, int, int | None, datetime]]) -> None:
    """Tell followers, and write at once to whoever wants that."""
    with transaction():
        if operations.tell(happened=[Happened(*event) for event in events]):
            after_commit(write_letters)


@job
def write_letters(after: int = 0) -> None:
    """Write to the people for whom it is time, some in each transaction."""
    with transaction():
        last = operations.write_letters(now=clock.now(), after=after)
        if last is not None:
            after_commit(write_letters, last)


@every_minutes(10)
def write_due_letters() -> None:
    """The letters of a day or a week, and what is left of before a crash."""
    write_letters()


@every_minutes(60)
def purge() -> None:
    with transaction():
        operations.purge(now=clock.now())
