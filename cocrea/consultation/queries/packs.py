"""Reading the information pack of a topic and what changed since someone read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from cocrea.consultation.models import PackItem, PackVersion, Topic, TopicVisit
from cocrea.consultation.queries.topics import visible_topic
from cocrea.core.errors import NotFound
from cocrea.extensions import db


@dataclass(frozen=True)
class Pack:
    """A topic's pack as it stands, its versions (number, changes, published_at; newest first), and the newest of them
    that a person has read, if they have been here before."""

    current: PackVersion
    versions: list[Any]
    seen: int | None

    @property
    def news(self) -> list[Any]:
        """What is new to someone who comes back."""
        seen = self.seen
        return [version for version in self.versions if seen is not None and version.number > seen]


def pack(actor: Any, topic: Topic) -> Pack | None:
    """The pack of a topic in two statements; None while there is none."""
    own = sa.and_(TopicVisit.topic_id == PackVersion.topic_id, TopicVisit.person_id == actor.id)
    versions = db.session.execute(
        sa.select(PackVersion.number, PackVersion.changes, PackVersion.published_at, TopicVisit.number.label("seen"))
        .outerjoin(TopicVisit, own)
        .where(PackVersion.topic_id == topic.id)
        .order_by(PackVersion.number.desc())
    ).all()
    return Pack(_version(topic, versions[0].number), list(versions), versions[0].seen) if versions else None


def visible_pack_version(actor: Any, slug: str, topic: str, number: int) -> PackVersion:
    """A version of the pack of a topic that this actor may read."""
    return _version(visible_topic(actor, slug, topic), number)


def visible_pack_item(actor: Any, slug: str, topic: str, number: int, position: int) -> PackItem:
    """A document of a version of a pack."""
    version = visible_pack_version(actor, slug, topic, number)
    found = next((item for item in version.documents if item.position == position), None)
    if found is None:
        raise NotFound
    return found


def _version(topic: Topic, number: int) -> PackVersion:
    author, items = joinedload(PackVersion.author).lazyload("*"), joinedload(PackVersion.items)
    statement = sa.select(PackVersion).filter_by(topic_id=topic.id, number=number).options(author, items)
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found
