"""What an open consultation still expects of someone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from cocrea.accounts.models import PLATFORM, Draft, Role
from cocrea.consultation.drafts import PROBLEM
from cocrea.consultation.models import Statement, StatementAnswer, StatementStatus, Topic, TopicSupport
from cocrea.consultation.queries.statements import admitted
from cocrea.consultation.rules import TOPIC_SUPPORTS
from cocrea.core.i18n import lazy as _l
from cocrea.core.todo import Todo
from cocrea.cycles.models import OPENS, Action, Cycle, Stage, StageKind
from cocrea.cycles.rules import value
from cocrea.discussion.models import Contribution, ContributionKind
from cocrea.extensions import db


def todo(actor: Any, now: datetime) -> list[Todo]:
    """In each open consultation: topics to support, a problem to publish or a draft to finish, statements to answer,
    and for the facilitation those to review. One statement."""
    if not actor.is_verified:
        return []
    rows = db.session.execute(_open_consultations(actor, now)).all()
    return [item for row in rows for item in (*_expected(row), *_about_statements(actor, row))]


def _open_consultations(actor: Any, now: datetime) -> sa.Select[Any]:
    """Slug, title and stage of each open consultation that has topics, with what this person did in it."""
    kinds = [kind for kind in StageKind if Action.PUBLISH_PROBLEM in OPENS[kind]]
    given = sa.select(sa.func.count()).select_from(TopicSupport).join(Topic, Topic.id == TopicSupport.topic_id)
    given = given.where(TopicSupport.person_id == actor.id, Topic.cycle_id == Cycle.id)
    topics = sa.select(sa.func.count()).select_from(Topic).where(Topic.cycle_id == Cycle.id)
    wrote = sa.exists().where(
        Contribution.__table__.c.author_id == actor.id,
        Contribution.__table__.c.cycle_id == Cycle.id,
        Contribution.__table__.c.kind == ContributionKind.PROBLEM,
    )
    draft = sa.exists().where(Draft.person_id == actor.id, Draft.form == PROBLEM + sa.cast(Cycle.id, sa.String))
    counts = (given.scalar_subquery().label("given"), topics.scalar_subquery().label("topics"))
    columns = (*counts, wrote.label("wrote"), draft.label("draft"), *_statements(actor))
    return (
        sa.select(Cycle.slug, Cycle.title, Cycle.space_id, Stage, *columns)
        .join(Stage, Stage.cycle_id == Cycle.id)
        .where(
            Cycle.published_at.is_not(None),
            Stage.kind.in_(kinds),
            Stage.starts_at <= now,
            sa.or_(Stage.ends_at.is_(None), Stage.ends_at > now),
        )
        .order_by(Stage.ends_at)
    )


def _expected(row: Any) -> list[Todo]:
    items = []
    left = min(value(row.Stage, TOPIC_SUPPORTS), row.topics) - row.given
    if left > 0:
        title = _l("Apoya los temas que más te importan")
        items.append(Todo(title, row.title, url_for("consultation.topics", slug=row.slug), row.Stage.ends_at))
    if row.topics and (row.draft or not row.wrote):
        title = _l("Termina tu borrador de problemática") if row.draft else _l("Publica una problemática")
        items.append(Todo(title, row.title, url_for("consultation.new_problem", slug=row.slug), row.Stage.ends_at))
    return items


def _statements(actor: Any) -> tuple[Any, Any]:
    """Whether the cycle has statements this person has not answered, and how many wait for the facilitation."""
    statement = Contribution.__table__.c
    own = sa.exists().where(StatementAnswer.statement_id == statement.id, StatementAnswer.person_id == actor.id)
    unanswered = sa.exists().where(*admitted(Cycle.id), ~own)
    waiting = sa.select(sa.func.count()).select_from(Statement)
    waiting = waiting.where(Statement.cycle_id == Cycle.id, Statement.status == StatementStatus.PROPOSED)
    return unanswered.label("unanswered"), waiting.correlate(Cycle).scalar_subquery().label("waiting")


def _about_statements(actor: Any, row: Any) -> list[Todo]:
    items = []
    if row.unanswered:
        href = url_for("consultation.answer_statements", slug=row.slug)
        items.append(Todo(_l("Responde las afirmaciones"), row.title, href, row.Stage.ends_at))
    if row.waiting and _facilitates(actor, row):
        href = url_for("consultation.review_statements", slug=row.slug)
        items.append(Todo(_l("Revisa las afirmaciones propuestas"), row.title, href, row.Stage.ends_at))
    return items


def _facilitates(actor: Any, row: Any) -> bool:
    """As `cycles.policies.is_facilitator`, of a cycle of which only the columns were read."""
    cycle, space = f"cycle:{row.Stage.cycle_id}", f"space:{row.space_id}"
    leads = actor.holds(Role.ADMINISTRATOR, PLATFORM) or actor.holds(Role.STEWARD, cycle, space)
    return bool(leads or actor.holds(Role.FACILITATOR, cycle))
