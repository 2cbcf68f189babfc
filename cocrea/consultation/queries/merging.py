"""Reading what was merged into what, and what might be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from cocrea.consultation.models import Problem
from cocrea.discussion.models import Contribution, ContributionKind, Visibility
from cocrea.discussion.queries import by_author
from cocrea.discussion.similar import similar
from cocrea.extensions import db


def gathered(problem: Problem) -> list[Problem]:
    """The problems that were merged into this one, with their authors, oldest first; no statement when none were."""
    if not problem.gathered_count:
        return []
    statement = sa.select(Problem).where(
        Problem.merged_into_id == problem.id, Problem.visibility == Visibility.MERGED
    )
    return list(db.session.scalars(statement.options(by_author(Problem)).order_by(Problem.id)))


def survivor(problem: Problem) -> Any:
    """Reference and title of what a problem was merged into, the title while it can be read; None when it was not."""
    shared = Contribution.__table__.c
    readable = shared.visibility.in_([Visibility.PUBLIC, Visibility.MERGED])
    columns = (shared.reference, sa.case((readable, shared.title), else_="").label("title"))
    return db.session.execute(sa.select(*columns).where(shared.id == problem.merged_into_id)).first()


def mergeable(problem: Problem, references: Iterable[str]) -> list[Problem]:
    """The public problems of the same cycle with these references, with what a comparison shows."""
    statement = sa.select(Problem).where(
        Problem.cycle_id == problem.cycle_id,
        Problem.visibility == Visibility.PUBLIC,
        Problem.id != problem.id,
        Problem.reference.in_(list(references)),
    )
    options = (by_author(Problem), joinedload(Problem.topic))
    return list(db.session.scalars(statement.options(*options).order_by(Problem.id)))


def near(problem: Problem) -> list[Any]:
    """Public problems that say much the same as this one."""
    return [
        row
        for row in similar(problem.cycle, ContributionKind.PROBLEM, problem.title, problem.body_source)
        if row.id != problem.id
    ]
