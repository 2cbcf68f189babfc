"""Comments: on what, in answer to which, from what stance, what they said before, and who reacted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from cocrea.accounts.models import Person
from cocrea.core.db import JSONText, UTCDateTime, append_only, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models.contributions import Contribution, ContributionKind, Counter
from cocrea.discussion.models.reactions import Reaction
from cocrea.extensions import Model

STANCED = frozenset({ContributionKind.PROPOSAL})  # why these alone: docs/decisions/0014-comments.md
LONG = 700  # characters: more than ten lines on a telephone


class Stance(StrEnum):
    """Where a comment stands towards what it is about."""

    NEUTRAL = "neutral"
    FOR = "for"
    AGAINST = "against"

    @property
    def label(self) -> Any:
        return {
            Stance.NEUTRAL: _l("Sin postura"),
            Stance.FOR: _l("A favor"),
            Stance.AGAINST: _l("En contra"),
        }[self]

    @property
    def shape(self) -> str:
        """The shape of its mark (`ui.state`)."""
        return {Stance.NEUTRAL: "neutral", Stance.FOR: "success", Stance.AGAINST: "danger"}[self]


class Comment(Contribution):
    """A comment on any other contribution. Replies go two deep: `parent_id` is under what one stands, `root_id` the
    comment under which the whole conversation does. What answers a reply two deep stands beside it: `answered_id`.

    `institution` is what the institution was called for which its author spoke as an official, frozen when written.
    Until `editable_until` its author mends it; `version` counts its texts. The counts are kept by the operations:
    replies, at any depth, while they are public, and reactions. `own` is how the reader reacts, where a query was told
    who reads (`queries.as_read_by`). `form_key` is a digest of its author and the form it
    was written in, so that a form sent twice makes one comment. `passage` is what it quotes of its subject, as
    `core.passages.Passage` tells it: see `anchoring`.
    """

    __tablename__ = "comments"
    __table_args__ = (
        sa.CheckConstraint("(parent_id IS NULL) = (root_id IS NULL)", name="rooted"),
        sa.CheckConstraint("parent_id IS NULL OR stance = 'neutral'", name="stance_at_the_top"),
        sa.CheckConstraint("answered_id IS NULL OR parent_id <> root_id", name="answered_two_deep"),
        sa.Index(None, "subject_id", "parent_id", "id"),
        sa.Index("ix_comments_most_supported", "subject_id", "parent_id", "agree_count", "id"),
        sa.Index("ix_comments_most_debated", "subject_id", "parent_id", "reply_count", "id"),
        sa.Index(None, "parent_id", "id"),
        sa.Index(None, "root_id", "id"),
    )

    id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id), primary_key=True)
    subject_id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comments.id"))
    root_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comments.id"))
    answered_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comments.id"))
    stance: Mapped[Stance] = mapped_column(enum_column(Stance), default=Stance.NEUTRAL)
    institution: Mapped[str] = mapped_column(sa.String(200), default="")
    passage: Mapped[Any] = mapped_column(JSONText, nullable=True)
    version: Mapped[int] = mapped_column(default=1)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    editable_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reply_count: Mapped[int] = mapped_column(default=0)
    agree_count: Mapped[int] = mapped_column(default=0)
    doubt_count: Mapped[int] = mapped_column(default=0)
    thanks_count: Mapped[int] = mapped_column(default=0)
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True, default=lambda: secrets.token_hex(32))

    subject: Mapped[Contribution] = relationship(foreign_keys=[subject_id])
    answered: Mapped[Comment | None] = relationship(primaryjoin="foreign(Comment.answered_id) == remote(Comment.id)")
    own: Mapped[str | None] = query_expression()

    __mapper_args__ = {  # noqa: RUF012
        "polymorphic_identity": ContributionKind.COMMENT,
        "inherit_condition": id == Contribution.id,
    }

    @property
    def counters(self) -> tuple[Counter, ...]:
        above = dict.fromkeys(each for each in (self.parent_id, self.root_id) if each is not None)
        return *((Comment.reply_count, each) for each in above), (Contribution.comment_count, self.subject_id)

    @property
    def is_long(self) -> bool:
        """Whether only its beginning is shown at first."""
        return len(self.body_source) > LONG

    @property
    def is_edited(self) -> bool:
        return self.version > 1

    @property
    def is_deepest(self) -> bool:
        """Whether nothing stands under it: what answers it stands beside it."""
        return self.parent_id != self.root_id

    @property
    def reactions(self) -> dict[Reaction, int]:
        """How many people give each reaction now; none where it is hidden or withdrawn."""
        counts = (self.agree_count, self.doubt_count, self.thanks_count) if self.is_public else (0, 0, 0)
        return dict(zip(Reaction, counts, strict=True))

    @property
    def own_reactions(self) -> set[Reaction]:
        return {Reaction(each) for each in (self.own or "").split(",") if each}

    @property
    def like(self) -> str:
        """Under which key comments like this one are counted: see `Alike`."""
        depth, office = "top" if self.parent_id is None else "reply", "official" if self.institution else "people"
        return f"{self.author_sector or ''}.{self.stance}.{depth}.{office}"


@append_only
class CommentVersion(Model):
    """What a comment said before it was mended; what it says now is in the comment. It never changes."""

    __tablename__ = "comment_versions"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(Comment.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), index=True)
    stance: Mapped[Stance] = mapped_column(enum_column(Stance))
    body_source: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CommentReaction(Model):
    """That a person reacts to a comment in one way. Who did is told to nobody else: only how many."""

    __tablename__ = "comment_reactions"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey(Comment.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id), primary_key=True, index=True)
    reaction: Mapped[Reaction] = mapped_column(enum_column(Reaction), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


@dataclass(frozen=True)
class Alike:
    """How many public comments on something are alike in sector (empty: none declared), stance, depth and office."""

    number: int
    sector: str
    stance: Stance
    is_reply: bool
    is_official: bool

    @classmethod
    def told(cls, key: str, number: int) -> Alike:
        sector, stance, depth, office = key.split(".")
        return cls(number, sector, Stance(stance), depth == "reply", office == "official")
