"""Reading comments: a page of a conversation in its order, one comment, what it said before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload, with_expression

from cocrea.accounts.models import Organisation, Role
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import Order, Page, Place, in_order
from cocrea.discussion.models import (
    Comment,
    CommentReaction,
    CommentVersion,
    Contribution,
    Stance,
    Visibility,
)
from cocrea.discussion.queries.contributions import by_author, visible_contribution
from cocrea.extensions import db

SHOWN = 10  # of a page: with their replies they are up to sixty
REPLIES = 5  # shown under a comment before its own page
_own = Comment.__table__.c


class CommentSort(StrEnum):
    """In which order comments are read."""

    NEWEST = "recientes"
    OLDEST = "antiguos"
    SUPPORTED = "apoyados"
    DEBATED = "debatidos"

    @property
    def label(self) -> Any:
        return {
            CommentSort.NEWEST: _l("Más recientes"),
            CommentSort.OLDEST: _l("Más antiguos"),
            CommentSort.SUPPORTED: _l("Con más acuerdo"),
            CommentSort.DEBATED: _l("Más debatidos"),
        }[self]


ORDERS = {
    CommentSort.NEWEST: Order((_own.id,)),
    CommentSort.OLDEST: Order((_own.id,), descending=False),
    CommentSort.SUPPORTED: Order((_own.agree_count, _own.id)),
    CommentSort.DEBATED: Order((_own.reply_count, _own.id)),
}


class Voice(StrEnum):
    """Who speaks: people for themselves, or officials for an institution."""

    PEOPLE = "personas"
    INSTITUTIONS = "instituciones"

    @property
    def label(self) -> Any:
        return {Voice.PEOPLE: _l("De personas"), Voice.INSTITUTIONS: _l("Donde habla una institución")}[self]


@dataclass(frozen=True)
class Narrowed:
    """Which comments to read: those of a stance, those of people, those under which an institution speaks."""

    stance: Stance | None = None
    voice: Voice | None = None


@dataclass(frozen=True)
class Thread:
    """A comment with its first replies, and theirs; `more` when its own page holds further ones."""

    comment: Comment
    replies: Sequence[Thread] = ()
    more: bool = False

    def __iter__(self) -> Any:
        """Every comment in it."""
        yield self.comment
        for reply in self.replies:
            yield from reply


def conversation(
    actor: Any, subject: Contribution, narrowed: Narrowed, sort: CommentSort, along: dict[str, str]
) -> Page[Thread]:
    """A page of the comments on something as this actor reads them, each with its first replies: two statements."""
    statement = sa.select(Comment).where(*_narrowing(subject, narrowed)).options(*as_read_by(actor))
    return _threads(actor, in_order(statement, ORDERS[sort], size=SHOWN, scalars=True, along=along), _own.root_id)


def replies(actor: Any, comment: Comment) -> Page[Thread]:
    """A page of the replies to one comment, oldest first, each with its first replies."""
    named = selectinload(Comment.answered).options(by_author(Comment))
    statement = sa.select(Comment).where(Comment.parent_id == comment.id).options(named, *as_read_by(actor))
    return _threads(actor, in_order(statement, ORDERS[CommentSort.OLDEST], size=SHOWN, scalars=True), _own.parent_id)


def as_read_by(actor: Any) -> list[Any]:
    """Loads with comments their authors and, for somebody signed in, how they react: in the same statement."""
    if not actor.is_authenticated:
        return [by_author(Comment)]
    given = sa.select(sa.func.aggregate_strings(sa.type_coerce(CommentReaction.reaction, sa.String), ","))
    mine = given.where(CommentReaction.comment_id == _own.id, CommentReaction.person_id == actor.id)
    return [by_author(Comment), with_expression(Comment.own, mine.correlate(Comment.__table__).scalar_subquery())]


def place_of(comment: Comment, sort: CommentSort) -> Place | None:
    """After which place a page begins with this comment, among those beside it; None where the first page holds it."""
    order = ORDERS[sort] if comment.parent_id is None else ORDERS[CommentSort.OLDEST]
    beside = sa.select(Comment.id).where(_own.subject_id == comment.subject_id, _own.parent_id == comment.parent_id)
    here = order.place(comment)
    if len(order.read(beside, here, SHOWN, backwards=True)) < SHOWN:
        return None
    return *here[:-1], here[-1] + (1 if order.descending else -1)


def shown_with(comment: Comment) -> Comment:
    """With which comment this one is seen on the page of their conversation: the one at the top while it is among the
    first replies to that, else only by itself."""
    earlier = sa.select(_own.id).where(_own.root_id == comment.root_id, _own.id < comment.id).limit(REPLIES)
    if comment.root_id is None or len(db.session.scalars(earlier).all()) == REPLIES:
        return comment
    return db.session.get_one(Comment, comment.root_id)


def visible_comment(actor: Any, reference: str) -> Comment:
    """The comment with its author and what it is about, if this actor may read it; raises `NotFound`."""
    about = joinedload(Comment.subject)
    found: Comment = visible_contribution(actor, reference, Comment, [about, *as_read_by(actor)[1:]])
    return found


def visible_past(actor: Any, reference: str) -> Comment:
    """A comment whose earlier texts can be read: it was mended, and neither hidden nor withdrawn since."""
    found = visible_comment(actor, reference)
    if not found.is_public or not found.is_edited:
        raise NotFound
    return found


def past_of(comment: Comment) -> list[CommentVersion]:
    """What a comment said before, the first text first."""
    own = sa.select(CommentVersion).where(CommentVersion.comment_id == comment.id)
    return list(db.session.scalars(own.order_by(CommentVersion.number)))


def parent_of(comment: Comment) -> Comment | None:
    """Under what a reply stands, with its author."""
    return _by_id(comment.parent_id)


def answered_by(comment: Comment) -> Comment | None:
    """What a reply answers, with its author."""
    return _by_id(comment.answered_id or comment.parent_id)


def _by_id(number: int | None) -> Comment | None:
    if number is None:
        return None
    return db.session.scalar(sa.select(Comment).where(Comment.id == number).options(by_author(Comment)))


def comment_on(subject: Contribution, reference: str) -> Comment | None:
    """A comment on this very subject by its reference, to reply to; None when no reference is given."""
    if not reference:
        return None
    own = sa.select(Comment).where(Comment.subject_id == subject.id, Comment.reference == reference)
    found: Comment | None = db.session.scalar(own.options(by_author(Comment)))
    if found is None:
        raise NotFound
    return found


def institutions_of(actor: Any) -> list[Organisation]:
    """The institutions for which this person answers, by name; no statement for people who answer for none."""
    served = actor.organisation_ids(Role.OFFICIAL)
    if not served:
        return []
    if served == {actor.organisation_id}:
        return [actor.organisation]
    return list(
        db.session.scalars(sa.select(Organisation).where(Organisation.id.in_(served)).order_by(Organisation.name))
    )


def _narrowing(subject: Contribution, narrowed: Narrowed) -> list[Any]:
    """A tombstone tells neither what its stance was nor who spoke: it is among all comments alone."""
    found = [_own.subject_id == subject.id, _own.parent_id.is_(None)]
    if narrowed.stance or narrowed.voice:
        found.append(Comment.visibility == Visibility.PUBLIC)
    if narrowed.stance:
        found.append(_own.stance == narrowed.stance)
    if narrowed.voice is Voice.PEOPLE:
        found.append(_own.institution == "")
    if narrowed.voice is Voice.INSTITUTIONS:
        reply, shared = aliased(Comment.__table__), aliased(Contribution.__table__)
        is_public = (shared.c.id == reply.c.id, shared.c.visibility == Visibility.PUBLIC)
        spoke = sa.exists().where(reply.c.root_id == _own.id, reply.c.institution != "", *is_public)
        found.append(sa.or_(_own.institution != "", spoke))
    return found


def _threads(actor: Any, page: Page[Comment], under: Any) -> Page[Thread]:
    """The comments of a page with what stands `under` each: a column that names them."""
    below: dict[int, list[Comment]] = defaultdict(list)
    for reply in _first_under(actor, under, [comment.id for comment in page]):
        below[getattr(reply, under.key)].append(reply)
    return Page([_thread(each, below[each.id]) for each in page], page.next_url, page.prev_url)


def _first_under(actor: Any, under: Any, ids: list[int]) -> list[Comment]:
    """One more than is shown of each. What a reply answers is older than it, so it is among them too."""
    if not ids:
        return []
    place = sa.func.row_number().over(partition_by=under, order_by=_own.id).label("place")
    ranked = sa.select(_own.id, place).where(under.in_(ids)).subquery()
    statement = sa.select(Comment).join(ranked, ranked.c.id == Comment.id).where(ranked.c.place <= REPLIES + 1)
    return list(db.session.scalars(statement.order_by(Comment.id).options(*as_read_by(actor))))


def _thread(comment: Comment, below: list[Comment]) -> Thread:
    shown = below[:REPLIES]
    answers: dict[int | None, list[Comment]] = defaultdict(list)
    for reply in shown:
        answers[reply.parent_id].append(reply)
    direct = [Thread(each, [Thread(answer) for answer in answers[each.id]]) for each in answers[comment.id]]
    return Thread(comment, direct, len(below) > REPLIES)
