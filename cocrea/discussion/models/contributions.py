"""The one notion of contribution, on which problems, proposals, comments and the rest stand.

Joined-table inheritance: foreign keys to `contributions` are real (supports, comments, reports point at any kind),
and listing one kind is one join. See docs/decisions/0002-contributions.md.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from cocrea.accounts.models import Person, Sector
from cocrea.core.db import JSONText, UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.core.models import StoredFile
from cocrea.core.pagination import HIGHEST
from cocrea.cycles.models import Cycle
from cocrea.extensions import Model

Counter = tuple[InstrumentedAttribute[int], int]  # a stored count and the id of the row that holds it


class Channel(StrEnum):
    ONLINE = "online"
    PAPER = "paper"
    IN_PERSON = "in_person"

    @property
    def label(self) -> Any:
        return {
            Channel.ONLINE: _l("En línea"),
            Channel.PAPER: _l("En papel"),
            Channel.IN_PERSON: _l("En persona"),
        }[self]


class Visibility(StrEnum):
    """`public` is read by all, `draft` by its authors; the rest keep a public tombstone with the reason."""

    DRAFT = "draft"
    PUBLIC = "public"
    WITHDRAWN = "withdrawn"
    HIDDEN = "hidden"
    MERGED = "merged"
    SPLIT = "split"

    @property
    def label(self) -> Any:
        return {
            Visibility.DRAFT: _l("Borrador"),
            Visibility.PUBLIC: _l("Publicada"),
            Visibility.WITHDRAWN: _l("Retirada por quien la escribió"),
            Visibility.HIDDEN: _l("Oculta por moderación"),
            Visibility.MERGED: _l("Fusionada con otra"),
            Visibility.SPLIT: _l("Dividida en varias"),
        }[self]


READABLE = frozenset({Visibility.PUBLIC, Visibility.MERGED, Visibility.SPLIT})  # whose text can be read by all


class ContributionKind(StrEnum):
    """Each kind and the three letters it takes in references."""

    PROBLEM = "problem"
    PROPOSAL = "proposal"
    COMMENT = "comment"
    MESSAGE = "message"
    COMMITMENT = "commitment"
    STATEMENT = "statement"
    AMENDMENT = "amendment"
    PLAN_COMMENT = "plan_comment"

    @property
    def code(self) -> str:
        return CODES[self]


CODES = {
    ContributionKind.PROBLEM: "PRB",
    ContributionKind.PROPOSAL: "PRO",
    ContributionKind.COMMENT: "COM",
    ContributionKind.MESSAGE: "MSJ",
    ContributionKind.COMMITMENT: "CMP",
    ContributionKind.STATEMENT: "AFI",
    ContributionKind.AMENDMENT: "ENM",
    ContributionKind.PLAN_COMMENT: "CPL",
}


class Contribution(Model):
    """Anything a person (or people who met in person) put into a cycle.

    `body_source` is what they wrote, `body_html` its sanitised rendering. `attribution` names a group that met in
    person when there is no single author. `author_sector` is frozen when contributed. The two counts, and
    which comments are alike (`comment_tally`), are kept by the operations that add and remove supports and comments.
    `lot` was drawn for it: lists in random order go by it. What was withdrawn or hidden is loaded without its text: see
    `_forget_text`.
    """

    __tablename__ = "contributions"
    __table_args__: Any = (
        sa.Index(None, "cycle_id", "kind", "visibility", "id"),
        sa.Index(None, "cycle_id", "kind", "visibility", "channel", "id"),
        sa.Index("ix_contributions_most_supported", "cycle_id", "kind", "visibility", "support_count", "id"),
        sa.Index("ix_contributions_most_discussed", "cycle_id", "kind", "visibility", "comment_count", "id"),
        sa.Index("ix_contributions_by_lot", "cycle_id", "kind", "visibility", "lot", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ContributionKind] = mapped_column(enum_column(ContributionKind))
    reference: Mapped[str] = mapped_column(sa.String(40), unique=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id), index=True)
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Person.id))
    attribution: Mapped[str] = mapped_column(sa.String(200), default="")
    author_sector: Mapped[Sector | None] = mapped_column(enum_column(Sector))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel), default=Channel.ONLINE)
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    body_source: Mapped[str] = mapped_column(sa.Text, default="")
    body_html: Mapped[str] = mapped_column(sa.Text, default="")
    visibility: Mapped[Visibility] = mapped_column(enum_column(Visibility), default=Visibility.PUBLIC)
    visibility_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    visibility_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contributions.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    support_count: Mapped[int] = mapped_column(default=0)
    comment_count: Mapped[int] = mapped_column(default=0)
    comment_tally: Mapped[Any] = mapped_column(JSONText, nullable=True)
    lot: Mapped[int] = mapped_column(default=lambda: secrets.randbelow(HIGHEST))

    cycle: Mapped[Cycle] = relationship()
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    recorded_by: Mapped[Person | None] = relationship(foreign_keys=[recorded_by_id])
    merged_into: Mapped[Contribution | None] = relationship(remote_side=[id])
    coauthors: Mapped[list[Coauthor]] = relationship(
        viewonly=True, order_by="(Coauthor.joined_at, Coauthor.person_id)"
    )

    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012 - SQLAlchemy reads a plain dict

    @property
    def is_public(self) -> bool:
        return self.visibility is Visibility.PUBLIC

    @property
    def is_tombstone(self) -> bool:
        return self.visibility not in {Visibility.DRAFT, Visibility.PUBLIC}

    @property
    def has_text(self) -> bool:
        """Whether its text can be read by all: of the tombstones, that of what was merged or split keeps it."""
        return self.visibility in READABLE

    @property
    def shown_as(self) -> Visibility:
        """What it is where nobody hides it: public, unless it was merged."""
        return Visibility.PUBLIC if self.merged_into_id is None else Visibility.MERGED

    @property
    def is_gathering(self) -> bool:
        """Whether others were merged into it."""
        return False

    @property
    def heading(self) -> Any:
        """What to call it on a page: its title, or what became of it."""
        return self.visibility.label if self.is_tombstone else self.title

    @property
    def counters(self) -> tuple[Counter, ...]:
        """The stored counts that this is part of while it is public, in the order in which their rows are locked."""
        return ()

    @property
    def byline(self) -> Any:
        """Whom to name as author: the person, or the group that met in person."""
        return self.author.label if self.author else self.attribution or _l("Aportación presencial")

    def is_by(self, person_id: int) -> bool:
        """Whether this person writes it."""
        return self.author_id == person_id


class Coauthor(Model):
    """Somebody who accepted to write a contribution with its first author, as an equal. `sector`: of that day."""

    __tablename__ = "coauthors"

    contribution_id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    sector: Mapped[Sector | None] = mapped_column(enum_column(Sector))
    joined_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()


class Support(Model):
    """One person's support for a contribution. `carried_from_id`: it was given to one that was merged into this."""

    __tablename__ = "supports"

    contribution_id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    carried_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Contribution.id), index=True)


class Attachment(Model):
    """A file beside a contribution; `description` says what it shows, for those who cannot see it.

    One that was taken away keeps its kind, size and `digest` (SHA-256), which the public history names as well; its
    name and description go with the file.
    """

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id), index=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(sa.String(300))
    media_type: Mapped[str] = mapped_column(sa.String(80))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey(StoredFile.id))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removal_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    file: Mapped[StoredFile | None] = relationship()

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None


@cache
def text_columns(kind: type[Contribution]) -> tuple[str, ...]:
    """The attributes of a kind that hold what people wrote."""
    columns = sa.inspect(kind).columns
    return ("title", *(key for key, column in columns.items() if isinstance(column.type, sa.Text)))


@event.listens_for(Contribution, "load", propagate=True)
@event.listens_for(Contribution, "refresh", propagate=True)
def _forget_text(contribution: Contribution, *_context: Any) -> None:
    """What was withdrawn or hidden comes out of the database without its text, whatever page asks for it.

    The blanks count as loaded, not as changed: they are never written, and the text is there again after a restore.
    """
    loaded = contribution.__dict__
    if loaded.get("visibility") in {Visibility.WITHDRAWN, Visibility.HIDDEN}:
        for key in text_columns(type(contribution)):
            if loaded.get(key):
                set_committed_value(contribution, key, "")
