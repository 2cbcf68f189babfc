"""Reading information packs, of topics and of whatever else has one, and what changed since someone read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, defer, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from cocrea.consultation.models import PackItem, PackVersion, PackVisit, Topic
from cocrea.consultation.queries.topics import visible_topic
from cocrea.core import diffs
from cocrea.core.errors import NotFound
from cocrea.extensions import db


@dataclass(frozen=True)
class Pack:
    """A pack as it stands, its versions (newest first), and the number of the newest of them that a person has read, if
    they have been here before. `about` and `number` say again which is the current one: they are known without
    reading it anew in a later transaction."""

    about: str
    number: int
    current: PackVersion
    versions: list[PackVersion]
    seen: int | None
    reader_id: int | None

    @property
    def is_unread(self) -> bool:
        """Whether there is a reader to be remembered by whom this is not the newest they have read."""
        return self.reader_id is not None and (self.seen is None or bool(self.news))

    @property
    def news(self) -> list[PackVersion]:
        """What is new to someone who comes back."""
        seen = self.seen
        return [version for version in self.versions if seen is not None and version.number > seen]


@dataclass(frozen=True)
class Told:
    """A version of a pack, after what the one before it said."""

    version: PackVersion
    before: str

    @property
    def changes(self) -> list[diffs.Change]:
        """Word by word, what it changed; of a first version nothing."""
        return diffs.changes(self.before, self.version.body_source) if self.before else []


def pack(actor: Any, about: str) -> Pack | None:
    """The pack of what has the scope `about`, in one statement; None while there is none. Of the earlier versions not
    what they say."""
    own = sa.and_(PackVisit.about == PackVersion.about, PackVisit.person_id == actor.id)
    earlier = aliased(PackVersion)
    newest = sa.select(sa.func.max(earlier.number)).where(earlier.about == about).scalar_subquery()
    said = sa.case((PackVersion.number == newest, PackVersion.body_html), else_="")
    loaded = joinedload(PackVersion.author).lazyload("*"), joinedload(PackVersion.items)
    statement = (
        sa.select(PackVersion, said, PackVisit.number)
        .outerjoin(PackVisit, own)
        .where(PackVersion.about == about)
        .order_by(PackVersion.number.desc())
        .options(*loaded, defer(PackVersion.body_source), defer(PackVersion.body_html))
    )
    rows = db.session.execute(statement).unique().all()
    if not rows:
        return None
    current, html, seen = rows[0]
    set_committed_value(current, "body_html", html)
    return Pack(about, current.number, current, [row[0] for row in rows], seen, actor.id)


def visible_pack_version(actor: Any, slug: str, topic: str, number: int) -> tuple[Topic, Told]:
    """A version of the pack of a topic that this actor may read."""
    found = visible_topic(actor, slug, topic)
    return found, pack_version(found.scope, number)


def visible_pack_item(actor: Any, slug: str, topic: str, number: int, position: int) -> PackItem:
    """A document of a version of a pack."""
    return pack_document(visible_topic(actor, slug, topic).scope, number, position)


def pack_version(about: str, number: int) -> Told:
    """A version by its number, and what the one before said; raises `NotFound`."""
    author, items = joinedload(PackVersion.author).lazyload("*"), joinedload(PackVersion.items)
    earlier = aliased(PackVersion)
    said = sa.select(earlier.body_source).where(earlier.about == about, earlier.number == number - 1)
    statement = sa.select(PackVersion, said.scalar_subquery()).filter_by(about=about, number=number)
    found = db.session.execute(statement.options(author, items)).unique().one_or_none()
    if found is None:
        raise NotFound
    return Told(found[0], found[1] or "")


def pack_document(about: str, number: int, position: int) -> PackItem:
    """A document of a version, by its place in it; raises `NotFound`."""
    version = pack_version(about, number).version
    found = next((item for item in version.documents if item.position == position), None)
    if found is None:
        raise NotFound
    return found
