"""Freezing rolls when contests open, sealing boxes when they close, and wiping what is left of them."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from cocrea.core import clock
from cocrea.core.db import transaction
from cocrea.core.jobs import every_minutes, job
from cocrea.core.logs import failure
from cocrea.extensions import db
from cocrea.voting import operations, queries
from cocrea.voting.models import Contest

log = logging.getLogger("cocrea.voting")
# Voters wait behind the wiping, which therefore does not wait long for readers itself: the minute's job tries again.
IMPATIENT = {"sqlite": "PRAGMA busy_timeout = 1000", "postgresql": "SET lock_timeout = '1s'"}
LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's word for a lock that was not had in time
PATIENCE = timedelta(hours=1)  # so long may readers keep the wiping waiting before the log says so
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


class InTheWay(RuntimeError):
    """Somebody reads what is to be overwritten; a minute later they may not."""


@job
def settle(contest_id: int) -> None:
    """Freeze, seal and scrub one contest as far as its dates say; harmless to run early or twice."""
    _settle(contest_id)


def _settle(contest_id: int) -> bool:
    """Whether nothing of what is due is left; only the wiping may be."""
    now = clock.now()
    with transaction():
        contest = db.session.get_one(Contest, contest_id)
        operations.freeze(contest=contest, now=now)
        operations.seal(contest=contest, now=now)
    over = contest.sealed_at or contest.cancelled_at
    return over is None or contest.scrubbed_at is not None or _wipe(contest, over, now)


def _wipe(contest: Contest, over: datetime, now: datetime) -> bool:
    """Wipe what is left of a contest that is over. Whoever is in the way is waited for quietly, though not for ever."""
    try:
        scrub()
    except InTheWay:
        if now - over > PATIENCE:
            raise
        log.debug("wiping waits for a reader")
        return False
    with transaction():
        contest.scrubbed_at = now
    return True


@every_minutes(1)
def settle_due() -> None:
    """Whatever the exact timers missed (a stopped server, a moved clock)."""
    settle_here()


def settle_here() -> dict[str, bool]:
    """Settle what is due, each by itself, so that one that fails keeps no other back: by reference whether it was."""
    return {reference: _is_settled(contest_id) for contest_id, reference in queries.due(clock.now()).items()}


def _is_settled(contest_id: int) -> bool:
    """A failure is logged by its kind and place."""
    try:
        return _settle(contest_id)
    except Exception as error:  # noqa: BLE001 - whatever it is, the others are settled
        db.session.rollback()
        failure(log, "contest not settled", error)
        return False


def settle_on_time(contest: Contest) -> None:
    """Enqueue the jobs for the moments of opening and closing."""
    for moment in (contest.opens_at, contest.closes_at):
        settle.schedule(args=(contest.id,), eta=moment)


def scrub() -> None:
    """Have the database overwrite what deletion left behind of emptied boxes and their keys; see docs/security.md.

    Raises `InTheWay` when somebody is for longer than a second; the minute's job tries again.
    """
    engine = db.engine
    db.session.rollback()
    with engine.connect() as connection:
        autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            autocommit.execute(sa.text(IMPATIENT[engine.dialect.name]))
            answer = autocommit.execute(sa.text(WIPE[engine.dialect.name]))
            if answer.returns_rows and answer.scalar_one():
                raise InTheWay("the write-ahead log is being read and could not be emptied")
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
                raise InTheWay("the box is being read and could not be emptied") from error
            raise
        finally:
            connection.invalidate()  # nobody else gets one that does not wait
