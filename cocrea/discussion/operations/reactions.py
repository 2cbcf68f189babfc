"""Answering a comment without a word: given, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.core.access import enforce
from cocrea.core.db import add_once, lock, step
from cocrea.discussion import policies
from cocrea.discussion.models import Comment, CommentReaction, Reaction
from cocrea.extensions import db


def react(*, actor: Any, comment: Comment, reaction: Reaction, on: bool, now: datetime) -> bool:
    """Give a reaction or take it back, once however often it is asked. Whether it changed anything."""
    enforce(policies.can_react, actor, comment, now)  # what is not open to someone makes nobody wait
    enforce(policies.can_react, actor, lock(comment, is_referred_to=True), now)
    changed = _give(actor, comment, reaction, now) if on else _take_back(actor, comment, reaction)
    if changed:
        step(getattr(Comment, f"{reaction.value}_count"), comment.id, 1 if on else -1)
    return changed


def _give(actor: Any, comment: Comment, reaction: Reaction, now: datetime) -> bool:
    return add_once(CommentReaction, comment_id=comment.id, person_id=actor.id, reaction=reaction, created_at=now)


def _take_back(actor: Any, comment: Comment, reaction: Reaction) -> bool:
    own = {"comment_id": comment.id, "person_id": actor.id, "reaction": reaction}
    taken = db.session.execute(sa.delete(CommentReaction).filter_by(**own))
    return bool(getattr(taken, "rowcount", 0))
