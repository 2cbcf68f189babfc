"""Answering statements one at a time: what is asked next, how far one has come, and what one answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cocrea.consultation.models import Answer, Statement, StatementAnswer, VisitorAnswer
from cocrea.consultation.opinions import priority
from cocrea.consultation.queries.statements import admitted
from cocrea.core.pagination import Page, newest_first
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Contribution
from cocrea.extensions import db

_shared, _own, _given = Contribution.__table__.c, Statement.__table__.c, StatementAnswer.__table__.c


@dataclass(frozen=True)
class Answering:
    """How far someone has come. `next` and `last` are rows: the statement to ask now, and the one answered before."""

    answered: int
    total: int
    next: Any = None
    last: Any = None


def answering(actor: Any, cycle: Cycle, visitor: str = "") -> Answering:
    """What to ask the actor now, or the visitor behind a token's digest; one statement."""
    given: Any = StatementAnswer.__table__.c if actor.is_authenticated else VisitorAnswer.__table__.c
    own = given.person_id == actor.id if actor.is_authenticated else given.visitor == visitor
    who = actor.public_id if actor.is_authenticated else visitor
    seen = (_own.agree_count + _own.disagree_count + _own.pass_count).label("seen")
    rows = db.session.execute(
        sa.select(
            _shared.id, _shared.reference, _shared.title, _own.agree_count, _own.pass_count, seen, _own.extremity,
            given.answer, given.answered_at,
        )
        .join(Statement.__table__, _own.id == _shared.id)
        .outerjoin(given.statement_id.table, sa.and_(given.statement_id == _shared.id, own))
        .where(*admitted(cycle.id))
        .order_by(_shared.id)
    ).all()  # fmt: skip
    left = [row for row in rows if row.answer is None]
    answered = len(rows) - len(left)
    last = max((row for row in rows if row.answer), key=lambda row: (row.answered_at, row.id), default=None)
    return Answering(answered, len(rows), _next(who, cycle, left, answered), last)


def own_answers(actor: Any, cycle: Cycle) -> Page[Any]:
    """A page of what the actor answered, the newest statements first, as rows."""
    key: Any = _shared.id
    given = (
        sa.select(_shared.id, _shared.reference, _shared.title, _given.answer)
        .join(StatementAnswer, _given.statement_id == _shared.id)
        .where(*admitted(cycle.id), _given.person_id == actor.id)
    )
    return newest_first(given, key, scalars=False)


def own_answer(actor: Any, statement: Statement, visitor: str = "") -> Answer | None:
    """What the actor answered to a statement, or the visitor behind a token's digest."""
    if actor.is_authenticated:
        own = db.session.get(StatementAnswer, (statement.id, actor.id))
        return own.answer if own else None
    given = db.session.get(VisitorAnswer, (statement.id, visitor)) if visitor else None
    return given.answer if given else None


def _next(who: str, cycle: Cycle, left: list[Any], answered: int) -> Any:
    """One of what is left, by its weight. The same until the next answer, whatever the page is opened for."""
    if not left:
        return None
    weights = [priority.weight(row.agree_count, row.pass_count, row.seen, row.extremity) for row in left]
    return left[priority.choose(weights, f"{who}:{cycle.id}:{answered}")]
