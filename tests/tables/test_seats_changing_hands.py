"""While a forum decides, the seat answers, whoever holds it by then."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.core.db import transaction
from cocrea.core.errors import Denied
from cocrea.extensions import db
from cocrea.forums import operations as forum_operations
from cocrea.forums.models import HolderKind
from cocrea.tables import queries
from cocrea.tables.models import AgreementAnswer, AgreementTest, PollAnswer
from tests.conftest import NOW
from tests.factories import agreements, forums, polls
from tests.factories.accounts import person

TITULAR, ALTERNATE = HolderKind


@pytest.fixture
def chamber(app):
    return forums.chamber()


@pytest.fixture
def put(chamber):
    draft = agreements.drafted(chamber.session(), chamber.facilitator)
    return agreements.put(draft, chamber.facilitator, AgreementTest.MAJORITY)


def named(chamber, seat, kind=TITULAR):
    """Somebody new, who comes to hold a seat once the text was put."""
    someone = person()
    with transaction():
        forum_operations.name_holder(
            actor=chamber.steward, seat=seat, kind=kind, person=someone, now=NOW + timedelta(minutes=1)
        )
    return someone


def who_answered(kind=AgreementAnswer):
    return list(db.session.scalars(sa.select(kind.person_id)))


def test_who_comes_to_hold_a_counted_seat_answers_for_it(chamber, put):
    seat, former = chamber.seats[1], chamber.titulars[1]
    agreements.answered(put, former, "disagree")
    forums.relieve(seat, chamber.steward, TITULAR)
    successor = named(chamber, seat)
    (card,), _left = queries.agreement_cards(successor, queries.room(successor, put.session))
    assert card.put.answer is None
    agreements.answered(put, successor, "agree")
    assert who_answered() == [successor.id]
    with pytest.raises(Denied):
        agreements.answered(put, former, "agree")


def test_a_seat_the_forum_got_later_does_not_answer(chamber, put):
    newcomer = named(chamber, forums.seat(chamber.forum))
    with pytest.raises(Denied) as refusal:
        agreements.answered(put, newcomer, "agree")
    assert "los asientos que el foro ya tenía" in str(refusal.value.message)


def test_an_alternate_changes_what_a_former_titular_answered_and_is_not_shown_it(chamber, put):
    titular, alternate = chamber.titulars[0], chamber.alternate
    poll = polls.opened(put.session, chamber.facilitator)
    for answered, about in ((agreements.answered, put), (polls.answered, poll)):
        answered(about, titular, "disagree")
        with pytest.raises(Denied):
            answered(about, alternate, "agree")
    forums.relieve(chamber.seats[0], chamber.steward, TITULAR)
    room = queries.room(alternate, put.session)
    (card,), _left = queries.agreement_cards(alternate, room)
    (asked,) = queries.polls(alternate, room)
    assert card.put.answer is asked.asked.answer is None
    for answered, about, kind in ((agreements.answered, put, AgreementAnswer), (polls.answered, poll, PollAnswer)):
        answered(about, alternate, "agree")
        assert who_answered(kind) == [alternate.id]


def test_a_new_titular_comes_before_the_alternate(chamber, put):
    forums.relieve(chamber.seats[0], chamber.steward, TITULAR)
    agreements.answered(put, chamber.alternate, "disagree")
    successor = named(chamber, chamber.seats[0])
    agreements.answered(put, successor, "agree")
    with pytest.raises(Denied) as refusal:
        agreements.answered(put, chamber.alternate, "disagree")
    assert "ya contestó su titular" in str(refusal.value.message)
    assert who_answered() == [successor.id]
