"""Letters about what institutions answered. Written by jobs, a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from cocrea.accounts.models import Credential, Person
from cocrea.core.i18n import in_language
from cocrea.core.i18n import lazy as _l
from cocrea.core.mail import send_later
from cocrea.discussion.models import Contribution, Support, Visibility
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, Response

LETTERS_AT_ONCE = 100


def tell_of_answers(*, responses: Sequence[int], after: int = 0) -> int | None:
    """One letter to each person who wrote or supports what these answers are to: what was answered, and where.

    Whose ids come after `after`, as many as one transaction should write; the last one's id while there may be more.
    """
    found = db.session.scalars(
        sa.select(Response)
        .join(Proposal, Proposal.id == Response.proposal_id)
        .where(Response.id.in_(responses), Proposal.visibility == Visibility.PUBLIC)
        .order_by(Response.id)
    ).all()
    titles = _titles([response.proposal_id for response in found])
    people = _next_people(list(titles), after)
    theirs = _theirs([person.id for person in people], list(titles))
    for person in people:
        with in_language(person.locale):
            send_later(
                to=person.email,
                subject=str(_l("Una institución respondió a lo que propones o apoyas")),
                template="proposals/answered.txt",
                answers=[(titles[one.proposal_id], one) for one in found if one.proposal_id in theirs[person.id]],
            )
    return people[-1].id if len(people) == LETTERS_AT_ONCE else None


def _titles(proposals: Sequence[int]) -> dict[int, sa.Row[int, str, str]]:
    columns = (Contribution.id, Contribution.reference, Contribution.title)
    return {row.id: row for row in db.session.execute(sa.select(*columns).where(Contribution.id.in_(proposals)))}


def _behind(proposals: Sequence[int]) -> sa.Subquery:
    """Who wrote or supports any of these, with which."""
    gave = sa.select(Support.person_id, Support.contribution_id).where(Support.contribution_id.in_(proposals))
    wrote = sa.select(Contribution.author_id, Contribution.id).where(Contribution.id.in_(proposals))
    return gave.union(wrote).subquery()


def _next_people(proposals: Sequence[int], after: int) -> Sequence[sa.Row[int, str, str]]:
    """Those of them with a confirmed address, each once."""
    known = (
        sa.select(Person.id, Credential.email, Person.locale)
        .join(Credential, Credential.person_id == Person.id)
        .where(
            Person.id.in_(sa.select(_behind(proposals).c.person_id)),
            Person.id > after,
            Person.verified_at.is_not(None),
            Person.suspended_at.is_(None),
        )
    )
    return db.session.execute(known.order_by(Person.id).limit(LETTERS_AT_ONCE)).all()


def _theirs(people: Sequence[int], proposals: Sequence[int]) -> dict[int, set[int]]:
    behind = _behind(proposals)
    found: dict[int, set[int]] = defaultdict(set)
    for person_id, proposal_id in db.session.execute(sa.select(behind).where(behind.c.person_id.in_(people))):
        found[person_id].add(proposal_id)
    return found
