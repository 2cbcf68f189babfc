"""Reading contributions of any kind, and the comments on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from cocrea.core.errors import NotFound
from cocrea.core.pagination import Page, newest_first
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.discussion.models import Coauthor, Comment, Contribution, Support, Visibility
from cocrea.discussion.policies import can_read
from cocrea.extensions import db

REPLIES = 5
AT_ONCE = 1000
_shared = Contribution.__table__.c


def headings(references: Collection[str]) -> dict[str, Any]:
    """What to call contributions now, by reference: the title or what became of it. A statement for each thousand."""
    found: dict[str, Any] = {}
    wanted = sorted(references)
    for start in range(0, len(wanted), AT_ONCE):
        mine = _shared.reference.in_(wanted[start : start + AT_ONCE])
        told = sa.select(_shared.reference, _shared.title, _shared.visibility)
        for reference, title, state in db.session.execute(told.where(mine, _shared.visibility != Visibility.DRAFT)):
            found[reference] = title if state is Visibility.PUBLIC else state.label
    return found


@dataclass(frozen=True)
class Thread:
    """A comment with its first replies; `more` when its own page holds further ones."""

    comment: Comment
    replies: Sequence[Comment]
    more: bool


def by_author(kind: type[Contribution]) -> Any:
    """Loads the author in the same statement, and nothing that hangs from them."""
    return joinedload(kind.author).options(lazyload("*"))


def with_authors(kind: type[Contribution]) -> tuple[Any, Any]:
    """As `by_author`, with those who write it too. The caller takes unique rows."""
    return by_author(kind), joinedload(kind.coauthors).joinedload(Coauthor.person).lazyload("*")


def visible_contribution(
    actor: Any, reference: str, of: type[Contribution] = Contribution, options: Sequence[Any] = ()
) -> Any:
    """The contribution with author and cycle, if this actor may read it; tombstones come without their text.

    Raises `NotFound` for what does not exist, drafts of others and cycles that are not public.
    """
    statement = sa.select(of).where(of.reference == reference)
    loaded = statement.options(*with_authors(of), joinedload(of.cycle), *options)
    found = db.session.scalars(loaded).unique().one_or_none()
    if found is None:
        raise NotFound
    if not can_read(actor, found, found.created_at) or not can_read_cycle(actor, found.cycle, found.created_at):
        raise NotFound
    return found


def visible_comment(actor: Any, reference: str) -> Comment:
    found: Comment = visible_contribution(actor, reference, Comment, [joinedload(Comment.subject)])
    return found


def comments(subject: Contribution) -> Page[Thread]:
    """A page of the comments on a contribution, newest first, each with its first replies: two statements."""
    page = newest_first(_on(subject).where(Comment.parent_id.is_(None)), Comment.id)
    replies = _first_replies([comment.id for comment in page])
    page.items = [_thread(comment, replies) for comment in page]
    return page


def replies(comment: Comment) -> Page[Comment]:
    """A page of all the replies to one comment, newest first."""
    statement = sa.select(Comment).where(Comment.parent_id == comment.id).options(by_author(Comment))
    return newest_first(statement, Comment.id)


def comment_on(subject: Contribution, reference: str) -> Comment | None:
    """A comment on this very subject by its reference, to reply to; None when no reference is given."""
    if not reference:
        return None
    found: Comment | None = db.session.scalar(_on(subject).where(Comment.reference == reference))
    if found is None:
        raise NotFound
    return found


def supported_ids(actor: Any, ids: Iterable[int]) -> set[int]:
    """Which of these contributions the actor supports; no statement for visitors."""
    if not actor.is_authenticated:
        return set()
    statement = sa.select(Support.contribution_id)
    statement = statement.where(Support.person_id == actor.id, Support.contribution_id.in_(list(ids)))
    return set(db.session.scalars(statement))


def _on(subject: Contribution) -> sa.Select[Any]:
    return sa.select(Comment).where(Comment.subject_id == subject.id).options(by_author(Comment))


def _first_replies(parents: list[int]) -> list[Comment]:
    if not parents:
        return []
    table = Comment.__table__.c
    place = sa.func.row_number().over(partition_by=table.parent_id, order_by=table.id).label("place")
    ranked = sa.select(table.id, place).where(table.parent_id.in_(parents)).subquery()
    statement = sa.select(Comment).join(ranked, ranked.c.id == Comment.id).where(ranked.c.place <= REPLIES + 1)
    return list(db.session.scalars(statement.order_by(Comment.id).options(by_author(Comment))))


def _thread(comment: Comment, replies: list[Comment]) -> Thread:
    own = [reply for reply in replies if reply.parent_id == comment.id]
    return Thread(comment, own[:REPLIES], len(own) > REPLIES)
