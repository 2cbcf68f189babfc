"""Lists of problems: narrowed, ordered, counted and taken along. The page most read: rows of columns, by an index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person, Sector
from cocrea.consultation.models import Problem, ProblemTarget, Topic
from cocrea.core import sdg, text
from cocrea.core.pagination import HIGHEST, Order, Page, in_order
from cocrea.core.territories import NATIONAL
from cocrea.cycles.models import Cycle
from cocrea.discussion.lists import KEYS, Sort, bounded_count, order, saying
from cocrea.discussion.models import Channel, Contribution, ContributionKind, Visibility
from cocrea.extensions import db

BATCH = 500
_shared, _own = Contribution.__table__.c, Problem.__table__.c
CARD = (
    _shared.reference,
    _shared.channel,
    _shared.attribution,
    _shared.author_sector,
    _shared.published_at,
    _shared.visibility,
    _shared.visibility_at,
    _own.topic_id,
    Person.name.label("author_name"),
    Person.withdrawn_at.label("author_withdrawn_at"),
    *KEYS,
)
TEXTS = (_shared.title, _shared.body_source.label("what_happens"), *(
    _own[name] for name in ("affected", "causes", "effects", "sources", "municipality")
))  # fmt: skip
EXPORTED = (
    "reference", "status", "title", "topic", "what_happens", "affected", "causes", "effects", "sources", "territory",
    "municipality", "sdg", "channel", "author_sector", "support_count", "comment_count", "published_at",
)  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """What narrows a list of problems.

    `territory` is an entity's code, or `NATIONAL` for those of no single one; `municipality` one of that entity, in
    all the ways in which people wrote it; `goal` an SDG goal or target; `words`
    are looked for by their stems, or are the reference of one.
    """

    topic: Topic | None = None
    territory: str = ""
    municipality: tuple[str, ...] = ()
    goal: str = ""
    channel: Channel | None = None
    sector: Sector | None = None
    state: Visibility = Visibility.PUBLIC
    words: str = ""

    def __bool__(self) -> bool:
        return self.is_counted_only or bool(self.topic)

    @property
    def is_counted_only(self) -> bool:
        """Whether no stored count says how many problems there are."""
        chosen = (self.territory, self.municipality, self.goal, self.channel, self.sector, self.words)
        return any(chosen) or self.state is not Visibility.PUBLIC


def listing(cycle: Cycle, chosen: Filter, sort: Sort = Sort.NEWEST, start: int = 0) -> Page[Any]:
    """A page of problems as rows of just the columns that a card shows. `start` tells apart the random orders."""
    along = {"sorteo": start} if sort is Sort.RANDOM else None  # page two goes on with the draw of page one
    return in_order(_rows(cycle, chosen, sort, CARD), _order(chosen, sort, start), along=along)


def count(cycle: Cycle, chosen: Filter, topics: Iterable[Topic]) -> int:
    """How many problems there are: as the cycle's topics keep it, or counted up to `COUNTED_UP_TO` + 1."""
    if not chosen.is_counted_only:
        return sum(topic.problem_count for topic in ([chosen.topic] if chosen.topic else topics))
    return bounded_count(sa.select(_key(chosen)).select_from(_joined(chosen)).where(*conditions(cycle, chosen)))


def municipalities(cycle: Cycle, territory: str) -> list[tuple[str, ...]]:
    """Those of an entity that public problems of a cycle name, by name: each in all its spellings, which differ in
    nothing but capitals and accents."""
    of_entity = _shared.cycle_id == cycle.id, _own.territory == territory, _own.municipality != ""
    statement = sa.select(_own.municipality).join(_shared.id.table, _shared.id == _own.id)
    named = statement.where(*of_entity, _shared.visibility == Visibility.PUBLIC).distinct()
    found: dict[str, list[str]] = defaultdict(list)
    for name in db.session.scalars(named.order_by(_own.municipality)):
        found[text.fold(name)].append(name)
    return [tuple(found[folded]) for folded in sorted(found)]


def by_territory(cycle: Cycle, chosen: Filter) -> dict[str, int]:
    """How many problems of a list each entity has, by code; `NATIONAL` for those of no single one."""
    counted = sa.select(_own.territory, sa.func.count()).group_by(_own.territory)
    statement = counted.select_from(_joined(chosen)).where(*conditions(cycle, chosen))
    return {code or NATIONAL: number for code, number in db.session.execute(statement)}


def taken_along(
    cycle: Cycle, chosen: Filter, topics: Iterable[Topic], sort: Sort = Sort.NEWEST, start: int = 0
) -> Iterator[list[Any]]:
    """All rows of a list in its order, by the columns of `EXPORTED`, without anyone's name. What is no longer public
    has no text.

    The order is that of the beginning; rows are read in batches, the connection let go between them.
    """
    titles = {topic.id: topic.title for topic in topics}
    statement = _rows(cycle, Filter(state=chosen.state), Sort.NEWEST, (*CARD, _own.territory, *TEXTS[1:]))
    ids = _ids(cycle, chosen, sort, start)
    for begin in range(0, len(ids), BATCH):
        batch = ids[begin : begin + BATCH]
        rows = {row.id: row for row in db.session.execute(statement.where(_shared.id.in_(batch)))}
        codes = _codes(batch)
        db.session.rollback()
        for row in (rows[each] for each in batch if each in rows):
            said = {**row._mapping, "topic": titles[row.topic_id], "sdg": codes[row.id], "status": row.visibility}
            yield [said[name] for name in EXPORTED]


def _ids(cycle: Cycle, chosen: Filter, sort: Sort, start: int) -> list[int]:
    """Of all rows of a list, in its order: counts move while somebody downloads, and what moves would be missed."""
    key = sa.select(_key(chosen)).select_from(_joined(chosen, sort)).where(*conditions(cycle, chosen))
    return _order(chosen, sort, start).read(key, None, HIGHEST, scalars=True)


def conditions(cycle: Cycle, chosen: Filter) -> list[Any]:
    """What a problem of the list fulfils, said of the two tables that hold it."""
    found: list[Any] = [
        _shared.cycle_id == cycle.id,
        _shared.kind == ContributionKind.PROBLEM,
        _shared.visibility == chosen.state,
    ]
    narrowed: tuple[tuple[Any, Any], ...] = (
        (_own.topic_id, chosen.topic and chosen.topic.id),
        (_own.territory, chosen.territory != NATIONAL and chosen.territory),
        (_shared.channel, chosen.channel),
        (_shared.author_sector, chosen.sector),
    )
    found += [column == value for column, value in narrowed if value]
    if chosen.municipality:
        found.append(_own.municipality.in_(chosen.municipality))
    if chosen.territory == NATIONAL:
        found.append(_own.territory.is_(None))
    if chosen.goal:
        of_goal = ProblemTarget.code.in_(sdg.within(chosen.goal))
        found.append(sa.exists().where(ProblemTarget.problem_id == _key(chosen), of_goal))
    if chosen.words:
        found.append(saying(cycle, ContributionKind.PROBLEM, chosen.words, _key(chosen)))
    return found


def _rows(cycle: Cycle, chosen: Filter, sort: Sort, columns: Sequence[Any]) -> sa.Select[Any]:
    public = chosen.state is Visibility.PUBLIC
    texts = {column.name: column if public else sa.literal("").label(column.name) for column in TEXTS}
    shown = [texts.get(column.name, column) for column in (TEXTS[0], *columns)]
    key = _order(chosen, sort, 0).keys[-1]
    statement = sa.select(key, _shared.visibility_reason, *shown).select_from(_joined(chosen, sort))
    return statement.outerjoin(Person, Person.id == _shared.author_id).where(*conditions(cycle, chosen))


def _order(chosen: Filter, sort: Sort, start: int) -> Order:
    return order(sort, start, newest=_key(chosen))


def _key(chosen: Filter) -> Any:
    """The id that orders the newest: that of the table whose index narrows most. What did not come online is rare."""
    if chosen.channel and chosen.channel is not Channel.ONLINE:
        return _shared.id
    return _own.id if chosen.topic or chosen.territory else _shared.id


def _joined(chosen: Filter, sort: Sort = Sort.NEWEST) -> Any:
    problems, contributions = Problem.__table__, Contribution.__table__
    own_first = sort is Sort.NEWEST and _key(chosen) is _own.id
    driver, other = (problems, contributions) if own_first else (contributions, problems)
    return driver.join(other, _own.id == _shared.id)


def _codes(ids: list[int]) -> dict[int, str]:
    """The SDG codes of each of these problems, in their order."""
    found: dict[int, list[str]] = defaultdict(list)
    statement = sa.select(ProblemTarget.problem_id, ProblemTarget.code).where(ProblemTarget.problem_id.in_(ids))
    for problem_id, code in db.session.execute(statement):
        found[problem_id].append(code)
    return defaultdict(str, {problem_id: " ".join(sdg.with_goals(codes)) for problem_id, codes in found.items()})
