"""Who is written to about what became of contributions: whoever wrote or supports them, a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Credential, Person
from cocrea.discussion.models import Coauthor, Contribution, Support
from cocrea.extensions import db

LETTERS_AT_ONCE = 100


@dataclass(frozen=True)
class Addressee:
    """Whom a letter goes to, in which language, and which of the contributions it is about are theirs, by id."""

    id: int
    email: str
    locale: str
    theirs: set[int]


def concerned(contributions: Sequence[int]) -> sa.Subquery:
    """Whose they are: each `person_id` who wrote (also with others) or supports one, with its `contribution_id`."""
    gave = sa.select(Support.person_id, Support.contribution_id).where(Support.contribution_id.in_(contributions))
    wrote = sa.select(Contribution.author_id, Contribution.id).where(Contribution.id.in_(contributions))
    write_too = sa.select(Coauthor.person_id, Coauthor.contribution_id).where(
        Coauthor.contribution_id.in_(contributions)
    )
    return gave.union(wrote, write_too).subquery()


def behind(contributions: Sequence[int], after: int) -> list[Addressee]:
    """The next people, by id after `after`, who wrote or support any of these and have a confirmed address, each once:
    at most `LETTERS_AT_ONCE`, as many as one transaction should write to."""
    pairs = concerned(contributions)
    known = (
        sa.select(Person.id, Credential.email, Person.locale)
        .join(Credential, Credential.person_id == Person.id)
        .where(
            Person.id.in_(sa.select(pairs.c.person_id)),
            Person.id > after,
            Person.verified_at.is_not(None),
            Person.suspended_at.is_(None),
        )
    )
    people = db.session.execute(known.order_by(Person.id).limit(LETTERS_AT_ONCE)).all()
    theirs: dict[int, set[int]] = defaultdict(set)
    for person_id, contribution_id in db.session.execute(
        sa.select(pairs).where(pairs.c.person_id.in_([person.id for person in people]))
    ):
        theirs[person_id].add(contribution_id)
    return [Addressee(*person, theirs[person.id]) for person in people]


def next_after(people: Sequence[Any]) -> int | None:
    """After whose id the next batch begins; None when this was the last."""
    return people[-1].id if len(people) == LETTERS_AT_ONCE else None
