"""Reading statements: those that can be answered, one's own, and those that wait for the facilitation."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from cocrea.accounts.models import Person
from cocrea.consultation.models import Statement, StatementStatus
from cocrea.consultation.policies import can_know_of
from cocrea.core.errors import NotFound
from cocrea.core.pagination import Page, newest_first
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.discussion.models import Contribution, ContributionKind, Visibility
from cocrea.discussion.queries import by_author
from cocrea.extensions import db

AT_ONCE = 50
_shared, _own = Contribution.__table__.c, Statement.__table__.c
CARD = (
    _shared.reference,
    _shared.title,
    _shared.attribution,
    _shared.author_sector,
    _shared.published_at,
    (_own.agree_count + _own.disagree_count + _own.pass_count).label("answers"),
    Person.name.label("author_name"),
    Person.withdrawn_at.label("author_withdrawn_at"),
)


def statements(cycle: Cycle) -> Page[Any]:
    """A page of admitted statements, newest first, as rows of just the columns that the list shows."""
    statement = (
        sa.select(_shared.id, *CARD)
        .join(Statement.__table__, _own.id == _shared.id)
        .outerjoin(Person, Person.id == _shared.author_id)
        .where(*admitted(cycle.id))
    )
    key: Any = _shared.id
    return newest_first(statement, key, scalars=False)


def admitted(cycle_id: Any) -> tuple[Any, ...]:
    """That a contribution is a statement of this cycle that people read and answer."""
    public = _shared.visibility == Visibility.PUBLIC
    return _shared.cycle_id == cycle_id, _shared.kind == ContributionKind.STATEMENT, public


def own_statements(actor: Any, cycle: Cycle) -> list[Statement]:
    """What the actor proposed and is not public, newest first; no statement for visitors."""
    if not actor.is_authenticated:
        return []
    mine = Statement.author_id == actor.id, Statement.cycle_id == cycle.id, Statement.visibility == Visibility.DRAFT
    return list(db.session.scalars(sa.select(Statement).where(*mine).order_by(Statement.id.desc()).limit(AT_ONCE)))


def waiting_statements(cycle: Cycle) -> list[Statement]:
    """What waits for the facilitation, the longest waiting first."""
    waits = Statement.cycle_id == cycle.id, Statement.status == StatementStatus.PROPOSED
    found = sa.select(Statement).where(*waits).options(by_author(Statement)).order_by(Statement.id)
    return list(db.session.scalars(found.limit(AT_ONCE)))


def number_waiting(cycle: Cycle) -> int:
    waits = Statement.cycle_id == cycle.id, Statement.status == StatementStatus.PROPOSED
    return db.session.scalar(sa.select(sa.func.count()).select_from(Statement).where(*waits)) or 0


def visible_statement(actor: Any, reference: str) -> Statement:
    """The statement with author and cycle, if this actor may know of it; raises `NotFound`.

    Pages show its text only if `policies.can_read_text` allows.
    """
    asked = sa.select(Statement).where(Statement.reference == reference)
    found = db.session.scalar(asked.options(by_author(Statement), joinedload(Statement.cycle)))
    if found is None:
        raise NotFound
    if not can_know_of(actor, found, found.created_at) or not can_read_cycle(actor, found.cycle, found.created_at):
        raise NotFound
    return found
