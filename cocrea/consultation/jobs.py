"""Background work of the consultation."""

from __future__ import annotations

from cocrea.consultation import operations, queries
from cocrea.consultation.models import Problem
from cocrea.consultation.operations import notices
from cocrea.core import clock
from cocrea.core.cpu import run_apart
from cocrea.core.db import after_commit, transaction
from cocrea.core.jobs import every_minutes, job
from cocrea.extensions import db


@every_minutes(5)
def tell_opinions() -> None:
    compute_opinions()


def compute_opinions(only: int | None = None) -> None:
    """Analyse the answers of every cycle in which something changed, or of one if they did; nothing is held while it
    is computed."""
    now = clock.now()  # what happens while it is computed is later, and looked at next time
    changed = queries.changed_conversations(now)
    db.session.rollback()
    for cycle_id, mark in changed.items():
        if only not in {None, cycle_id}:
            continue
        found = queries.conversation(cycle_id)
        db.session.rollback()
        content, lengths = run_apart(operations.analysed, found)
        with transaction():
            operations.keep_opinions(cycle_id=cycle_id, mark=mark, content=content, lengths=lengths, now=now)


@job
def tell_of_merge(sources: list[int], into: int, after: int = 0) -> None:
    """Write to who is behind what was merged, some people in each transaction."""
    with transaction():
        stays = db.session.get_one(Problem, into)
        last = notices.tell_of_merge(sources=sources, into=stays, after=after)
        if last is not None:
            after_commit(tell_of_merge, sources, into, last)


@job
def tell_of_undoing(problem: int, into: int, reason: str, after: int = 0) -> None:
    """Write to who is behind what stands by itself again, some people in each transaction."""
    with transaction():
        back, stayed = db.session.get_one(Problem, problem), db.session.get_one(Problem, into)
        last = notices.tell_of_undoing(problem=back, into=stayed, reason=reason, after=after)
        if last is not None:
            after_commit(tell_of_undoing, problem, into, reason, last)
