"""Commenting, and mending what one said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.passages import Passage
from cocrea.discussion import policies, queries, rules
from cocrea.discussion.models import (
    STANCED,
    Comment,
    CommentVersion,
    Contribution,
    ContributionKind,
    Stance,
    Visibility,
)
from cocrea.discussion.operations.contributions import Repeated, contribution_fields, count, note, once
from cocrea.discussion.operations.tallies import tally
from cocrea.extensions import db


def comment(
    *,
    actor: Any,
    subject: Contribution,
    body: str,
    now: datetime,
    parent: Comment | None = None,
    stance: Stance = Stance.NEUTRAL,
    institution_id: int | None = None,
    passage: Passage | None = None,
    form_key: str = "",
) -> Comment:
    """Comment on a contribution, or reply to a comment on it. The same actor's same `form_key` makes one comment;
    `Repeated` where they just said the same words there in another form. `passage`: the words of it that the
    comment is on.

    An official speaks for an institution: for `institution_id` where they serve several.
    """
    enforce(policies.can_comment, actor, subject, now)
    _judge(subject, body, parent, stance)
    key = once(actor, form_key)
    known: Comment | None = db.session.scalar(sa.select(Comment).where(Comment.form_key == key))
    if known is not None:
        return known
    _refuse_repeated(actor, subject, parent, body)
    fields = contribution_fields(actor=actor, kind=ContributionKind.COMMENT, cycle=subject.cycle, now=now, body=body)
    made = add(
        Comment(
            **fields,
            subject_id=subject.id,
            **_standing(parent),
            stance=stance,
            institution=_institution(actor, institution_id),
            passage=passage.told() if passage else None,
            editable_until=_editable_until(subject, now),
            form_key=key,
        )
    )
    count(made, 1)
    note(actor, made, "comment.published", now, new=_told(made, on=subject.reference, **_quoting(passage)))
    return made


def edit(*, actor: Any, comment: Comment, body: str, stance: Stance, base: int, now: datetime) -> None:
    """Mend one's comment while it may be; what it said before stays to be read. `base` is the version that was being
    mended: `Conflict` where it is not the one that stands. The same text again changes nothing."""
    enforce(policies.can_edit_comment, actor, lock(comment), now)
    if base != comment.version:
        raise Conflict(_l("Ya lo corregiste en otra ventana. Mira cómo quedó antes de corregirlo otra vez."))
    _judge(comment.subject, body, None, stance if comment.parent_id is None else Stance.NEUTRAL)
    body = text.block(body)
    stance = stance if comment.parent_id is None else Stance.NEUTRAL
    if (body, stance) == (comment.body_source, comment.stance):
        return
    before = _told(comment)
    _keep_version(comment)
    tally(comment, -1)
    comment.body_source, comment.body_html, comment.stance = body, text.to_html(body), stance
    comment.version += 1
    comment.edited_at = now
    tally(comment, 1)
    note(actor, comment, "comment.edited", now, old=before, new=_told(comment))


def _judge(subject: Contribution, body: str, parent: Comment | None, stance: Stance) -> None:
    """That there is a text, that what it answers takes replies, and that a stance is taken where one makes sense."""
    if not text.block(body):
        raise Invalid(_l("Escribe tu comentario."), "body")
    if parent is not None and (parent.subject_id != subject.id or not parent.is_public):
        raise Invalid(_l("Ese comentario ya no admite respuestas. Comenta aparte."))
    if stance is not Stance.NEUTRAL and (parent is not None or subject.kind not in STANCED):
        raise Invalid(_l("Aquí no se toma postura."), "stance")


def _refuse_repeated(actor: Any, subject: Contribution, parent: Comment | None, body: str) -> None:
    """That the last comment of theirs in the same place says something else. Called after `once`, as it locks them."""
    there = {"subject_id": subject.id, "author_id": actor.id, **_standing(parent)}
    own = sa.select(Comment).filter_by(**there, visibility=Visibility.PUBLIC).order_by(Comment.id.desc()).limit(1)
    last: Comment | None = db.session.scalar(own)
    if last and text.folded(last.body_source) == text.folded(body):
        raise Repeated(_l("Ya lo comentaste: %(reference)s.", reference=last.reference), "body", last.reference)


def _standing(parent: Comment | None) -> dict[str, int | None]:
    """Under which comments what answers this one stands: beside it where it is two deep already."""
    if parent is None:
        return {"parent_id": None, "root_id": None, "answered_id": None}
    if parent.is_deepest:
        return {"parent_id": parent.parent_id, "root_id": parent.root_id, "answered_id": parent.id}
    return {"parent_id": parent.id, "root_id": parent.root_id or parent.id, "answered_id": None}


def _institution(actor: Any, chosen: int | None) -> str:
    """The name of the institution for which the actor speaks: the chosen one, else the only one; empty for people."""
    served = queries.institutions_of(actor)
    if chosen is None and len(served) > 1:
        raise Invalid(_l("Di por cuál de tus instituciones hablas."), "institution")
    names = {each.id: each.name for each in served}
    if chosen is not None and chosen not in names:
        raise Invalid(_l("No respondes por esa institución."), "institution")
    return names[chosen] if chosen is not None else next(iter(names.values()), "")


def _editable_until(subject: Contribution, now: datetime) -> datetime | None:
    minutes = rules.edit_minutes(subject.cycle, now)
    return now + timedelta(minutes=minutes) if minutes else None


def _keep_version(comment: Comment) -> None:
    add(
        CommentVersion(
            comment_id=comment.id,
            number=comment.version,
            author_id=comment.author_id,
            stance=comment.stance,
            body_source=comment.body_source,
            written_at=comment.edited_at or comment.published_at,
        )
    )


def _quoting(passage: Passage | None) -> dict[str, str]:
    """What the history says of the passage it is on: the fingerprint of its words."""
    return {"passage": text.fingerprint(passage.exact)} if passage else {}


def _told(comment: Comment, **more: str) -> dict[str, str]:
    """What the history says of a comment: its stance where it takes one, and the fingerprint of its text."""
    taken = {"stance": comment.stance.value} if comment.stance is not Stance.NEUTRAL else {}
    return {**more, **taken, "text": text.fingerprint(comment.body_source)}
