"""Reading topics, in which order, and who supports them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from cocrea.accounts.models import Person
from cocrea.consultation.models import PaperSupports, Problem, Topic, TopicSupport
from cocrea.consultation.rules import hides_results
from cocrea.core.errors import NotFound
from cocrea.core.i18n import zone
from cocrea.cycles.figures import REST, withhold_small
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion.models import Channel, Contribution, Visibility
from cocrea.extensions import db

NO_SECTOR = "none"


@dataclass(frozen=True)
class Standing:
    """A topic's place by its supports; topics with as many share one. By channel, and by the sector people declare.

    Supports on paper say no sector and are in no part of `sectors`: those are by their value, `NO_SECTOR` and `REST`,
    and those of fewer than five are in one with others.
    """

    topic: Topic
    place: int
    channels: Mapping[Channel, int]
    sectors: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.channels.values())


def topics(cycle: Cycle) -> list[Topic]:
    """The topics of a cycle, axis by axis, in the order in which each axis and topic was first written."""
    found = list(db.session.scalars(sa.select(Topic).where(Topic.cycle_id == cycle.id).order_by(Topic.id)))
    axes = [topic.axis for topic in found]
    return sorted(found, key=lambda topic: axes.index(topic.axis))


def in_fair_order(actor: Any, cycle: Cycle, topics: Sequence[Topic], now: datetime) -> list[Topic]:
    """Topics and their axes in an order that favours none: by chance, always the same for a person; for visitors,
    the same for all during a day."""
    day = now.astimezone(zone(cycle.timezone)).date()
    seed = f"{cycle.id}/{actor.public_id if actor.is_authenticated else day}"
    return sorted(topics, key=lambda topic: (_by_chance(seed, topic.axis), _by_chance(seed, topic.slug)))


def _by_chance(seed: str, name: str) -> bytes:
    return sha256(f"{seed}/{name}".encode()).digest()


def ranking(cycle: Cycle, topics: Sequence[Topic], now: datetime) -> list[Standing] | None:
    """The topics of a cycle, most supported first, in one statement; None while the cycle hides its results.

    The only door to how many people support a topic: pages, downloads and reports ask here.
    """
    if hides_results(cycle, now):
        return None
    sectors: dict[int, Counter[str]] = {topic.id: Counter() for topic in topics}
    channels: dict[int, Counter[Channel]] = {topic.id: Counter({Channel.ONLINE: 0}) for topic in topics}
    for topic_id, channel, sector, number in db.session.execute(_supports(sectors)):
        channels[topic_id][Channel(channel)] += number
        if channel == Channel.ONLINE:
            sectors[topic_id][sector or NO_SECTOR] += number
    totals = {topic_id: counts.total() for topic_id, counts in channels.items()}
    return [
        Standing(
            topic,
            1 + sum(other > totals[topic.id] for other in totals.values()),
            channels[topic.id],
            withhold_small(sectors[topic.id]) or {REST: sectors[topic.id].total()},
        )
        for topic in sorted(topics, key=lambda topic: -totals[topic.id])
    ]


def _supports(topics: Iterable[int]) -> sa.CompoundSelect[Any]:
    """How many supports topics have, by channel and sector; those of suspended accounts wait until that is lifted."""
    online = (
        sa.select(
            TopicSupport.topic_id,
            sa.literal(Channel.ONLINE.value),
            sa.type_coerce(Person.sector, sa.String),
            sa.func.count(),
        )
        .join(Person, Person.id == TopicSupport.person_id)
        .where(TopicSupport.topic_id.in_(topics), Person.suspended_at.is_(None))
        .group_by(TopicSupport.topic_id, Person.sector)
    )
    on_paper = (
        sa.select(
            PaperSupports.topic_id,
            sa.literal(Channel.IN_PERSON.value),
            sa.null(),
            sa.func.sum(PaperSupports.people),
        )
        .where(PaperSupports.topic_id.in_(topics))
        .group_by(PaperSupports.topic_id)
    )
    return sa.union_all(online, on_paper)


def visible_topic(actor: Any, slug: str, topic: str) -> Topic:
    """A topic of a cycle this actor may read, by the slugs of both; raises `NotFound`."""
    cycle = visible_cycle(actor, slug)
    found: Topic | None = db.session.scalar(sa.select(Topic).where(Topic.cycle_id == cycle.id, Topic.slug == topic))
    if found is None:
        raise NotFound
    set_committed_value(found, "cycle", cycle)
    return found


def most_supported(topic: Topic, limit: int = 5) -> list[Any]:
    """The public problems of a topic that most people support: reference, title and how many."""
    shared = Contribution.__table__.c
    statement = (
        sa.select(shared.reference, shared.title, shared.support_count)
        .join(Problem.__table__, Problem.__table__.c.id == shared.id)
        .where(Problem.__table__.c.topic_id == topic.id, shared.visibility == Visibility.PUBLIC)
    )
    return list(db.session.execute(statement.order_by(shared.support_count.desc(), shared.id).limit(limit)))


def supported_topics(actor: Any, cycle: Cycle) -> set[int]:
    """Ids of the topics of a cycle that the actor supports; no statement for visitors."""
    if not actor.is_authenticated:
        return set()
    statement = sa.select(TopicSupport.topic_id).join(Topic, Topic.id == TopicSupport.topic_id)
    statement = statement.where(TopicSupport.person_id == actor.id, Topic.cycle_id == cycle.id)
    return set(db.session.scalars(statement))
