"""Comments and supports for tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.core.db import transaction
from cocrea.discussion import operations
from cocrea.discussion.models import Comment, Contribution, Support
from cocrea.extensions import db
from cocrea.moderation import operations as moderation
from tests.conftest import NOW
from tests.factories import cycles
from tests.factories.accounts import person


def comment(subject: Contribution, body: str = "A mi comunidad le pasa igual", **kwargs: Any) -> Comment:
    author = kwargs.pop("author", None) or person()
    with transaction():
        return operations.comment(actor=author, subject=subject, body=body, now=NOW, **kwargs)


def support(subject: Contribution, by: Person | None = None) -> Person:
    supporter = by or person()
    with transaction():
        operations.support(actor=supporter, contribution=subject, now=NOW)
    return supporter


def supporters(subject: Contribution) -> set[int]:
    """The ids of the people whose support counts there."""
    return set(db.session.scalars(sa.select(Support.person_id).filter_by(contribution_id=subject.id)))


def withdraw(subject: Contribution, by: Person, reason: str = "Me equivoqué") -> None:
    with transaction():
        operations.withdraw(actor=by, contribution=subject, reason=reason, now=NOW)


def hide(subject: Contribution, reason: str = "Expone datos de una persona", now: datetime = NOW) -> Person:
    """Hidden by a facilitator of its cycle, who is returned."""
    moderator = cycles.facilitator(subject.cycle)
    with transaction():
        moderation.hide(actor=moderator, contribution=subject, reason=reason, now=now)
    return moderator
