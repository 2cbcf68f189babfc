"""Letters about what became of someone's problem, or of one that they support. Written by jobs, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from cocrea.consultation.models import Problem
from cocrea.core.i18n import in_language
from cocrea.core.i18n import lazy as _l
from cocrea.core.mail import send_later
from cocrea.discussion.addressees import behind, next_after
from cocrea.discussion.models import Visibility
from cocrea.extensions import db


def tell_of_merge(*, sources: Sequence[int], into: Problem, after: int = 0) -> int | None:
    """One letter to each person who wrote or supports some of these problems: they go on in another, and their voice.

    Whose ids come after `after`, as many as one transaction should write; the last one's id while there may be more.
    What was taken apart or from view meanwhile is not told.
    """
    still = Problem.merged_into_id == into.id, Problem.visibility == Visibility.MERGED
    merged = list(db.session.scalars(sa.select(Problem).where(Problem.id.in_(sources), *still).order_by(Problem.id)))
    people = behind([problem.id for problem in merged], after)
    for person in people:
        with in_language(person.locale):
            send_later(
                to=person.email,
                subject=str(_l("Una problemática tuya o que apoyas se fusionó con otra")),
                template="consultation/merged.txt",
                merged=[problem for problem in merged if problem.id in person.theirs],
                into=into,
                reason=merged[0].visibility_reason,
            )
    return next_after(people)


def tell_of_undoing(*, problem: Problem, into: Problem, reason: str, after: int = 0) -> int | None:
    """To who wrote or supports it: it stands by itself again. In batches, like `tell_of_merge`."""
    people = behind([problem.id], after) if problem.is_public else []
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
    return next_after(people)
