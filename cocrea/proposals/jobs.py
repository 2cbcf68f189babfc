"""Background work of proposals."""

from __future__ import annotations

from cocrea.audit.operations import Event
from cocrea.core import clock
from cocrea.core.db import after_commit, transaction
from cocrea.core.jobs import every_minutes, job
from cocrea.proposals import operations
from cocrea.proposals.operations import notices


@job
def tell_of_answers(responses: list[int], after: int = 0) -> None:
    """Write to who is behind what was answered, some people in each transaction."""
    with transaction():
        last = notices.tell_of_answers(responses=responses, after=after)
        if last is not None:
            after_commit(tell_of_answers, responses, last)


@every_minutes(1)
def publish_due_answers() -> None:
    """What institutions set for a moment that has come is published together, and told."""
    with transaction():
        made = operations.publish_due(now=clock.now())
        if made:
            after_commit(tell_of_answers, [response.id for response in made])


def steps_taken(events: list[Event]) -> None:
    """What is recorded of proposals' steps is told to those behind them."""
    tell_of_steps([(event.subject_id or 0, event.action.removeprefix("proposal.")) for event in events])


@job
def tell_of_steps(steps: list[tuple[int, str]], after: int = 0) -> None:
    """Write to who is behind proposals that took a step, some people in each transaction."""
    with transaction():
        last = notices.tell_of_steps(steps=steps, after=after)
        if last is not None:
            after_commit(tell_of_steps, steps, last)
