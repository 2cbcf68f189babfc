"""Comments as rows to take along, without anyone's name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cocrea.discussion.models import Comment, Contribution, Visibility
from cocrea.extensions import db

BATCH = 500


def comments_of(*conditions: Any, visible: bool = True) -> sa.Select[Any]:
    """The public comments that fulfil these conditions, as what anyone may take along of them. Without `visible` the
    caller says which are public."""
    about, answered = aliased(Contribution.__table__), aliased(Contribution.__table__)
    return (
        sa.select(
            Comment.reference,
            about.c.reference.label("subject"),
            answered.c.reference.label("in_reply_to"),
            Comment.stance,
            Comment.body_source.label("text"),
            Comment.channel,
            Comment.author_sector,
            Comment.institution,
            Comment.agree_count,
            Comment.doubt_count,
            Comment.thanks_count,
            Comment.reply_count,
            Comment.version,
            Comment.published_at,
            Comment.edited_at,
        )
        .join(about, about.c.id == Comment.subject_id)
        .outerjoin(answered, answered.c.id == sa.func.coalesce(Comment.answered_id, Comment.parent_id))
        .where(*([Comment.visibility == Visibility.PUBLIC] if visible else []), *conditions)
    )


COMMENT_COLUMNS = [str(column.key) for column in comments_of().selected_columns]


def taken_along(subject: Contribution) -> Iterator[Any]:
    """The rows of `comments_of` one subject, oldest first, read in batches: the connection is let go between them."""
    after, subject_id = 0, subject.id
    while True:
        some = comments_of(Comment.subject_id == subject_id, Comment.id > after).add_columns(Comment.id.label("_key"))
        batch = db.session.execute(some.order_by(Comment.id).limit(BATCH)).all()
        db.session.rollback()
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1]._key
