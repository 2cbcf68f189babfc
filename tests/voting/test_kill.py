"""Real servers: one dies in the middle of a vote, and five hundred people vote at once (invariants 3 and 6)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import pytest
import sqlalchemy as sa

from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.voting import counting, operations, queries
from cocrea.voting.models import OpenBallot
from tests.voting.server import Server, open_contest, signed_in

pytestmark = pytest.mark.slow
VOTERS, SHOWN_BEFORE_THE_KILL, CROWD = 60, 15, 500


def sealed_as(contest, receipts):
    """Seal the box: what is in it are these receipts, and whoever checks the file finds nothing wrong."""
    db.session.rollback()
    assert sorted(db.session.scalars(sa.select(OpenBallot.receipt))) == sorted(receipts)
    with transaction():
        operations.seal(contest=contest, now=contest.closes_at)
    assert counting.faults(queries.published(contest)) == []
    assert sorted(ballot.receipt for ballot in queries.receipts(contest, size=CROWD)) == sorted(receipts)


def test_every_receipt_shown_survives_a_kill(committed_app):
    contest, shown, guard = open_contest(VOTERS), {}, Lock()
    reference, people = contest.reference, signed_in(committed_app, VOTERS)
    server = Server(committed_app)
    server.start()
    killed: list[int] = []

    def go(person_id: int) -> None:
        receipt = people[person_id].vote(server, reference)
        with guard:
            if receipt:
                shown[person_id] = receipt
            if len(shown) == SHOWN_BEFORE_THE_KILL and not killed:
                killed.append(len(shown))
                server.kill()

    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(go, people))
        assert killed and len(shown) < VOTERS
        server.start()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(go, [person_id for person_id in people if person_id not in shown]))
    finally:
        server.kill()
    assert len(shown) == VOTERS
    sealed_as(contest, shown.values())


def test_five_hundred_people_at_once_lose_nothing(committed_app, database_kind):
    """On two processes, on SQLite on one: everybody gets a receipt, and all of them are in the box."""
    contest = open_contest(CROWD)
    reference = contest.reference
    people = list(signed_in(committed_app, CROWD).values())
    server = Server(committed_app, processes=2 if database_kind == "postgresql" else 1)
    server.start()
    try:
        with ThreadPoolExecutor(100) as pool:
            receipts = list(pool.map(lambda voter: voter.vote(server, reference), people))
    finally:
        server.kill()
    assert None not in receipts
    sealed_as(contest, receipts)
