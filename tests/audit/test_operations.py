"""Records, and sealing them while others write."""

from __future__ import annotations

import json
from threading import Thread

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cocrea.audit import heads, jobs, operations
from cocrea.audit.merkle import leaf_hash, root_of
from cocrea.audit.models import BLOCK_SIZE, HistoryRecord, TreeBlock, TreeHead
from cocrea.core.db import transaction
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories.accounts import person

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def write(number=1, **values):
    values = {"actor": None, "action": "test.done", "subject": "T-1", "scope": "platform", "now": NOW, **values}
    with transaction():
        for _ in range(number):
            operations.record(**values)


def seal(**values):
    with transaction():
        head = operations.seal(now=NOW, key=KEY, **values)
        return head and head.size


def _leaves():
    statement = sa.select(HistoryRecord.leaf_hash).where(HistoryRecord.position.is_not(None))
    return [bytes.fromhex(leaf) for leaf in db.session.scalars(statement.order_by(HistoryRecord.position))]


def test_a_record_holds_ids_and_values_but_no_name(app):
    someone = person("Ana Nombre Propio")
    write(actor=someone, old={"state": "draft"}, new={"state": "published", "at": NOW}, reason="Porque sí")
    row = db.session.scalars(sa.select(HistoryRecord)).one()
    content = json.loads(row.canonical)
    assert content["actor"] == someone.public_id
    assert content["new"] == {"state": "published", "at": "2026-06-05T18:00:00+00:00"}
    assert "Ana" not in row.canonical
    assert row.leaf_hash == leaf_hash(row.canonical.encode()).hex()


def test_equal_records_have_different_hashes(app):
    """A withheld record's published hash must not be guessable."""
    write(2)
    hashes = db.session.scalars(sa.select(HistoryRecord.leaf_hash)).all()
    assert len(set(hashes)) == 2


def test_a_record_is_rolled_back_with_its_change(app):
    with pytest.raises(ValueError, match="stop"), transaction():
        operations.record(actor=None, action="test.done", subject="T", scope="platform", now=NOW)
        raise ValueError("stop")
    assert not db.session.scalars(sa.select(HistoryRecord)).all()


def test_listeners_hear_after_the_commit_only(app, monkeypatch):
    heard = []
    monkeypatch.setattr(operations, "_listeners", operations.defaultdict(list))
    operations.listen("test.done", heard.append)
    with pytest.raises(ValueError, match="stop"), transaction():
        operations.record(actor=None, action="test.done", subject="T", scope="platform", now=NOW)
        raise ValueError("stop")
    assert heard == []
    write(subject_id=7)
    assert [(event.action, event.subject_id) for event in heard] == [("test.done", 7)]


def test_what_one_transaction_records_is_heard_together(app, monkeypatch):
    heard = []
    monkeypatch.setattr(operations, "_gatherers", operations.defaultdict(list))
    for action in ("test.done", "test.undone"):
        operations.listen_together(action, heard.append)
    with transaction():
        for action in ("test.done", "test.other", "test.undone"):
            operations.record(actor=None, action=action, subject="T", scope="platform", now=NOW)
    write(subject_id=7)
    assert [[event.action for event in events] for events in heard] == [["test.done", "test.undone"], ["test.done"]]


def test_sealing_numbers_signs_and_grows(app):
    assert seal() is None
    write(3)
    assert seal() == 3
    write(2)
    assert seal() == 5
    assert seal() is None
    head = db.session.get(TreeHead, 5)
    assert head.root == root_of(_leaves()).hex()
    assert heads.is_signed(head.public_key, head.signature, heads.statement(5, head.root, heads.moment(head.at)))
    assert not heads.is_signed(head.public_key, head.signature, heads.statement(4, head.root, heads.moment(head.at)))


def test_batches_give_the_same_tree_and_keep_full_blocks(app):
    write(BLOCK_SIZE + 5)
    assert [seal(limit=100), seal(limit=100), seal(limit=100)] == [100, 200, BLOCK_SIZE + 5]
    leaves = _leaves()
    assert db.session.get(TreeHead, BLOCK_SIZE + 5).root == root_of(leaves).hex()
    assert db.session.get(TreeBlock, 0).root == root_of(leaves[:BLOCK_SIZE]).hex()


def test_the_job_seals_everything_with_a_key_of_the_instance(app, monkeypatch):
    monkeypatch.setattr(operations, "BATCH", 2)
    write(5)
    jobs.seal_now()
    path = app.config["COCREA"].instance / "history.key"
    assert path.stat().st_mode & 0o777 == 0o600
    head = db.session.get(TreeHead, 5)
    assert head.public_key == heads.public_hex(heads.signing_key(app.config["COCREA"]))


def _insert(connection, number):
    canonical = json.dumps({"number": number})
    values = {
        "at": NOW,
        "actor": "system",
        "action": "test.done",
        "subject": "T",
        "scope": "platform",
        "canonical": canonical,
        "leaf_hash": leaf_hash(canonical.encode()).hex(),
    }
    return connection.execute(sa.insert(HistoryRecord).values(values)).inserted_primary_key[0]


@pytest.fixture
def committed(session_app):
    """The application on real connections; what was committed is removed afterwards."""
    with session_app.app_context():
        yield session_app
        db.session.remove()
        with db.engine.begin() as connection:
            for table in (HistoryRecord, TreeBlock, TreeHead):
                connection.execute(sa.delete(table))


def test_writers_wait_for_no_sealer_and_a_late_lower_id_comes_next(committed, database_kind):
    if database_kind == "sqlite":
        pytest.skip("SQLite has one writer at a time: ids are committed in order")
    with db.engine.connect() as late, db.engine.connect() as early:
        late_id = _insert(late, 1)
        early_id = _insert(early, 2)
        assert late_id < early_id
        early.commit()
        assert seal() == 1
        late.commit()
        with transaction():
            operations.seal(now=NOW, key=KEY)
            with db.engine.connect() as during:
                during.execute(sa.text("SET lock_timeout = '2s'"))
                _insert(during, 3)
                during.commit()
    assert seal() == 3
    places = dict(db.session.execute(sa.select(HistoryRecord.id, HistoryRecord.position)).all())
    assert places[early_id] == 0
    assert places[late_id] == 1
    assert db.session.get(TreeHead, 3).root == root_of(_leaves()).hex()


def test_sealers_at_the_same_time_never_number_twice(committed):
    with db.engine.begin() as connection:
        for number in range(60):
            _insert(connection, number)

    def run():
        with committed.app_context():
            for _ in range(6):
                seal(limit=7)

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(_leaves()) == 60
    assert db.session.get(TreeHead, 60).root == root_of(_leaves()).hex()
