"""Who is to be written to, of what, and who answers from a letter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Credential, Person
from cocrea.core.errors import NotFound
from cocrea.core.i18n import zone
from cocrea.core.settings import current_settings
from cocrea.discussion import addressees
from cocrea.extensions import db
from cocrea.notifications import unsubscribing
from cocrea.notifications.models import Letters, News, Notice, Preference
from cocrea.notifications.queries.notices import Told, gathered, local, told_rows

HOUR = timedelta(hours=8)  # of the day, at which letters of a day or a week are written
AT_ONCE = 5000  # notices in one statement: each is two of its parameters


@dataclass(frozen=True)
class Reader:
    """Whom a letter goes to."""

    id: int
    email: str
    locale: str


def preference(person: Person) -> Letters:
    """When a person is written to; the default until they first follow something."""
    found = db.session.get(Preference, person.id)
    return found.letters if found else Letters.DAILY


def letter_day(now: datetime) -> date:
    """The day whose letters are written now: a day begins at eight in the morning."""
    return (local(now) - HOUR).date()


def due(now: datetime, after: int) -> list[Reader]:
    """The next people, by id after `after`, for whom it is time to be written to of something: as many as one
    transaction should write to. Locks them, past those whom somebody else is writing to. A letter of a day or a week
    is written of what waits since before that began, and what came since goes with it."""
    day = letter_day(now)
    monday = day - timedelta(days=day.weekday())
    is_time = sa.or_(
        Preference.letters == Letters.AT_ONCE,
        sa.and_(Preference.letters == Letters.DAILY, Preference.last_letter_on < day, _waits_since_before(day)),
        sa.and_(
            Preference.letters == Letters.WEEKLY, Preference.last_letter_on < monday, _waits_since_before(monday)
        ),
    )
    waits = sa.exists().where(Notice.person_id == Preference.person_id, Notice.is_due)
    reachable = (Person.verified_at.is_not(None), Person.suspended_at.is_(None), Person.withdrawn_at.is_(None))
    statement = (
        sa.select(Preference.person_id, Credential.email, Person.locale)
        .join(Person, Person.id == Preference.person_id)
        .join(Credential, Credential.person_id == Preference.person_id)
        .where(Preference.person_id > after, is_time, waits, *reachable)
        .order_by(Preference.person_id)
        .limit(addressees.LETTERS_AT_ONCE)
        .with_for_update(of=Preference, skip_locked=True)
    )
    return [Reader(*row) for row in db.session.execute(statement)]


def taken(keys: Iterable[tuple[int, int]]) -> dict[int, list[Told]]:
    """The notices with these keys (person and news), by person, what happened to each thing together."""
    own, wanted = sa.tuple_(Notice.person_id, Notice.news_id), list(keys)
    rows: list[Any] = []
    for start in range(0, len(wanted), AT_ONCE):
        rows += db.session.execute(told_rows().where(own.in_(wanted[start : start + AT_ONCE])))
    found: dict[int, list[Told]] = defaultdict(list)
    for told in gathered(sorted(rows, key=lambda row: row.news_id), key=lambda row: (row.person_id, row.about)):
        found[told.news[0].person_id].append(told)
    return found


def _waits_since_before(day: date) -> sa.Exists:
    """That something waits from before the letters of this day began."""
    begins = datetime.combine(day, time(), zone(current_settings().timezone)) + HOUR
    own = (Notice.person_id == Preference.person_id, Notice.is_due)
    return sa.exists().where(*own, News.id == Notice.news_id, News.at < begins)


def letter_reader(_actor: Any, token: str) -> tuple[Person, str]:
    """Whom a letter was written to and the scope that its address is of; `NotFound` when forged or they left."""
    claim = unsubscribing.read(token)
    person = db.session.get(Person, claim[0]) if claim else None
    if claim is None or person is None or person.withdrawn_at is not None:
        raise NotFound
    return person, claim[1]
