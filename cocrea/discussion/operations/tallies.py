"""How many comments are alike: kept with what they are about, so that a page with thousands need not read them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cocrea.discussion.models import Comment, Contribution
from cocrea.extensions import db


def tally(comment: Comment, by: int) -> None:
    """Move how many comments on the same subject are like this one. Locks the subject until the transaction ends,
    but for rows that refer to it: whoever comments has added one already."""
    table: Any = Contribution.__table__
    own = table.c.id == comment.subject_id
    kept = dict(db.session.scalar(sa.select(table.c.comment_tally).where(own).with_for_update(key_share=True)) or {})
    kept[comment.like] = kept.get(comment.like, 0) + by
    told = {key: number for key, number in kept.items() if number}
    db.session.execute(sa.update(table).where(own).values(comment_tally=told))
