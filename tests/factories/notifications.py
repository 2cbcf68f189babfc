"""People who follow something, made through the operations people use."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.extensions import db
from cocrea.notifications import operations
from cocrea.notifications.models import Letters, News, Notice
from cocrea.notifications.things import scope_of, thing
from tests.conftest import NOW
from tests.factories.accounts import credential, person


def follow(someone: Person, *subjects: Any) -> None:
    for subject in subjects:
        found = thing(scope_of(subject))
        assert found is not None
        with transaction():
            operations.follow(actor=someone, thing=found, now=NOW)


def choose(someone: Person, letters: Letters) -> None:
    with transaction():
        operations.choose_letters(person=someone, letters=letters, now=NOW)


def follower(*subjects: Any, letters: Letters = Letters.AT_ONCE, name: str = "Quien sigue", **columns: Any) -> Person:
    """Someone with a confirmed address who follows these things."""
    someone = person(name, **columns)
    credential(someone)
    follow(someone, *subjects)
    choose(someone, letters)
    return someone


def told(someone: Person) -> list[tuple[str, str]]:
    """What a person was told: actions and what they are about, in their order."""
    own = sa.select(News.action, News.about).join(Notice, Notice.news_id == News.id)
    return [tuple(row) for row in db.session.execute(own.where(Notice.person_id == someone.id).order_by(News.id))]


def actions(someone: Person) -> list[str]:
    return [action for action, _about in told(someone)]
