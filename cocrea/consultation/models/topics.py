"""Topics under axes, their supports and their information packs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person
from cocrea.core import text
from cocrea.core.db import UTCDateTime
from cocrea.core.models import StoredFile
from cocrea.cycles.models import Cycle
from cocrea.extensions import Model


class Topic(Model):
    """What a consultation asks about, under an axis. How many public problems it has is kept.

    After a correction `former_title` and `former_summary` (HTML) say how it read before: people supported it so.
    """

    __tablename__ = "topics"
    __table_args__ = (sa.UniqueConstraint("cycle_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id), index=True)
    slug: Mapped[str] = mapped_column(sa.String(80))
    axis: Mapped[str] = mapped_column(sa.String(120))
    title: Mapped[str] = mapped_column(sa.String(160))
    summary_source: Mapped[str] = mapped_column(sa.Text, default="")
    summary_html: Mapped[str] = mapped_column(sa.Text, default="")
    corrected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    correction_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    former_title: Mapped[str] = mapped_column(sa.String(160), default="")
    former_summary: Mapped[str] = mapped_column(sa.Text, default="")
    problem_count: Mapped[int] = mapped_column(default=0)

    cycle: Mapped[Cycle] = relationship()

    @property
    def scope(self) -> str:
        return f"topic:{self.id}"

    @property
    def fingerprint(self) -> str:
        """What the history keeps of its text."""
        return text.fingerprint(self.axis, self.title, self.summary_source)


class TopicSupport(Model):
    """One of the few supports a person gives to topics; movable while the consultation is open."""

    __tablename__ = "topic_supports"

    topic_id: Mapped[int] = mapped_column(sa.ForeignKey(Topic.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PackVersion(Model):
    """An information pack as it was published once; the highest number holds. Nothing in it changes.

    `about` is the scope of what it informs about (`topic:3`, `table:9`, `contest:2`).
    """

    __tablename__ = "pack_versions"
    __table_args__ = (sa.UniqueConstraint("about", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(sa.String(40))
    number: Mapped[int]
    body_source: Mapped[str] = mapped_column(sa.Text)
    body_html: Mapped[str] = mapped_column(sa.Text)
    changes: Mapped[str] = mapped_column(sa.String(500))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)

    author: Mapped[Person] = relationship()
    items: Mapped[list[PackItem]] = relationship(order_by="PackItem.position", cascade="all, delete-orphan")

    @property
    def links(self) -> list[PackItem]:
        return [item for item in self.items if item.url]

    @property
    def documents(self) -> list[PackItem]:
        return [item for item in self.items if item.file_id]


class PackItem(Model):
    """A document or a link of one version of a pack. Versions that keep a document share its file."""

    __tablename__ = "pack_items"
    __table_args__ = (sa.CheckConstraint("(file_id IS NULL) <> (url = '')", name="file_or_link"),)

    version_id: Mapped[int] = mapped_column(sa.ForeignKey(PackVersion.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    url: Mapped[str] = mapped_column(sa.String(500), default="")
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey(StoredFile.id))

    file: Mapped[StoredFile | None] = relationship(lazy="joined")


class PackVisit(Model):
    """The newest version of a pack that a person has read, to tell them alone what changed since."""

    __tablename__ = "pack_visits"
    __table_args__ = {"info": {"ends_with_account": True}}  # noqa: RUF012

    about: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    number: Mapped[int]
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
