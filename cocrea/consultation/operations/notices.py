"""Letters about what became of someone's problem, or of one that they support. Written by jobs, a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from cocrea.accounts.models import Credential, Person
from cocrea.consultation.models import Problem
from cocrea.core.i18n import in_language
from cocrea.core.i18n import lazy as _l
from cocrea.core.mail import send_later
from cocrea.discussion.models import Contribution, Support, Visibility
from cocrea.extensions import db

LETTERS_AT_ONCE = 100


@dataclass(frozen=True)
class Addressee:
    """Whom a letter goes to, in which language, and which of the problems it is about are theirs."""

    id: int
    email: str
    locale: str
    problems: set[int]


def tell_of_merge(*, sources: Sequence[int], into: Problem, after: int = 0) -> int | None:
    """One letter to each person who wrote or supports some of these problems: they go on in another, and their voice.

    Whose ids come after `after`, as many as one transaction should write; the last one's id while there may be more.
    What was taken apart or from view meanwhile is not told.
    """
    still = Problem.merged_into_id == into.id, Problem.visibility == Visibility.MERGED
    merged = list(db.session.scalars(sa.select(Problem).where(Problem.id.in_(sources), *still).order_by(Problem.id)))
    people = _behind([problem.id for problem in merged], after)
    for person in people:
        with in_language(person.locale):
            send_later(
                to=person.email,
                subject=str(_l("Una problemática tuya o que apoyas se fusionó con otra")),
                template="consultation/merged.txt",
                merged=[problem for problem in merged if problem.id in person.problems],
                into=into,
                reason=merged[0].visibility_reason,
            )
    return people[-1].id if len(people) == LETTERS_AT_ONCE else None


def tell_of_undoing(*, problem: Problem, into: Problem, reason: str, after: int = 0) -> int | None:
    """To who wrote or supports it: it stands by itself again. In batches, like `tell_of_merge`."""
    people = _behind([problem.id], after) if problem.is_public else []
    for person in people:
        with in_language(person.locale):
            send_later(
                to=person.email,
                subject=str(_l("Se deshizo una fusión: la problemática vuelve a estar por sí misma")),
                template="consultation/unmerged.txt",
                title=problem.title,
                into_title=into.title or into.reference,
                reference=problem.reference,
                reason=reason,
            )
    return people[-1].id if len(people) == LETTERS_AT_ONCE else None


def _behind(problems: Sequence[int], after: int) -> list[Addressee]:
    """The next people who wrote or support any of these problems and have a confirmed address, each once."""
    gave = sa.select(Support.person_id, Support.contribution_id).where(Support.contribution_id.in_(problems))
    wrote = sa.select(Contribution.author_id, Contribution.id).where(Contribution.id.in_(problems))
    behind = gave.union(wrote).subquery()
    known = (
        sa.select(Person.id, Credential.email, Person.locale)
        .join(Credential, Credential.person_id == Person.id)
        .where(
            Person.id.in_(sa.select(behind.c.person_id)),
            Person.id > after,
            Person.verified_at.is_not(None),
            Person.suspended_at.is_(None),
        )
    )
    people = db.session.execute(known.order_by(Person.id).limit(LETTERS_AT_ONCE)).all()
    theirs: dict[int, set[int]] = defaultdict(set)
    pairs = sa.select(behind).where(behind.c.person_id.in_([person.id for person in people]))
    for person_id, problem_id in db.session.execute(pairs):
        theirs[person_id].add(problem_id)
    return [Addressee(*person, theirs[person.id]) for person in people]
