"""Commenting on a passage of what is being drafted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.commitments import passages, policies
from cocrea.commitments.models import Commitment
from cocrea.core.access import enforce
from cocrea.discussion.models import Comment
from cocrea.discussion.operations import comment


def comment_on_passage(
    *,
    actor: Any,
    commitment: Commitment,
    key: str,
    words: str,
    body: str,
    now: datetime,
    institution_id: int | None = None,
    form_key: str = "",
) -> Comment:
    """Comment on the passage with these words of a field, in the commitment's conversation."""
    enforce(policies.can_comment_passage, actor, (commitment, key), now)
    return comment(
        actor=actor,
        subject=commitment,
        body=body,
        passage=passages.quoted(commitment, key, words),
        institution_id=institution_id,
        form_key=form_key,
        now=now,
    )
