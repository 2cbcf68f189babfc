"""Twice at once, on real connections to both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.notifications import operations, things
from cocrea.notifications.models import Follow, Letters, Notice, Preference
from cocrea.notifications.reach import Happened
from tests.conftest import NOW
from tests.factories import notifications as make
from tests.factories import proposals
from tests.factories.accounts import person
from tests.real import at_once

pytestmark = pytest.mark.slow
LATER = NOW.replace(day=7)


def count(model):
    db.session.rollback()  # as others left it
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_following_at_once_is_following_once(committed_app):
    scope = things.scope_of(proposals.published(proposals.working_cycle()))
    someone = person().id

    def call():
        actor = db.session.get_one(Person, someone)
        with transaction():
            return operations.follow(actor=actor, thing=things.thing(scope), now=NOW)

    assert sorted(at_once(committed_app, [call] * 4)) == [False, False, False, True]
    assert (count(Follow), count(Preference)) == (1, 1)


def test_being_told_at_once_is_being_told_once(committed_app):
    proposal = proposals.published(proposals.working_cycle())
    make.follower(proposal)
    event = Happened("proposal.revised", proposal.id, None, NOW)

    def call():
        with transaction():
            return operations.tell(happened=[event])

    assert at_once(committed_app, [call] * 4) == [True] * 4
    assert count(Notice) == 1


@pytest.mark.parametrize("letters", [Letters.AT_ONCE, Letters.DAILY])
def test_writing_at_once_is_writing_once(committed_app, monkeypatch, letters):
    proposal = proposals.published(proposals.working_cycle())
    for number in range(3):
        make.follower(proposal, letters=letters, name=f"Vecina {number}")
    with transaction():
        operations.tell(happened=[Happened("proposal.revised", proposal.id, None, NOW)])
    written = []
    monkeypatch.setattr(operations, "send_later", lambda **said: written.append(said["to"]))

    def call():
        with transaction():
            operations.write_letters(now=LATER)

    assert at_once(committed_app, [call] * 4) == [None] * 4
    assert len(written) == len(set(written)) == 3
