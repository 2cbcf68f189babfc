"""Who is to be called to vote, and in which contests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from cocrea.accounts.models import Credential, Person
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.notifications.models import Letters, News, Notice, Occasion, Preference, RollCall
from cocrea.voting.models import Contest, RollEntry

VOTERS_AT_ONCE = 100
DAY = timedelta(days=1)
SHORTEST = 2 * DAY  # of a contest that reminds: in a shorter one the letter of the opening has only just come


def calls_due(now: datetime) -> list[tuple[int, Occasion]]:
    """In which contests (ids) whose rolls are taken people are still to be called, and on which occasion."""
    known = sa.select(Contest.id, Contest.opens_at, Contest.closes_at).join(Contest.cycle)
    is_open = (Contest.frozen_at.is_not(None), Contest.cancelled_at.is_(None), Contest.closes_at > now)
    rows = db.session.execute(known.where(*is_open, Cycle.published_at.is_not(None)).order_by(Contest.id))
    calls = [(row.id, _occasion(row.opens_at, row.closes_at, now)) for row in rows]
    done = sa.select(RollCall.contest_id, RollCall.occasion).where(RollCall.is_done)
    over = set(db.session.execute(done.where(RollCall.contest_id.in_([key for key, _occasion in calls]))))
    return [call for call in calls if call not in over]


def _occasion(opens_at: datetime, closes_at: datetime, now: datetime) -> Occasion:
    """On the last day nobody is told any more that it opened."""
    reminds = closes_at - opens_at >= SHORTEST and now >= closes_at - DAY
    return Occasion.CLOSING if reminds else Occasion.OPENED


def called(contest_id: int, occasion: Occasion, after: int) -> Sequence[Any]:
    """The next people on the roll, by id after `after`, with an account of their own, each a credential and the letters
    they want: those who were there from the opening on or, at the close, those who neither took part yet nor asked
    for paper."""
    still = sa.and_(RollEntry.took_part.is_(False), RollEntry.booth_id.is_(None))
    whom = still if occasion is Occasion.CLOSING else RollEntry.is_late.is_(False)
    statement = _on_the_roll(contest_id).where(whom, Person.id > after)
    return db.session.execute(statement.order_by(Person.id).limit(VOTERS_AT_ONCE)).all()


def registered_untold(contest_id: int, about: str, action: str) -> Sequence[Any]:
    """The same of those who were registered late and have no notice of it."""
    own = sa.select(Notice.person_id).join(News, News.id == Notice.news_id)
    told = own.where(News.about == about, News.action == action)
    statement = _on_the_roll(contest_id).where(RollEntry.is_late, Person.id.not_in(told))
    return db.session.execute(statement.order_by(Person.id)).all()


def _on_the_roll(contest_id: int) -> sa.Select[*tuple[Credential, Letters]]:
    letters = sa.func.coalesce(Preference.letters, Letters.DAILY, type_=Preference.letters.type)
    return (
        sa.select(Credential, letters)
        .join(Credential.person)
        .join(RollEntry, RollEntry.person_id == Person.id)
        .outerjoin(Preference, Preference.person_id == Person.id)
        .where(
            RollEntry.contest_id == contest_id,
            Person.verified_at.is_not(None),
            Person.suspended_at.is_(None),
            Person.withdrawn_at.is_(None),
        )
        .options(contains_eager(Credential.person).lazyload("*"))
    )
