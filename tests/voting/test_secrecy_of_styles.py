"""What ties a person to a ballot, for every style of ballot: while open just what docs/security.md says, after the
count nothing that is kept: no table, no file of the database or the instance, no log, job or e-mail."""

from __future__ import annotations

import hmac
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from cocrea.accounts.models import Person
from cocrea.extensions import db, queue
from cocrea.voting import jobs
from cocrea.voting.counting import Style
from cocrea.voting.models import BallotKey, Contest, OpenBallot, RollEntry, SealedBallot
from cocrea.voting.rules import RuleName
from tests.conftest import Client
from tests.factories import proposals, voting

VOTERS, OPTIONS = 6, 4
RULES = {
    Style.ONE: RuleName.MAJORITY,
    Style.SEVERAL: RuleName.APPROVAL,
    Style.ORDER: RuleName.IRV,
    Style.POINTS: RuleName.SCORE,
    Style.ANSWERS: RuleName.YES_NO,
}
SEEN = {"sign_ins"}  # when somebody was last here, which is no moment of voting
ORDERS = tuple(itertools.permutations("1234"))


def _sent(style: Style, voter: int) -> dict[str, Any]:
    """The form that a voter sends: except for `ONE`, nobody else's is alike."""
    if style is Style.ONE:
        return {"options": f"{voter % OPTIONS + 1}"}
    if style is Style.SEVERAL:
        return {"options": [f"{one + 1}" for one in range(OPTIONS) if voter + 1 >> one & 1]}
    if style is Style.ORDER:
        return {f"option_{name}": f"{place}" for place, name in enumerate(ORDERS[voter], 1)}
    said = ("yes", "no", "abstain") if style is Style.ANSWERS else ("1", "3", "5")
    return {f"option_{one + 1}": said[voter // 3**one % 3] for one in range(OPTIONS)}


def _receipt(client: Any, path: str, sent: Mapping[str, Any]) -> str:
    page = client.post(path, data={**sent, "confirmed": "1"})
    found = re.search(r"data-copy>([0-9A-Z-]{19})<", page.text)
    assert found, page.text
    return found[1]


@dataclass
class World:
    """One contest of each style, who voted in them (all, in this order, each twice), and what each got and sent."""

    app: Flask
    people: list[int]
    contests: dict[Style, int]
    receipts: dict[tuple[Style, int], str] = field(default_factory=dict)  # by style and person
    replaced: list[str] = field(default_factory=list)
    choices: dict[str, Any] = field(default_factory=dict)  # by receipt

    def cast(self) -> None:
        paths = {style: self._path(contest_id) for style, contest_id in self.contests.items()}
        for place, who in enumerate(self.people):
            client = self.app.test_client()
            client.sign_in(db.session.get_one(Person, who))
            for style, path in paths.items():
                self.replaced.append(_receipt(client, path, _sent(style, VOTERS - 1 - place)))
                self.receipts[style, who] = _receipt(client, path, _sent(style, place))
        db.session.expire_all()
        self.choices = dict(db.session.execute(sa.select(OpenBallot.receipt, OpenBallot.choices)).all())

    @staticmethod
    def _path(contest_id: int) -> str:
        return f"/votaciones/{db.session.get_one(Contest, contest_id).reference}/boleta"

    def close(self) -> None:
        self.app.extensions["clock"].moment = voting.CLOSES
        for contest_id in self.contests.values():
            jobs.settle.call_local(contest_id)
        db.session.expire_all()


@pytest.fixture
def world(committed_app: Flask) -> World:
    committed_app.test_client_class = Client
    committed_app.extensions["mailman"].outbox = []
    people, cycle = voting.electorate(VOTERS), proposals.working_cycle()
    contests = {
        style: voting.contest(cycle, options=OPTIONS, rule=rule, **({"seats": 2} if style is Style.SEVERAL else {}))
        for style, rule in RULES.items()
    }
    committed_app.extensions["clock"].moment = voting.OPENS
    for contest in contests.values():
        jobs.settle.call_local(contest.id)
    ids = {style: contest.id for style, contest in contests.items()}
    return World(committed_app, [one.id for one in people], ids)


def _dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as the tables are, not as the models say."""
    found = sa.MetaData()
    found.reflect(db.engine)
    return {
        name: sorted((tuple(map(str, row)) for row in db.session.execute(sa.select(table))), key=repr)
        for name, table in found.tables.items()
    }


def _naming(words: list[str], dump: Mapping[str, list[tuple[Any, ...]]]) -> set[str]:
    """The tables with a row in which any of these words stands."""
    wanted = re.compile("|".join(map(re.escape, words)))
    return {name for name, rows in dump.items() if any(wanted.search(" ".join(row)) for row in rows)}


def test_while_open_it_tells_what_the_documentation_says_and_no_more(world, caplog):
    before = _dump()
    world.cast()
    after = _dump()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"roll_entries", "open_ballots"} | SEEN
    receipts = list(world.receipts.values())
    assert _naming(receipts, after) == {"open_ballots"}
    assert _naming(world.replaced, after) == set()
    _nobody_but_the_key_ties_a_pseudonym(world)
    assert {name.partition(".")[2] for name in map(str, RollEntry.__table__.columns)} & {
        "receipt",
        "choices",
    } == set()
    assert db.session.scalar(sa.select(sa.func.count()).where(RollEntry.took_part)) == VOTERS * len(RULES)
    _outside_the_database_nothing_tells(world, caplog)


def _nobody_but_the_key_ties_a_pseudonym(world: World) -> None:
    secret = world.app.config["COCREA"].secret_key
    for style, contest_id in world.contests.items():
        key = db.session.get_one(BallotKey, contest_id).key
        box = {
            one.pseudonym: one.receipt
            for one in db.session.scalars(sa.select(OpenBallot).filter_by(contest_id=contest_id))
        }
        for who in world.people:
            with_secret = hmac.new((key + secret).encode(), f"{who}".encode(), sha256).hexdigest()
            assert box[with_secret] == world.receipts[style, who]
            assert hmac.new(key.encode(), f"{who}".encode(), sha256).hexdigest() not in box


def test_while_open_postgresql_ties_by_the_transaction_as_documented(world):
    """Of those who voted once: who changes a vote writes the ballot again and the roll entry no more."""
    if db.engine.dialect.name != "postgresql":
        return
    said = {Style.ANSWERS: {"1": "yes", "2": "no", "3": "no", "4": "yes"}, Style.POINTS: {"1": 3}}
    for style, contest_id in world.contests.items():
        for who in world.people:
            contest = db.session.get_one(Contest, contest_id)
            world.receipts[style, who] = voting.choose(
                contest, db.session.get_one(Person, who), said.get(style, ["1"])
            )
    tied = db.session.execute(
        sa.text(
            "SELECT r.contest_id, r.person_id, b.receipt FROM roll_entries r JOIN open_ballots b"
            " ON r.contest_id = b.contest_id AND r.xmin = b.xmin"
        )
    )
    found = {(contest_id, who): receipt for contest_id, who, receipt in tied}
    assert found == {(world.contests[style], who): receipt for (style, who), receipt in world.receipts.items()}


def test_after_the_count_nothing_that_is_kept_ties_a_person_to_a_ballot(world, caplog):
    world.cast()
    gone = [*world.replaced, *db.session.scalars(sa.select(BallotKey.key))]
    gone += db.session.scalars(sa.select(OpenBallot.pseudonym))
    world.close()
    dump = _dump()
    assert (dump["open_ballots"], dump["ballot_keys"], dump["ballot_names"]) == ([], [], [])
    assert _naming(list(world.receipts.values()), dump) == {"sealed_ballots"}
    assert _naming(gone, dump) == set()
    assert dict(_sealed()) == world.choices
    assert [word for word in gone if word.encode() in _files(world.app)] == []
    assert _best_guess(world) < VOTERS * len(RULES) * 2 // 3  # by luck alone once in a million
    _outside_the_database_nothing_tells(world, caplog)


def _sealed() -> list[tuple[str, Any]]:
    return [tuple(row) for row in db.session.execute(sa.select(SealedBallot.receipt, SealedBallot.choices))]


def _best_guess(world: World) -> int:
    """How many of all voters somebody names who lays two lists beside each other: the roll by id, by public id or as it
    lies there, and the ballots by receipt or as they lie there. By chance it is one per contest."""
    people = sa.select(RollEntry.person_id).join(Person).where(RollEntry.took_part)
    lists = [people.order_by(RollEntry.person_id), people.order_by(Person.public_id), people]
    if db.engine.dialect.name == "postgresql":
        lists += [people.order_by(sa.text("roll_entries.ctid")), people.order_by(sa.text("roll_entries.xmin::text"))]
    guesses = []
    for persons in lists:
        for way in (1, -1):
            hits = 0
            for style, contest_id in world.contests.items():
                of = db.session.scalars(persons.where(RollEntry.contest_id == contest_id)).all()[::way]
                box = db.session.scalars(sa.select(SealedBallot.receipt).filter_by(contest_id=contest_id)).all()
                hits += sum(world.receipts[style, who] == code for who, code in zip(of, box, strict=True))
            guesses.append(hits)
    return max(guesses)


def _files(app: Flask) -> bytes:
    """Everything in the instance's folder; where it is SQLite, the database and its log with it."""
    folders = {Path(app.instance_path), Path(app.config["COCREA"].instance)}
    if db.engine.dialect.name == "sqlite":
        folders.add(Path(db.engine.url.database or "").parent)
    return b"".join(one.read_bytes() for folder in folders for one in folder.rglob("*") if one.is_file())


def _outside_the_database_nothing_tells(world: World, caplog: Any) -> None:
    codes = [*world.receipts.values(), *world.replaced]
    logged = caplog.text + repr([vars(record) for record in caplog.records])
    letters = [f"{one.subject} {one.body} {one.extra_headers}" for one in world.app.extensions["mailman"].outbox]
    waiting = b"".join(queue.storage.enqueued_items()) + b"".join(queue.storage.scheduled_items())
    assert "/votaciones/<reference>/boleta" in logged
    for place in (logged, " ".join(letters), waiting.decode("latin-1")):
        assert [code for code in codes if code in place] == []
        assert "option_" not in place
    if db.engine.dialect.name == "postgresql":  # the database lies elsewhere
        assert [code for code in codes if code.encode() in _files(world.app)] == []
