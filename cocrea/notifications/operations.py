"""Following, being told, being written to, and being called to vote."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.mails import write
from cocrea.accounts.models import Person
from cocrea.audit import words
from cocrea.core.access import enforce
from cocrea.core.db import add_once, insert, lock
from cocrea.core.errors import Conflict
from cocrea.core.i18n import in_language
from cocrea.core.i18n import lazy as _l
from cocrea.core.mail import send_later
from cocrea.core.settings import current_settings
from cocrea.core.windows import WindowState
from cocrea.discussion.addressees import next_after
from cocrea.extensions import db
from cocrea.notifications import policies, queries, unsubscribing
from cocrea.notifications.models import Follow, Letters, News, Notice, Occasion, Preference, RollCall, Untold
from cocrea.notifications.reach import TELLINGS, Happened, Telling
from cocrea.notifications.things import Thing
from cocrea.voting.models import Contest

MONTH = timedelta(days=30)
MOST_FOLLOWED = 500  # they are read with each request
MOST = 40  # things in one letter: the rest are in the application
OPENED, REGISTERED = "roll.opened", "roll.registered"
SUBJECTS = {
    "opened": _l("Ya puedes votar"),
    "closing": _l("Se acerca el cierre de una votación y puedes votar"),
    "registered": _l("Te registraron en un padrón: ya puedes votar"),
}
AT_ONCE = 200  # of what is left to be told
Reached = Sequence[tuple[Happened, list[str]]]
Followers = Mapping[str, Sequence[queries.Follower]]


def follow(*, actor: Any, thing: Thing, now: datetime) -> bool:
    """Follow something, however often it is asked, up to `MOST_FOLLOWED`. Whether it is new."""
    enforce(policies.can_follow, actor, thing, now)
    if queries.how_many(lock(actor, is_referred_to=True)) >= MOST_FOLLOWED:
        raise Conflict(
            _l("Ya sigues %(most)s cosas. Deja de seguir alguna y vuelve a intentarlo.", most=MOST_FOLLOWED)
        )
    _prefer(actor, now)
    return add_once(Follow, person_id=actor.id, scope=thing.scope, since=now)


def unfollow(*, person: Person, scope: str) -> bool:
    """Stop following something, be it to be seen or not. Whether it was followed; what was told of it stays."""
    own = sa.delete(Follow).where(Follow.person_id == person.id, Follow.scope == scope)
    _write_no_more(person, Notice.because == scope)
    return bool(getattr(db.session.execute(own), "rowcount", 0))


def choose_letters(*, person: Person, letters: Letters, now: datetime) -> None:
    """When to write to a person from now on."""
    _prefer(person, now)
    db.session.execute(sa.update(Preference).where(Preference.person_id == person.id).values(letters=letters))
    if letters is Letters.NEVER:
        _write_no_more(person)


def read(*, person: Person, up_to: int, now: datetime, about: str = "") -> None:
    """Mark as read what a person was told up to some news: all of it, or what is about one thing."""
    told = [Notice.news_id.in_(sa.select(News.id).where(News.about == about))] if about else []
    own = sa.update(Notice).where(Notice.person_id == person.id, Notice.read_at.is_(None), Notice.news_id <= up_to)
    db.session.execute(own.where(*told).values(read_at=now))


def keep(*, happened: Happened, now: datetime) -> str:
    """Keep what is to be told in the transaction in which it happens. The key by which it is taken."""
    key = secrets.token_hex(16)
    db.session.add(Untold(key=key, kept_at=now, **asdict(happened)))
    return key


def take(*, kept: Sequence[str]) -> list[Happened]:
    """Take what is to be told, so that nobody else tells it; it is there again unless the transaction succeeds."""
    own = sa.delete(Untold).where(Untold.key.in_(kept))
    columns = (Untold.action, Untold.subject_id, Untold.actor_id, Untold.at)
    return [Happened(*row) for row in db.session.execute(own.returning(*columns))]


def give_up(*, kept: datetime, tried: datetime) -> int:
    """Forget what was kept before one moment and last tried, in vain, before another. How much it was."""
    old = Untold.kept_at < kept, Untold.tried_at < tried
    return len(db.session.execute(sa.delete(Untold).where(*old).returning(Untold.key)).all())


def try_again(*, waiting: datetime, now: datetime) -> list[str]:
    """Note that some of what waits since that moment is tried now: their keys, first what was tried longest ago."""
    is_idle = sa.func.coalesce(Untold.tried_at, Untold.kept_at) <= waiting
    order = Untold.tried_at.asc().nulls_first(), Untold.kept_at, Untold.key
    keys = list(db.session.scalars(sa.select(Untold.key).where(is_idle).order_by(*order).limit(AT_ONCE)))
    db.session.execute(sa.update(Untold).where(Untold.key.in_(keys)).values(tried_at=now))
    return keys


def tell(*, happened: Sequence[Happened], is_late: bool = False) -> bool:
    """Give everyone whom these events reach a notice of each, once, however often this is done. Whether they reach
    anybody. In as many statements however many events there are of one kind.

    Late, nobody is spared a letter because another domain writes: that letter may have died with the process.
    """
    reaches = False
    if not happened or not queries.is_anything_followed():
        return reaches
    for telling, events in _by_telling(happened):
        reached = list(zip(events, telling.reach(events), strict=True))
        followers = queries.followers({scope for _event, scopes in reached for scope in scopes})
        told = [(event, scopes) for event, scopes in reached if any(scope in followers for scope in scopes)]
        if told:
            spared = set() if is_late else _spared(telling, told, followers)
            _tell(told, followers, spared)
            reaches = True
    return reaches


def write_letters(*, now: datetime, after: int = 0) -> int | None:
    """One letter to each person for whom it is time, of all that waits, as everyone may see it now; none of nothing.

    Whose ids come after `after`, as many as one transaction should write; the last one's id while there may be more.
    """
    readers = queries.due(now, after)
    if not readers:
        return None
    told = queries.taken(_take([reader.id for reader in readers], now))
    for reader in readers:
        shown = [one for one in told.get(reader.id, ()) if one.thing is not None]
        if shown:
            _write(reader, shown)
    return next_after(readers)


def call_to_vote(*, contest: Contest, occasion: Occasion, now: datetime) -> bool:
    """Call the next people on the roll of an open contest to vote; whether there may be more of them. The letter of the
    opening leaves a notice too, that of the close, which only those get who did not vote, leaves nothing."""
    add_once(RollCall, contest_id=contest.id, occasion=occasion, up_to=0, is_done=False)
    call = db.session.get_one(RollCall, (contest.id, occasion), with_for_update=True, populate_existing=True)
    if call.is_done or contest.state(now) is not WindowState.OPEN:
        return False
    people = queries.called(contest.id, occasion, call.up_to)
    if occasion is Occasion.OPENED:
        _notify(contest, OPENED, contest.opens_at, people)
    _write_to_voters(contest, occasion.value, people)
    call.up_to = people[-1].Credential.person_id if people else call.up_to
    call.is_done = len(people) < queries.VOTERS_AT_ONCE
    return not call.is_done


def tell_registered(*, contest: Contest, now: datetime) -> None:
    """Tell whoever was registered late on a roll and was not told yet."""
    if contest.cycle.published_at is not None:
        people = queries.registered_untold(contest.id, f"contest:{contest.id}", REGISTERED)
        _notify(contest, REGISTERED, now, people)
        _write_to_voters(contest, "registered", people)


def purge(*, now: datetime) -> None:
    """Forget old news, and with them what people were told."""
    kept = current_settings().notices_kept_months * MONTH
    db.session.execute(sa.delete(News).where(News.at <= now - kept))


def _prefer(person: Any, now: datetime) -> None:
    """That there is a preference; the first letter of a day is that of tomorrow."""
    add_once(Preference, person_id=person.id, letters=Letters.DAILY, last_letter_on=queries.letter_day(now))


def _write_no_more(person: Person, *told: Any) -> None:
    db.session.execute(sa.update(Notice).where(Notice.person_id == person.id, *told).values(is_due=False))


def _by_telling(happened: Sequence[Happened]) -> Iterable[tuple[Telling, list[Happened]]]:
    """The events of each kind together, each once."""
    together: dict[Telling, list[Happened]] = defaultdict(list)
    for event in dict.fromkeys(happened):
        together[TELLINGS[event.action]].append(event)
    return together.items()


def _spared(telling: Telling, told: Reached, followers: Followers) -> set[tuple[int, int]]:
    """Who gets a letter about which subjects from another domain."""
    reached = {scope for _event, scopes in told for scope in scopes}
    written_to = {one.person_id for scope in reached for one in followers.get(scope, ()) if one.is_written_to}
    return telling.told_by_others({event.subject_id for event, _scopes in told}, written_to)


def _tell(told: Reached, followers: Followers, spared: Collection[tuple[int, int]]) -> None:
    news = _news([event for event, _scopes in told])
    rows = [
        {
            "person_id": one.person_id,
            "news_id": news[event.about, event.action, event.at],
            "because": scope,
            "is_due": one.is_written_to and (event.subject_id, one.person_id) not in spared,
        }
        for event, scopes in told
        for scope in scopes  # the nearest first: whoever follows several is told once, because of that one
        for one in followers.get(scope, ())
        if one.since <= event.at and one.person_id != event.actor_id
    ]
    if rows:
        db.session.execute(insert()(Notice.__table__).on_conflict_do_nothing(), rows)


def _notify(contest: Contest, action: str, at: datetime, people: Sequence[Any]) -> None:
    """A notice in the application, for which no other letter is due."""
    if not people:
        return
    event = Happened(action, contest.id, None, at)
    (news,) = _news([event]).values()
    rows = [
        {"person_id": one.Credential.person_id, "news_id": news, "because": event.about, "is_due": False}
        for one in people
    ]
    db.session.execute(insert()(Notice.__table__).on_conflict_do_nothing(), rows)


def _write_to_voters(contest: Contest, occasion: str, people: Sequence[Any]) -> None:
    """A letter to each who wants letters: never a word of what is voted, nor of how."""
    for credential, letters in people:
        if letters is not Letters.NEVER:
            write(
                credential,
                SUBJECTS[occasion],
                "notifications/vote",
                contest=contest,
                occasion=occasion,
                unsubscribe=unsubscribing.address(credential.person_id),
            )


def _news(events: Sequence[Happened]) -> dict[tuple[str, str, datetime], int]:
    """The ids of their news, which are made where there are none."""
    keys = [(event.about, event.action, event.at) for event in events]
    rows = [{"about": about, "action": action, "at": at} for about, action, at in keys]
    db.session.execute(insert()(News.__table__).on_conflict_do_nothing(), rows)
    known = sa.select(News.about, News.action, News.at, News.id).where(News.about.in_({key[0] for key in keys}))
    found = {(about, action, at): number for about, action, at, number in db.session.execute(known)}
    return {key: found[key] for key in keys}


def _take(people: Sequence[int], now: datetime) -> list[tuple[int, int]]:
    """Take what waits to be written to these people, so that nobody else writes it, and note the day."""
    waiting = sa.update(Notice).where(Notice.person_id.in_(people), Notice.is_due).values(is_due=False)
    written = sa.update(Preference).where(Preference.person_id.in_(people))
    db.session.execute(written.values(last_letter_on=queries.letter_day(now)))
    taken = db.session.execute(waiting.returning(Notice.person_id, Notice.news_id))
    return [(person_id, news_id) for person_id, news_id in taken]


def _write(reader: queries.Reader, told: Sequence[queries.Told]) -> None:
    with in_language(reader.locale):
        send_later(
            to=reader.email,
            subject=_subject(told),
            template="notifications/news.txt",
            told=told[:MOST],
            more=max(0, len(told) - MOST),
            happened=words.action,
            stop={
                one.because.scope: unsubscribing.address(reader.id, one.because.scope) for one in told if one.because
            },
            unsubscribe=unsubscribing.address(reader.id),
        )


def _subject(told: Sequence[queries.Told]) -> str:
    """What happened, where it is one thing alone."""
    only = told[0].thing
    if len(told) == 1 and only is not None:
        return str(_l("Novedades de «%(title)s»", title=only.title))
    return str(_l("Novedades de lo que sigues"))
