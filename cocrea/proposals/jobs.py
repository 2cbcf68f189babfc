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


@job
def tell_of_correction(version: int, after: int = 0) -> None:
    """Write to who is behind a proposal that its answer was corrected, some people in each transaction."""
    with transaction():
        last = notices.tell_of_correction(version=version, after=after)
        if last is not None:
            after_commit(tell_of_correction, version, last)


@every_minutes(1)
def publish_due_answers() -> None:
    """What institutions set for a moment that has come is published together, and told."""
    with transaction():
        made = operations.publish_due(now=clock.now())
        if made:
            after_commit(tell_of_answers, [response.id for response in made])


@every_minutes(5)
def tell_of_routings() -> None:
    """The officials of each institution learn of what was routed to it, in one letter."""
    with transaction():
        operations.tell_of_routings(now=clock.now())


@every_minutes(15)
def remind_of_answers() -> None:
    """Officials are reminded of answers that are due, and of those that are late: each once."""
    with transaction():
        operations.remind_of_answers(now=clock.now())


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


def rearranged(events: list[Event]) -> None:
    """Who amends what was merged or split is told where it went."""
    tell_of_leaving([event.subject_id or 0 for event in events])


@job
def tell_of_leaving(proposals: list[int], after: int = 0) -> None:
    """Write to who proposed amendments that nobody will decide any more, some people in each transaction."""
    with transaction():
        last = notices.tell_of_leaving(proposals=proposals, after=after)
        if last is not None:
            after_commit(tell_of_leaving, proposals, last)


def routings_moved(events: list[Event]) -> None:
    """Whoever was to answer what was merged or split, or came of that and was undone, is told where it went."""
    tell_officials_of_moving([event.subject_id or 0 for event in events])


@job
def tell_officials_of_moving(proposals: list[int]) -> None:
    """One letter to each official for all of it."""
    with transaction():
        operations.tell_of_moving(proposals=proposals)


@every_minutes(1)
def lapse_rearrangements() -> None:
    """Merges and splits that nobody concluded in time end, and those concerned are told; so is the facilitation of
    those for which nobody is waited any more."""
    with transaction():
        now = clock.now()
        operations.lapse_due(now=now)
        operations.settle_consented(now=now)
