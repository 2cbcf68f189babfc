"""Freezing rolls when contests open, sealing boxes when they close, and wiping what is left of them."""

from __future__ import annotations

import sqlalchemy as sa

from cocrea.core import clock
from cocrea.core.db import transaction
from cocrea.core.jobs import every_minutes, job
from cocrea.extensions import db
from cocrea.voting import operations, queries
from cocrea.voting.models import Contest

# Voters wait behind the wiping, which therefore does not wait long for readers itself: the minute's job tries again.
IMPATIENT = {"sqlite": "PRAGMA busy_timeout = 1000", "postgresql": "SET lock_timeout = '1s'"}
WIPE = {
    # The write-ahead log still holds the ballots; the file itself is overwritten by `secure_delete`.
    "sqlite": "PRAGMA wal_checkpoint(TRUNCATE)",
    # Deleted rows stay in the table's file. `VACUUM FULL` would copy those that an older transaction might still read.
    # Contests, keys, ballots: in this order everybody locks them.
    "postgresql": """
        BEGIN;
        SELECT 1 FROM contests WHERE sealed_at IS NULL FOR KEY SHARE;
        LOCK TABLE ballot_keys, open_ballots;
        CREATE TEMPORARY TABLE other_ballots ON COMMIT DROP AS TABLE open_ballots;
        CREATE TEMPORARY TABLE other_keys ON COMMIT DROP AS TABLE ballot_keys;
        TRUNCATE open_ballots, ballot_keys;
        INSERT INTO open_ballots TABLE other_ballots;
        INSERT INTO ballot_keys TABLE other_keys;
        COMMIT""",
}


@job
def settle(contest_id: int) -> None:
    """Freeze, seal and scrub one contest as far as its dates say; harmless to run early or twice."""
    now = clock.now()
    with transaction():
        contest = db.session.get_one(Contest, contest_id)
        operations.freeze(contest=contest, now=now)
        operations.seal(contest=contest, now=now)
    if (contest.sealed_at or contest.cancelled_at) and contest.scrubbed_at is None:
        scrub()
        with transaction():
            contest.scrubbed_at = now


@every_minutes(1)
def settle_due() -> None:
    """Whatever the exact timers missed (a stopped server, a moved clock)."""
    for contest_id in queries.due(clock.now()):
        settle(contest_id)


def settle_on_time(contest: Contest) -> None:
    """Enqueue the jobs for the moments of opening and closing."""
    for moment in (contest.opens_at, contest.closes_at):
        settle.schedule(args=(contest.id,), eta=moment)


def scrub() -> None:
    """Have the database overwrite what deletion left behind of emptied boxes and their keys; see docs/security.md.

    Raises when somebody is in the way for longer than a second; the minute's job tries again.
    """
    engine = db.engine
    db.session.rollback()
    with engine.connect() as connection:
        autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            autocommit.execute(sa.text(IMPATIENT[engine.dialect.name]))
            answer = autocommit.execute(sa.text(WIPE[engine.dialect.name]))
            if answer.returns_rows and answer.scalar_one():
                raise RuntimeError("the write-ahead log is being read and could not be emptied")
        finally:
            connection.invalidate()  # nobody else gets one that does not wait
