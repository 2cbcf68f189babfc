"""Background work of notifications."""

from __future__ import annotations

import logging
from datetime import timedelta

from cocrea.audit.operations import Event
from cocrea.core import clock
from cocrea.core.db import after_commit, together_after_commit, transaction
from cocrea.core.jobs import every_minutes, job
from cocrea.extensions import db
from cocrea.notifications import operations, queries
from cocrea.notifications.models import Occasion
from cocrea.notifications.reach import Happened
from cocrea.voting.models import Contest

EVENTS_AT_ONCE = 100
BATCHES = 5  # of one roll, each minute
RETRIES = timedelta(minutes=10)  # in which the job itself tries again
KEPT = timedelta(days=2)
log = logging.getLogger("cocrea.notifications")


def happened(event: Event) -> None:
    """What is recorded of what people follow is kept with the record, and told to them after the commit."""
    if event.subject_id is not None:
        news = Happened(event.action, event.subject_id, event.actor_id, event.at)
        together_after_commit(tell_each, operations.keep(happened=news, now=clock.now()))


def tell_each(kept: list[str]) -> None:
    """Some of it in each transaction."""
    for start in range(0, len(kept), EVENTS_AT_ONCE):
        tell(kept[start : start + EVENTS_AT_ONCE])


@job
def tell(kept: list[str], is_late: bool = False) -> None:
    """Tell followers what nobody told them yet, and write at once to whoever wants that."""
    with transaction():
        if operations.tell(happened=operations.take(kept=kept), is_late=is_late):
            after_commit(write_letters)


@every_minutes(10)
def tell_what_is_left() -> None:
    """What no job has told, also of before a crash: each by itself, so that one that fails keeps nothing else back;
    what waits for too long is given up, once it was tried again."""
    now = clock.now()
    with transaction():
        given_up = operations.give_up(kept=now - KEPT, tried=now - RETRIES)
        waiting = operations.try_again(waiting=now - RETRIES, now=now)
    if given_up:
        log.error("news given up")
    for kept in waiting:
        tell([kept], is_late=True)


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


def registered_late(event: Event) -> None:
    """Witness of late registrations: who was registered is told in the transaction that registers them."""
    operations.tell_registered(contest=db.session.get_one(Contest, event.subject_id), now=event.at)


@every_minutes(1)
def call_to_vote() -> None:
    """People are told that they can vote, and reminded a day before the close: some hundreds each minute, so that
    other letters go out between them."""
    for contest_id, occasion in queries.calls_due(clock.now()):
        call_roll(contest_id, occasion.value)


@job
def call_roll(contest_id: int, occasion: str) -> None:
    """Some batches of one roll, each in a transaction of its own."""
    for _batch in range(BATCHES):
        with transaction():
            contest = db.session.get_one(Contest, contest_id)
            if not operations.call_to_vote(contest=contest, occasion=Occasion(occasion), now=clock.now()):
                return


@every_minutes(60)
def purge() -> None:
    with transaction():
        operations.purge(now=clock.now())
