"""Rolls at their moments, for tests."""

from __future__ import annotations

from cocrea.core.db import transaction
from cocrea.voting import electorates, operations, queries
from tests.factories import cycles, voting

OPENS = voting.OPENS


def frozen(contest, now=OPENS):
    with transaction():
        return operations.freeze(contest=contest, now=now)


def register(contest, someone, *, by=None, reason="Su cuenta se confirmó tarde.", now=OPENS):
    with transaction():
        return operations.register_late(
            actor=by or cycles.facilitator(contest.cycle), contest=contest, person=someone, reason=reason, now=now
        )


def place(someone, contest):
    return electorates.place(someone, contest, queries.roll_entry(someone, contest))
