"""Reading straw polls: what was asked, and of the answers only what the reader may see now."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from cocrea.accounts.models import Person, Sector
from cocrea.core.errors import NotFound
from cocrea.core.text import fold
from cocrea.extensions import db
from cocrea.tables import counting
from cocrea.tables.models import Asked, Poll, PollAnswer, PollKind, Room, Session, is_own_answer, own_voice
from cocrea.tables.queries.rooms import room, visible_room


@dataclass(frozen=True)
class Bar:
    """How many chose one thing, on the platform and in the room; and who, where a poll is named."""

    choice: str
    label: Any
    online: int
    in_person: int
    names: Sequence[str] = ()

    @property
    def together(self) -> int:
        return self.online + self.in_person


@dataclass(frozen=True)
class PollCard:
    """A poll for one reader. `bars` is None, and `reasons` empty, while they may not see the results.

    `sectors` says how many of each answered, where no group is small; `reasons` of blocks come as (name or "", words).
    """

    asked: Asked
    answered: int
    in_person: int
    sectors: dict[Sector | None, int]
    bars: list[Bar] | None
    reasons: list[tuple[str, str]]

    @property
    def poll(self) -> Poll:
        return self.asked.poll


@dataclass(frozen=True)
class _Named:
    """Who answered what in a named poll."""

    name: str
    choices: list[str]
    reason: str


def asked(actor: Any, poll: Poll) -> Asked:
    """The poll as this actor finds it, the answer of their voice read afresh."""
    where = room(actor, poll.session)
    if not actor.is_authenticated:
        return Asked(poll, where)
    key = (poll.id, poll.voice(actor, where))
    return Asked(poll, where, db.session.get(PollAnswer, key, populate_existing=True))


def visible_poll(actor: Any, reference: str, poll: int) -> Asked:
    """A poll of a session this actor may read; raises `NotFound`."""
    found = db.session.get(Poll, poll)
    if found is None or found.session_id != visible_room(actor, reference).session.id:
        raise NotFound
    return asked(actor, found)


def polls_held(session: Session) -> int:
    """How many polls a session has had."""
    statement = sa.select(sa.func.count()).select_from(Poll).where(Poll.session_id == session.id)
    return int(db.session.scalar(statement) or 0)


def open_polls(session: Session) -> list[Poll]:
    """Those that still take answers, in the order in which they were opened."""
    statement = sa.select(Poll).where(Poll.session_id == session.id, Poll.closed_at.is_(None))
    return list(db.session.scalars(statement.order_by(Poll.id)))


def polls(actor: Any, where: Room) -> list[PollCard]:
    """The polls of a session for this actor, open ones first: three statements, however many answered."""
    statement = sa.select(Poll).where(Poll.session_id == where.session.id).options(joinedload(Poll.item))
    found = list(db.session.scalars(statement.order_by(Poll.closed_at.is_not(None), Poll.id.desc())))
    voices = [where.voice(actor), own_voice(actor.id)] if actor.is_authenticated else []
    grouped = _grouped([poll for poll in found if poll.is_open or poll.is_named], voices)
    own = {row.poll_id: _answer(row) for rows in grouped.values() for row in rows if _is_told(row.own, where)}
    results = {poll.id: _result(poll, grouped[poll.id]) if poll.result is None else poll.result for poll in found}
    named = _named([poll for poll in found if poll.is_named])
    return [_card(Asked(poll, where, own.get(poll.id)), results[poll.id], named[poll.id]) for poll in found]


def poll_result(poll: Poll) -> dict[str, Any]:
    """What the answers to an open poll come to now, to be kept when it closes. For the platform, not for readers."""
    return _result(poll, _grouped([poll])[poll.id])


def _grouped(found: Sequence[Poll], voices: Sequence[str] = ()) -> defaultdict[int, list[sa.Row[Any]]]:
    """The answers by poll, equal ones counted in the database, so that a full room costs no more than what was said in
    it; `own` is who gave the one of these voices, where it is among them."""
    grouped: defaultdict[int, list[sa.Row[Any]]] = defaultdict(list)
    if found:
        alike = (PollAnswer.poll_id, PollAnswer.choices, PollAnswer.reason, PollAnswer.sector)
        own = sa.func.max(sa.case((PollAnswer.voice.in_(voices), PollAnswer.person_id))).label("own")
        statement = sa.select(*alike, sa.func.count().label("people"), own).group_by(*alike)
        for row in db.session.execute(statement.where(PollAnswer.poll_id.in_([poll.id for poll in found]))):
            grouped[row.poll_id].append(row)
    return grouped


def _is_told(answered_by: int | None, where: Room) -> bool:
    return answered_by is not None and is_own_answer(where.member, answered_by)


def _answer(row: sa.Row[Any]) -> PollAnswer:
    """The answer of the actor's voice, to be read: what changes it reads its row afresh."""
    return PollAnswer(poll_id=row.poll_id, person_id=row.own, choices=row.choices, reason=row.reason)


def _result(poll: Poll, rows: list[sa.Row[Any]]) -> dict[str, Any]:
    sectors: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        sectors[row.sector.value if row.sector else ""] += row.people
    return {
        "answered": sum(row.people for row in rows),
        "counts": _counts(poll, ((row.choices, row.people) for row in rows)),
        "sectors": counting.groups_shown(sectors),
        "reasons": sorted(row.reason for row in rows if row.reason for _person in range(row.people)),
    }


def _counts(poll: Poll, answers: counting.Answers) -> dict[str, int]:
    cloud = poll.kind is PollKind.CLOUD
    return counting.count_words(answers) if cloud else counting.count(answers, poll.choices)


def _named(found: list[Poll]) -> defaultdict[int, list[_Named]]:
    """Who answered what, by poll. Of anonymous ones nobody asks."""
    named: defaultdict[int, list[_Named]] = defaultdict(list)
    if found:
        statement = sa.select(PollAnswer, Person.name).join(Person, Person.id == PollAnswer.person_id)
        ids = [poll.id for poll in found if poll.is_named]
        for answer, name in db.session.execute(statement.where(PollAnswer.poll_id.in_(ids)).order_by(Person.name)):
            named[answer.poll_id].append(_Named(name, answer.choices, answer.reason))
    return named


def _card(asked: Asked, result: dict[str, Any], named: list[_Named]) -> PollCard:
    poll, shown = asked.poll, asked.shows_results
    signed = [(answer.name, answer.reason) for answer in named if answer.reason]
    reasons = signed if poll.is_named else [("", reason) for reason in result["reasons"]]
    return PollCard(
        asked=asked,
        answered=result["answered"],
        in_person=sum(poll.in_person.values()),
        sectors={Sector(value) if value else None: people for value, people in result["sectors"].items()},
        bars=_bars(poll, result["counts"], named) if shown else None,
        reasons=reasons if shown else [],
    )


def _bars(poll: Poll, online: dict[str, int], named: Iterable[_Named]) -> list[Bar]:
    """One for each choice in its order; for a cloud, one for each word that anyone said, the most said first."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for answer in named:
        for choice in answer.choices:
            names[choice].append(answer.name)
    there, here = _folded(online), _folded(poll.in_person)
    together = _counts(
        poll, [([choice], people) for part in (online, poll.in_person) for choice, people in part.items()]
    )
    return [
        Bar(choice, poll.choices.get(choice, choice), there[fold(choice)], here[fold(choice)], names[choice])
        for choice in together
    ]


def _folded(counts: dict[str, int]) -> Counter[str]:
    """Counts by what words have in common however they are written; keys of choices stay as they are."""
    found: Counter[str] = Counter()
    for choice, people in counts.items():
        found[fold(choice)] += people
    return found
