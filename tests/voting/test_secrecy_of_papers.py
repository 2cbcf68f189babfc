"""After a count with papers nothing that the database keeps ties a paper, or a ballot of the box, to a person."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.voting import jobs, operations
from cocrea.voting.models import Contest, OpenBallot, Paper, Reading, RollEntry, SealedBallot, ShiftKind
from cocrea.voting.rules import RuleName
from tests.factories import cycles, papers, voting
from tests.voting.test_secrecy_of_styles import _dump, _naming

ON_PAPER, ONLINE = 12, 6
ORDERS = [list(order) for order in itertools.permutations("1234")]
NAMING = {"sealed_ballots", "papers", "readings"}


class Scene:
    """Who voted how at a booth and online, each with an order that nobody else has; closed, read, counted and wiped."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        voters = voting.electorate(ON_PAPER + ONLINE)
        contest = voting.contest(options=4, rule=RuleName.IRV)
        booth = voting.booth(contest)
        attending, *readers = [voting.officer(booth, kind) for kind in (ShiftKind.ATTEND, *[ShiftKind.COUNT] * 2)]
        marked, online = voters[:ON_PAPER], voters[ON_PAPER:]
        self.on_paper = {who.id: ORDERS[place] for place, who in enumerate(marked)}
        self.online = {who.id: ORDERS[-1 - place] for place, who in enumerate(online)}
        for who in online:
            voting.choose(contest, who, self.online[who.id])
        for who in marked:
            voting.mark(booth, who, attending)
        self.officers = {officer.id for officer in (attending, *readers)}
        self.gone = list(db.session.scalars(sa.select(OpenBallot.pseudonym)))
        db.session.commit()
        app.extensions["clock"].moment = voting.CLOSES
        jobs.settle.call_local(contest.id)
        self.read(booth, readers)
        with transaction():
            operations.tally(actor=cycles.facilitator(contest.cycle), contest=contest, now=papers.READING)
        jobs.settle.call_local(contest.id)
        db.session.expire_all()
        self.contest: Contest = contest

    def read(self, booth: Any, readers: Sequence[Person]) -> None:
        """The box is mixed, its papers numbered, and read by two alike."""
        mixed = list(self.on_paper.values())
        random.shuffle(mixed)
        papers.act(booth, readers[0], ON_PAPER)
        papers.agreed(booth, readers, *(" ".join(order) for order in mixed))


@pytest.fixture
def scene(committed_app: Flask) -> Scene:
    return Scene(committed_app)


def test_no_row_names_a_person_and_a_ballot(scene):
    dump = _dump()
    assert (dump["open_ballots"], dump["ballot_keys"]) == ([], [])
    receipts = list(db.session.scalars(sa.select(SealedBallot.receipt)))
    on_paper = list(db.session.scalars(sa.select(Paper.receipt)))
    assert len(set(receipts)) == ON_PAPER + ONLINE and set(on_paper) < set(receipts)
    assert _naming(on_paper, dump) == {"sealed_ballots", "papers"}
    assert _naming([one for one in receipts if one not in on_paper], dump) == {"sealed_ballots"}
    assert _naming(scene.gone, dump) == set()
    said = [str(order).replace("'", '"') for order in scene.on_paper.values()]
    assert _naming(said, dump) == {"sealed_ballots", "papers"}
    assert _naming([" ".join(order) for order in scene.on_paper.values()], dump) == {"readings"}


def test_the_tables_that_name_papers_name_no_voter(scene):
    people = {
        table.name for table in _tables() if any(key.column.table.name == "people" for key in table.foreign_keys)
    }
    assert people & NAMING == {"readings"}
    assert set(db.session.scalars(sa.select(Reading.person_id))) <= scene.officers
    assert not scene.officers & set(scene.on_paper)


def _tables() -> list[sa.Table]:
    found = sa.MetaData()
    found.reflect(db.engine)
    return list(found.tables.values())


def test_no_transaction_of_postgresql_wrote_a_mark_and_a_ballot(scene):
    if db.engine.dialect.name != "postgresql":
        return
    marks = set(db.session.scalars(sa.text("SELECT CAST(xmin AS text) FROM roll_entries WHERE took_part")))
    assert len(marks) > ON_PAPER
    for table in sorted(NAMING):
        wrote = set(db.session.scalars(sa.text(f"SELECT CAST(xmin AS text) FROM {table}")))
        assert wrote and not wrote & marks


def test_no_order_of_the_roll_is_one_of_the_papers(scene):
    """Whoever lays the marked by id, by public id or as they lie there beside the papers by number, by receipt or as
    they lie there names hardly anybody: eight of twelve by luck once in ten thousand."""
    marked = sa.select(RollEntry.person_id).join(Person).where(RollEntry.took_part, RollEntry.booth_id.is_not(None))
    said, sealed = sa.select(Paper.choices), sa.select(SealedBallot.choices)
    written = sa.type_coerce(SealedBallot.choices, sa.Text)
    among = sealed.where(written.in_(sa.select(sa.type_coerce(Paper.choices, sa.Text))))
    people = [marked, marked.order_by(RollEntry.person_id), marked.order_by(Person.public_id)]
    boxes = [
        said,
        said.order_by(Paper.folio),
        said.order_by(Paper.receipt),
        among,
        among.order_by(SealedBallot.receipt),
    ]
    for one, other in itertools.product(people, boxes):
        pairs = list(zip(db.session.scalars(one), db.session.scalars(other), strict=True))
        assert len(pairs) == ON_PAPER
        assert sum(scene.on_paper[who] == choices for who, choices in pairs) < 8
