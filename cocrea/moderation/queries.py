"""What moderators read that nobody else does."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from cocrea.discussion.models import READABLE, Contribution, Visibility, text_columns
from cocrea.extensions import db


@dataclass(frozen=True)
class Text:
    """What a contribution says, also while it is hidden."""

    title: str
    paragraphs: list[str]


def text_of(contribution: Contribution) -> Text | None:
    """The text of what is public, merged or hidden; None of what its author withdrew.

    Only for pages that a policy keeps to its moderators.
    """
    kind = type(contribution)
    names = ["title", *(name for name in text_columns(kind) if name not in {"title", "body_html"})]
    found = db.session.execute(
        sa.select(*(getattr(kind, name) for name in names)).where(
            kind.id == contribution.id,
            kind.visibility.in_(READABLE | {Visibility.HIDDEN}),
        )
    ).first()
    return Text(found[0], [paragraph for paragraph in found[1:] if paragraph]) if found else None
