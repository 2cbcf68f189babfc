"""After the count nothing ties a person to a ballot: not in a table, not in a file of the database (invariant 4)."""

from __future__ import annotations

import hmac
import re
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from cocrea.accounts.models import Person
from cocrea.core.errors import Conflict
from cocrea.extensions import db, queue
from cocrea.voting import jobs, queries
from cocrea.voting.models import BallotKey, Contest, OpenBallot
from tests.factories import proposals, voting
from tests.real import at_once


def _close(app: Flask, contest: Contest) -> None:
    """Run the job as it would run at the close."""
    app.extensions["clock"].moment = voting.CLOSES
    jobs.settle.call_local(contest.id)
    db.session.expire_all()


def _on_disk(app: Flask) -> bytes:
    """All bytes that the database keeps in files of the emptied box, its keys and (SQLite) of everything."""
    if db.engine.dialect.name == "sqlite":
        path = Path(db.engine.url.database or "")
        return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("CHECKPOINT"))
        names = ("open_ballots", "ballot_keys", "pk_open_ballots", "uq_open_ballots_receipt", "pk_ballot_keys")
        read = sa.text("SELECT pg_read_binary_file(pg_relation_filepath(CAST(:name AS regclass)))")
        return b"".join(connection.execute(read, {"name": name}).scalar_one() for name in names)


def test_the_disk_forgets_pseudonyms_keys_and_replaced_receipts(committed_app):
    voters, contest = voting.electorate(30), voting.contest()
    replaced = [voting.vote(contest, voter, "no") for voter in voters]
    for voter in voters:
        voting.vote(contest, voter, "yes")
    secrets = [*replaced, db.session.get_one(BallotKey, contest.id).key]
    secrets += db.session.scalars(sa.select(OpenBallot.pseudonym))
    db.session.commit()
    _close(committed_app, contest)
    assert contest.scrubbed_at is not None
    disk = _on_disk(committed_app)
    assert [found for found in secrets if found.encode() in disk] == []


def test_the_disk_forgets_although_someone_has_been_reading_since_before(committed_app):
    voter, contest = voting.electorate(1)[0], voting.contest()
    voting.vote(contest, voter, "yes")
    pseudonym = db.session.scalars(sa.select(OpenBallot.pseudonym)).one()
    with db.engine.connect().execution_options(isolation_level=_snapshot()) as reader:
        reader.execute(sa.select(sa.func.count()).select_from(Contest))
        _close(committed_app, contest)
        if db.engine.dialect.name == "sqlite":  # where it is due again as long as somebody reads
            assert contest.sealed_at is not None and contest.scrubbed_at is None
    _close(committed_app, contest)
    assert contest.scrubbed_at is not None and pseudonym.encode() not in _on_disk(committed_app)


def _snapshot() -> str:
    return "SERIALIZABLE" if db.engine.dialect.name == "sqlite" else "REPEATABLE READ"


def test_an_open_box_of_another_contest_survives_the_wiping(committed_app):
    cycle = proposals.working_cycle()
    voter = voting.electorate(1)[0]
    first, second = voting.contest(cycle), voting.contest(cycle, closes_at=voting.CLOSES + timedelta(days=1))
    for contest in (first, second):
        voting.vote(contest, voter, "yes")
    _close(committed_app, first)
    assert (voting.box_size(first), voting.box_size(second)) == (0, 1)
    assert voting.vote(second, db.session.get_one(Person, voter.id), "no", now=voting.CLOSES)
    assert voting.box_size(second) == 1


def test_a_wiping_that_failed_is_due_again(committed_app, monkeypatch):
    contest = voting.contest()
    monkeypatch.setitem(jobs.WIPE, db.engine.dialect.name, "SELECT 1")
    try:
        _close(committed_app, contest)
    except RuntimeError:
        db.session.rollback()
    monkeypatch.undo()
    assert contest.sealed_at is not None
    assert list(queries.due(voting.CLOSES)) == [contest.id]
    jobs.settle_due.call_local()
    db.session.expire_all()
    assert not queries.due(voting.CLOSES)


@pytest.fixture
def cast_once(app: Flask) -> tuple[Person, Contest]:
    voter, contest = voting.electorate(1)[0], voting.contest()
    voting.vote(contest, voter, "yes")
    return voter, contest


def test_without_the_servers_secret_a_copy_of_the_database_ties_nobody(app, cast_once):
    """Key and person, all that the database holds, do not make the pseudonym."""
    voter, contest = cast_once
    key = db.session.get_one(BallotKey, contest.id).key
    from_the_copy = hmac.new(key.encode(), f"{voter.id}".encode(), sha256).hexdigest()
    assert db.session.scalar(sa.select(OpenBallot.pseudonym)) != from_the_copy


def test_a_changed_secret_never_gives_a_second_ballot(app, cast_once, monkeypatch):
    voter, contest = cast_once
    monkeypatch.setattr(app.config["COCREA"], "secret_key", "otra llave del servidor")
    with pytest.raises(Conflict):
        voting.vote(contest, voter, "no")
    assert voting.box_size(contest) == 1


def test_no_log_job_or_mail_carries_a_receipt_or_a_choice(client, cast_once, clock, caplog, capfd):
    voter, contest = cast_once
    clock.moment = voting.OPENS
    client.application.extensions["mailman"].outbox = outbox = []
    client.sign_in(voter)
    page = client.post(f"/votaciones/{contest.reference}/boleta", data={"option_1": "abstain", "confirmed": "1"})
    receipt = re.search(r"data-copy>([0-9A-Z-]{19})<", page.text)[1]
    clock.moment = voting.CLOSES
    voting.sealed(contest)
    client.post(f"/votaciones/{contest.reference}/boletas", data={"receipt": receipt})
    written = caplog.text + "".join(capfd.readouterr()) + repr([vars(record) for record in caplog.records])
    assert "/votaciones/<reference>/boleta" in written
    assert receipt not in written
    assert "abstain" not in written
    assert not outbox
    assert receipt.encode() not in b"".join(queue.storage.enqueued_items())


def test_the_wiping_does_not_stop_those_who_vote_elsewhere(committed_app):
    """While one contest's remains are wiped again and again, people vote in another: nobody is refused, no deadlock."""
    voters, contest = voting.electorate(40), voting.contest()
    contest_id = contest.id

    def casting(person_id):
        def cast():
            return voting.vote(db.session.get_one(Contest, contest_id), db.session.get_one(Person, person_id), "yes")

        return cast

    def wiping():
        for _ in range(3):
            with suppress(sa.exc.OperationalError, RuntimeError):  # somebody was in the way
                jobs.scrub()

    answers = at_once(committed_app, [*(casting(voter.id) for voter in voters), wiping])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    db.session.rollback()
    assert voting.box_size(db.session.get_one(Contest, contest_id)) == 40
