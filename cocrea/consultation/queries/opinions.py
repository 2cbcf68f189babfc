"""Reading the answers of a cycle to analyse them, and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa

from cocrea.accounts.models import Person, Suspension
from cocrea.consultation.models import Answer, OpinionResult, PaperAnswers, StatementAnswer, VisitorAnswer
from cocrea.consultation.opinions.answers import Answers
from cocrea.consultation.opinions.published import Counts, Visitors
from cocrea.consultation.queries.statements import admitted
from cocrea.consultation.queries.topics import NO_SECTOR
from cocrea.cycles.figures import REST, withhold_small
from cocrea.cycles.models import OPENS, Action, Cycle, Stage
from cocrea.discussion.models import Contribution, ContributionKind, Visibility
from cocrea.extensions import db

SETTLES = timedelta(minutes=5)  # what was judged just before a moment may be committed a little after it
MEANINGS = {Answer.AGREE.value: 1.0, Answer.DISAGREE.value: -1.0, Answer.PASS.value: 0.0}
ASKING = [kind for kind, opened in OPENS.items() if Action.ANSWER_STATEMENT in opened]
_shared, _given, _person = Contribution.__table__.c, StatementAnswer.__table__.c, Person.__table__.c


@dataclass(frozen=True)
class Conversation:
    """Who answered what in a cycle, and to which sector they say they belong, small ones put together."""

    answers: Answers
    sectors: dict[str, list[int]] = field(default_factory=dict)
    visitors: Visitors = field(default_factory=Visitors)
    paper: Counts = field(default_factory=dict)


def changed_conversations(now: datetime) -> dict[int, str]:
    """The cycles to analyse again, each with the mark of its answers now; two statements.

    While the stage is open those whose answers are other ones. After it those whose result is not `SETTLES` younger
    than its close and than whatever moderation took out or gave back since: answers that cannot change any more are
    not read every few minutes for ever.
    """
    known, over = _known(now)
    if not known:
        return {}
    marks = {row[0]: ":".join("" if part is None else str(part) for part in row[1:]) for row in _marks(known)}
    return {cycle_id: mark for cycle_id, mark in marks.items() if cycle_id in over or known[cycle_id] != mark}


def conversation(cycle_id: int) -> Conversation:
    """The answers that count now: to statements that can be read, of people whose account is not suspended.

    Hundreds of thousands of rows: they are read as they lie, without objects, and put in place by numpy.
    """
    statements = list(db.session.scalars(sa.select(_shared.id).where(*admitted(cycle_id)).order_by(_shared.id)))
    these = _given.statement_id.in_(sa.select(_shared.id).where(*admitted(cycle_id)))
    answered = sa.select(_given.person_id).where(these).distinct()
    own = sa.select(_person.id, sa.type_coerce(_person.sector, sa.String)).order_by(_person.id)
    sector = {
        person: name or NO_SECTOR
        for person, name in db.session.execute(own.where(_person.id.in_(answered), _person.suspended_at.is_(None)))
    }
    rows = db.session.execute(
        sa.select(_given.person_id, _given.statement_id, sa.type_coerce(_given.answer, sa.String)).where(these)
    ).all()
    answers = _in_places(list(sector), statements, rows)
    return Conversation(answers, _put_together(sector), _visitors(cycle_id), _paper(cycle_id))


def _in_places(people: list[int], statements: list[int], rows: Sequence[Any]) -> Answers:
    """Answers as a table, of those people and statements alone: another may have come between two reads."""
    at = {person: place for place, person in enumerate(people)}
    column = {statement: place for place, statement in enumerate(statements)}
    values = np.full((len(people), len(statements)), np.nan)
    placed = [
        (at[person], column[statement], MEANINGS[answer])
        for person, statement, answer in rows
        if person in at and statement in column
    ]
    if placed:
        across, down, said = zip(*placed, strict=True)
        values[np.array(across), np.array(down)] = said
    return Answers(people, statements, values, np.zeros(len(statements), dtype=bool))


def _visitors(cycle_id: int) -> Visitors:
    """What was answered without an account, in sums."""
    given = VisitorAnswer.__table__.c
    own = sa.select(given.statement_id, VisitorAnswer.answer, sa.func.count())
    joined = own.join(Contribution.__table__, _shared.id == given.statement_id).where(*admitted(cycle_id))
    counts: dict[int, dict[str, int]] = {}
    for statement, answer, number in db.session.execute(joined.group_by(given.statement_id, given.answer)):
        counts.setdefault(statement, {})[answer.value] = number
    browsers = sa.select(sa.func.count(given.visitor.distinct()))
    browsers = browsers.join_from(VisitorAnswer, Contribution.__table__, _shared.id == given.statement_id)
    return Visitors(db.session.scalar(browsers.where(*admitted(cycle_id))) or 0, counts)


def _paper(cycle_id: int) -> Counts:
    """What the sheets of workshops say, by statement."""
    sums = [sa.func.sum(side) for side in (PaperAnswers.agree, PaperAnswers.disagree, PaperAnswers.passed)]
    rows = db.session.execute(
        sa.select(PaperAnswers.statement_id, *sums)
        .join(_shared.id.table, _shared.id == PaperAnswers.statement_id)
        .where(*admitted(cycle_id))
        .group_by(PaperAnswers.statement_id)
    )
    return {statement: dict(zip(("agree", "disagree", "pass"), said, strict=True)) for statement, *said in rows}


def opinion_result(cycle: Cycle) -> OpinionResult | None:
    return db.session.get(OpinionResult, cycle.id)


def sentences(cycle: Cycle) -> dict[int, Any]:
    """The statements of a cycle that can be read, as rows by id."""
    found = db.session.execute(sa.select(_shared.id, _shared.reference, _shared.title).where(*admitted(cycle.id)))
    return {row.id: row for row in found}


def _put_together(sector: dict[int, str]) -> dict[str, list[int]]:
    """People by sector; sectors of fewer than five in one with others, and no such rest of fewer than five."""
    shown = withhold_small(Counter(sector.values()))
    found: dict[str, list[int]] = {name: [] for name in sorted(shown)}
    for person, name in sector.items():
        if (place := name if name in shown else REST) in found:
            found[place].append(person)
    return found


def _known(now: datetime) -> tuple[dict[int, str | None], set[int]]:
    """The cycles to look at with the mark of their last result, and which of them are over but not yet told so."""
    suspended = sa.select(sa.func.max(Person.suspended_at)).scalar_subquery()
    lifted = sa.select(sa.func.max(Suspension.lifted_at)).scalar_subquery()
    taken_out = sa.select(sa.func.max(_shared.visibility_at)).where(_shared.cycle_id == Stage.cycle_id)
    taken_out = taken_out.where(_shared.kind == ContributionKind.STATEMENT).correlate(Stage)
    rows = db.session.execute(
        sa.select(
            Stage.cycle_id,
            Stage.ends_at,
            OpinionResult.mark,
            OpinionResult.computed_at,
            suspended.label("suspended"),
            lifted.label("lifted"),
            taken_out.scalar_subquery().label("taken_out"),
        )
        .outerjoin(OpinionResult, OpinionResult.cycle_id == Stage.cycle_id)
        .where(Stage.kind.in_(ASKING), Stage.starts_at <= now)
    ).all()
    known: dict[int, str | None] = {}
    over = set()
    for row in rows:
        if row.ends_at is not None and row.ends_at <= now:
            moments = [moment for moment in (row.ends_at, row.suspended, row.lifted, row.taken_out) if moment]
            if row.computed_at is not None and row.computed_at >= max(moments) + SETTLES:
                continue
            over.add(row.cycle_id)
        known[row.cycle_id] = row.mark
    return known, over


def _marks(cycles: Iterable[int]) -> Any:
    """For each of the cycles how many statements there are and how many answers count, of when, of whom, to what."""
    counted = (
        sa.select(_given.person_id, _given.statement_id, _given.answered_at)
        .join(Person, _person.id == _given.person_id)
        .where(Person.suspended_at.is_(None))
        .subquery()
    )
    given = counted.c
    return db.session.execute(
        sa.select(
            _shared.cycle_id,
            sa.func.count(_shared.id.distinct()),
            sa.func.count(given.person_id),
            sa.func.max(given.answered_at),
            sa.func.sum(given.person_id),
            sa.func.sum(given.statement_id),
            *_mark_of(VisitorAnswer.statement_id, VisitorAnswer.answered_at),
            *_mark_of(PaperAnswers.statement_id, PaperAnswers.counted_at),
        )
        .outerjoin(counted, given.statement_id == _shared.id)
        .where(
            _shared.cycle_id.in_(cycles),
            _shared.kind == ContributionKind.STATEMENT,
            _shared.visibility == Visibility.PUBLIC,
        )
        .group_by(_shared.cycle_id)
    )


def _mark_of(statement: Any, moment: Any) -> list[Any]:
    """How many rows there are of what the cycle is told apart, and of when the latest is."""
    of = Contribution.__table__.alias()
    rows = sa.select(statement).join(of, of.c.id == statement)
    rows = rows.where(of.c.cycle_id == _shared.cycle_id, of.c.visibility == Visibility.PUBLIC)
    parts: list[Any] = [sa.func.count(), sa.func.max(moment)]
    return [rows.with_only_columns(part).correlate(Contribution.__table__).scalar_subquery() for part in parts]
