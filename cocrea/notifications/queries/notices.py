"""Reading what people follow and what they are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.core.errors import NotFound
from cocrea.core.i18n import zone
from cocrea.core.pagination import Page, newest_first
from cocrea.core.settings import current_settings
from cocrea.extensions import db
from cocrea.notifications.models import Follow, Letters, News, Notice, Preference
from cocrea.notifications.things import Thing, things


@dataclass(frozen=True)
class Told:
    """What happened to one thing, for one person, and because of what they follow.

    `thing` and `because` are None when they are not to be seen any more.
    """

    thing: Thing | None
    because: Thing | None
    news: Sequence[Any]

    @property
    def day(self) -> date:
        """The day of the first of its news, as clocks show it here."""
        return local(self.news[0].at).date()

    @property
    def is_unread(self) -> bool:
        return any(one.read_at is None for one in self.news)

    @property
    def follows_it(self) -> bool:
        """Whether it is what the person follows itself."""
        return self.thing == self.because


@dataclass(frozen=True)
class Follower:
    """Who follows something, since when, and whether letters tell them of it."""

    person_id: int
    since: datetime
    is_written_to: bool


def is_anything_followed() -> bool:
    return bool(db.session.scalar(sa.select(sa.exists(sa.select(Follow.id)))))


def followers(scopes: Collection[str]) -> dict[str, list[Follower]]:
    """Who follows these, of the accounts that are in use; scopes that nobody follows are left out."""
    statement = (
        sa.select(Follow.scope, Follow.person_id, Follow.since, Preference.letters, Person.verified_at)
        .join(Preference, Preference.person_id == Follow.person_id)
        .join(Person, Person.id == Follow.person_id)
        .where(Follow.scope.in_(scopes), Person.suspended_at.is_(None), Person.withdrawn_at.is_(None))
    )
    found: dict[str, list[Follower]] = defaultdict(list)
    for scope, person_id, since, letters, verified_at in db.session.execute(statement):
        is_written_to = letters is not Letters.NEVER and verified_at is not None
        found[scope].append(Follower(person_id, since, is_written_to))
    return found


def follows(actor: Any, scope: str) -> bool:
    """Whether the actor of a request follows it: read with their sign-in, no statement."""
    return bool(actor.is_authenticated) and scope in (actor.followed_scopes or "").split()


def how_many(person: Person) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(Follow.person_id == person.id)) or 0


def followed(person: Person) -> Page[tuple[Follow, Thing | None]]:
    """A page of what a person follows, the latest first; None in the place of what is not to be seen any more."""
    page: Page[Any] = newest_first(sa.select(Follow).where(Follow.person_id == person.id), Follow.id)
    known = things([row.scope for row in page])
    page.items = [(row, known.get(row.scope)) for row in page]
    return page


def notices(person: Person) -> Page[Told]:
    """A page of what a person is told, the newest first, gathered by day and thing: two statements."""
    page: Page[Any] = newest_first(told_rows().where(Notice.person_id == person.id), Notice.news_id, scalars=False)
    page.items = gathered(page, key=lambda row: (local(row.at).date(), row.about))
    return page


def gathered(rows: Iterable[Any], key: Callable[[Any], Any] = lambda row: row.about) -> list[Told]:
    """Rows of `told_rows` as people read them, those of one key together: what everyone may see of each thing now."""
    together: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        together[key(row)].append(row)
    known = things([scope for news in together.values() for row in news for scope in (row.about, row.because)])
    return [Told(known.get(news[0].about), known.get(news[0].because), news) for news in together.values()]


def told_rows() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(
        Notice.news_id, Notice.person_id, Notice.because, Notice.read_at, News.about, News.action, News.at
    ).join(News, News.id == Notice.news_id)


def own_news(actor: Any, news: int) -> News:
    """News that the actor was told; raises `NotFound`."""
    told = sa.select(News).join(Notice, Notice.news_id == News.id).where(News.id == news)
    found: News | None = db.session.scalar(told.where(Notice.person_id == actor.id))
    if found is None:
        raise NotFound
    return found


def local(at: datetime) -> datetime:
    """As clocks show it where the platform is."""
    return at.astimezone(zone(current_settings().timezone))
