"""Anybody tries anything for the whole life of proposals: no step is skipped, and nobody reads what is not theirs."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from cocrea.accounts import operations as accounts
from cocrea.audit.models import HistoryRecord
from cocrea.audit.verification import verify
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.extensions import db
from cocrea.notifications.jobs import write_due_letters
from cocrea.notifications.models import News, Notice
from cocrea.notifications.things import scope_of
from cocrea.proposals import jobs
from cocrea.proposals.models import (
    AMENDMENT_TRANSITIONS,
    ANSWER_STEPS,
    REARRANGEMENT_TRANSITIONS,
    TRANSITIONS,
    Amendment,
    Proposal,
    ProposalStatus,
    Rearrangement,
    Routing,
    answer_step,
)
from tests.conftest import Client
from tests.proposals import deeds, life
from tests.proposals.reading import Readers
from tests.proposals.rearranging import assert_in_order

TURNS = 5  # in one step of the machine, each checked


def test_the_whole_life_of_proposals(app):
    app.test_client_class = Client
    app.config["WTF_CSRF_ENABLED"] = False
    run_state_machine_as_test(
        lambda: Lives(app),
        settings=settings(
            max_examples=4,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


class Lives(RuleBasedStateMachine):
    """One example is one world, undone at its end."""

    def __init__(self, app: Any) -> None:
        super().__init__()
        self.app, self.clock = app, app.extensions["clock"]
        self.began = self.clock.moment
        self.savepoint = db.engines[None].begin_nested()
        self.outbox = app.extensions["mailman"].outbox = []
        self.stood: dict[Any, Any] = {}

    @initialize(random=st.randoms(use_true_random=True))
    def begin(self, random: Random) -> None:
        """Two proposals, one of them, or both, on their way already."""
        self.random, self.world = random, life.World(self.clock)
        self.readers = Readers(self.app, self.world)
        self._try("draft", self.world.people["author"], None)
        self._try("draft", self.world.people["other"], None)
        for name in random.choice(deeds.BEGINNINGS):
            deed = deeds.DEEDS[name]
            self._try(name, self.world.people[deed.by], self.world.all(deed.of)[0].id if deed.of else None)
            self._check()

    @rule()
    def go_on(self) -> None:
        """Mostly somebody does something; now and then time passes, somebody reads, an account ends."""
        for _turn in range(TURNS):
            self.random.choice([self.act] * 24 + [self.wait, self.read, self.end_account])()
            self._check()

    def act(self) -> None:
        """Mostly who may, and now and then anybody."""
        found = deeds.possible(self.world)
        ((name, number),) = self.random.choices(found, [deeds.DEEDS[name].weight for name, _number in found])
        here = [one for one in sorted(life.present(self.world)) if one != "suspended"]
        by = self.random.choice([deeds.DEEDS[name].by] * 9 + here)
        if by in here:
            self._try(name, self.world.people[by], number)

    def wait(self) -> None:
        self.clock.advance(hours=self.random.choice([1, 24, 5 * 24, 15 * 24]))
        jobs.publish_due_answers()
        jobs.lapse_rearrangements()
        jobs.tell_of_routings()
        jobs.remind_of_answers()
        write_due_letters()

    def read(self) -> None:
        self.readers.reads(self.random.choice(self.readers.names))

    def end_account(self) -> None:
        name = self.random.choice(["author", "coauthor", "other", "suspended", "suspended"])
        if name == "suspended":
            self._suspend()
        elif name in life.present(self.world) and len(self.world.all(Amendment)) > 1:
            with transaction():
                deeds.close_account(self.world, self.world.people[name])

    def _check(self) -> None:
        """Every step is one of the tables of transitions; letters say what their readers may read."""
        stands = self._standing()
        for key, (now, table) in stands.items():
            before = self.stood.get(key, (now, table))[0]
            assert now is before or now in table[before], (key, before, now)
        self.stood = stands
        assert_in_order(self.world.all(Proposal), self.world.all(Rearrangement))
        self._check_notices()
        while self.outbox:
            self.readers.gets(self.outbox.pop())

    def _check_notices(self) -> None:
        """They are of those who followed, of what is not a draft."""
        drafts = {scope_of(one) for one in self.world.all(Proposal) if one.status is ProposalStatus.DRAFT}
        told = sa.select(Notice.person_id, Notice.because, News.about).join(News, News.id == Notice.news_id)
        for person_id, because, about in db.session.execute(told):
            assert (person_id, because) in self.world.followed
            assert about not in drafts

    def teardown(self) -> None:
        try:
            if hasattr(self, "world"):
                assert verify(self.readers.history()).records == db.session.query(HistoryRecord).count()
                for name in ("visitor", "other", "invited", "rival"):
                    self.readers.reads(name)
        finally:
            db.session.remove()
            self.savepoint.rollback()
            self.clock.moment = self.began

    def _try(self, name: str, actor: Any, number: int | None) -> None:
        """Refused, it changes nothing."""
        deed = deeds.DEEDS[name]
        thing = db.session.get_one(deed.of, number) if deed.of else None
        before = life.as_is(self.world)
        try:
            with transaction():
                deed.do(self.world, actor, thing)
        except CocreaError:
            assert life.as_is(self.world) == before, name

    def _suspend(self) -> None:
        someone = self.world.people["suspended"]
        if someone.is_active:
            with transaction():
                accounts.suspend(
                    actor=self.world.administrator, person=someone, reason="Amenazó a otras.", now=self.clock()
                )

    def _standing(self) -> dict[Any, Any]:
        """Where everything stands, and what may follow."""
        w = self.world
        found = {("proposal", one.id): (one.status, TRANSITIONS) for one in w.all(Proposal)}
        found |= {("rearrangement", one.id): (one.state, REARRANGEMENT_TRANSITIONS) for one in w.all(Rearrangement)}
        found |= {("amendment", one.id): (one.status, AMENDMENT_TRANSITIONS) for one in w.all(Amendment)}
        for one in w.all(Routing):
            found["answer", one.proposal_id, one.organisation_id] = (answer_step(*w.answer(one)), ANSWER_STEPS)
        return found
