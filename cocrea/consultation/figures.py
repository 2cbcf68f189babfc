"""What a consultation received, for cycle pages and stage reports: problems, comments, supports for problems,
statements, how many people answered those, and what sheets answered.

Supports for topics are told by their ranking, which knows when the stage hides them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.consultation.models import PaperAnswers, Problem, StatementAnswer
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.figures import Figures, counted, tally, withhold_small, within
from cocrea.cycles.models import Action, Cycle, Stage
from cocrea.discussion.models import Channel, Contribution, ContributionKind, Support, Visibility
from cocrea.extensions import db

LABELS = {
    "problem": _l("Problemáticas"),
    "comment": _l("Comentarios"),
    "plan_comment": _l("Comentarios al plan"),
    "support": _l("Apoyos a problemáticas"),
    "statement": _l("Afirmaciones"),
    "answering": _l("Personas que respondieron afirmaciones"),
    "paper_answer": _l("Respuestas a afirmaciones en jornadas"),
}
_UNSIGNED = {"support", "answering"}
OPENED_BY = {
    ContributionKind.PROBLEM: Action.PUBLISH_PROBLEM,
    ContributionKind.COMMENT: Action.COMMENT,
    ContributionKind.STATEMENT: Action.PROPOSE_STATEMENT,
    ContributionKind.PLAN_COMMENT: Action.COMMENT_PLAN,
}


def received(cycle: Cycle, stage: Stage | None) -> Figures:
    """Counts by kind, each by channel and by what people say of themselves: only kinds that the stage opens.

    Of what no page shows one by one with its sector, sectors of fewer than five are withheld; a comment or statement
    that is not public any more counts without its own.
    """
    kinds = [kind for kind, action in OPENED_BY.items() if stage is None or action in stage.opens]
    if not kinds:
        return {}
    statements = [_contributions(cycle, stage, kinds)]
    if ContributionKind.PROBLEM in kinds:
        statements.append(_supports(cycle, stage))
    if ContributionKind.STATEMENT in kinds:
        statements.append(_answering(cycle, stage))
        statements.append(_on_paper(cycle, stage))
    counted_kinds = tally(db.session.execute(sa.union_all(*statements)))
    for kind in _UNSIGNED & counted_kinds.keys():
        counted_kinds[kind]["sector"] = withhold_small(counted_kinds[kind]["sector"])
    return counted_kinds


def came_in() -> list[sa.ColumnElement[bool]]:
    """That a contribution came in, whatever became of it: the synthesis of several problems did not."""
    shared, own = Contribution.__table__.c, Problem.__table__.c
    is_synthesis = sa.exists().where(own.id == shared.id, own.is_synthesis)
    return [shared.visibility != Visibility.DRAFT, ~is_synthesis]


def _contributions(cycle: Cycle, stage: Stage | None, kinds: list[ContributionKind]) -> sa.Select[Any]:
    shared = Contribution.__table__.c
    shows_sector = sa.or_(shared.visibility == Visibility.PUBLIC, shared.kind == ContributionKind.PROBLEM)
    sector = sa.case((shows_sector, shared.author_sector))
    return (
        counted(shared.kind, shared.channel, sector, Person.gender, Person.territory)
        .select_from(Contribution.__table__)
        .outerjoin(Person, Person.id == shared.author_id)
        .where(
            shared.cycle_id == cycle.id,
            shared.kind.in_(kinds),
            *came_in(),
            *within(shared.published_at, stage),
        )
    )


def _supports(cycle: Cycle, stage: Stage | None) -> sa.Select[Any]:
    shared = Contribution.__table__.c
    return (
        counted("support", Channel.ONLINE.value, Person.sector, Person.gender, Person.territory)
        .select_from(Support)
        .join(Contribution.__table__, shared.id == Support.contribution_id)
        .join(Person, Person.id == Support.person_id)
        .where(
            shared.cycle_id == cycle.id,
            shared.kind == ContributionKind.PROBLEM,
            shared.visibility == Visibility.PUBLIC,
            *within(Support.created_at, stage),
        )
    )


def _answering(cycle: Cycle, stage: Stage | None) -> sa.Select[Any]:
    """People, not answers: twenty answers of one person would make a group of one look like one of twenty."""
    shared = Contribution.__table__.c
    people = (
        sa.select(StatementAnswer.person_id)
        .join(Contribution.__table__, shared.id == StatementAnswer.statement_id)
        .where(
            shared.cycle_id == cycle.id,
            shared.visibility == Visibility.PUBLIC,
            *within(StatementAnswer.answered_at, stage),
        )
    )
    return (
        counted("answering", Channel.ONLINE.value, Person.sector, Person.gender, Person.territory)
        .select_from(Person)
        .where(Person.id.in_(people))
    )


def _on_paper(cycle: Cycle, stage: Stage | None) -> sa.Select[Any]:
    """Answers on sheets, as of when they were counted; of sectors, genders and places they say nothing."""
    shared = Contribution.__table__.c
    said = sa.func.sum(PaperAnswers.agree + PaperAnswers.disagree + PaperAnswers.passed)
    cells: list[Any] = [sa.literal("paper_answer"), sa.literal(Channel.IN_PERSON.value), *[sa.null()] * 3]
    return (
        sa.select(*cells, said)
        .join(Contribution.__table__, shared.id == PaperAnswers.statement_id)
        .where(
            shared.cycle_id == cycle.id,
            shared.visibility == Visibility.PUBLIC,
            *within(PaperAnswers.counted_at, stage),
        )
        .having(sa.func.count() > 0)
    )
