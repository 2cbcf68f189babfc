"""What an open consultation still expects of someone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for

from cocrea.accounts.models import PLATFORM, Draft, Role
from cocrea.consultation.drafts import PROBLEM
from cocrea.consultation.models import (
    Statement,
    StatementAnswer,
    StatementStatus,
    Topic,
    TopicSupport,
    Workshop,
    WorkshopEntry,
)
from cocrea.consultation.queries.statements import admitted
from cocrea.consultation.rules import supports_per_person
from cocrea.core.i18n import lazy as _l
from cocrea.core.todo import Todo
from cocrea.cycles.models import OPENS, Action, Cycle, Stage, StageKind
from cocrea.discussion.models import Contribution, ContributionKind
from cocrea.extensions import db

NEAR = timedelta(days=3)


def todo(actor: Any, now: datetime) -> list[Todo]:
    """In each open consultation: topics to support, a problem to publish or a draft to finish, statements to answer,
    and for the facilitation those to review; then its workshops. One statement, for the facilitation two."""
    if not actor.is_verified:
        return []
    rows = db.session.execute(_open_consultations(actor, now)).all()
    opened: dict[int, list[Any]] = {}
    for row in rows:
        opened.setdefault(row.Stage.cycle_id, []).append(row)
    asked = [item for own in opened.values() for item in (*_expected(own, now), *_about_statements(actor, own[-1]))]
    return [*asked, *_about_workshops(actor, now)]


def _open_consultations(actor: Any, now: datetime) -> sa.Select[Any]:
    """Slug, title and stage of each open consultation, with what this person did in its cycle; of two that are open in
    one cycle, the one that ends last comes last."""
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
            *_is_open(now),
        )
        .order_by(Stage.ends_at.is_(None), Stage.ends_at)
    )


def _is_open(now: datetime) -> list[sa.ColumnElement[bool]]:
    """That a stage takes problems now."""
    kinds = [kind for kind in StageKind if Action.PUBLISH_PROBLEM in OPENS[kind]]
    return [Stage.kind.in_(kinds), Stage.starts_at <= now, sa.or_(Stage.ends_at.is_(None), Stage.ends_at > now)]


def _expected(rows: list[Any], now: datetime) -> list[Todo]:
    """Of the stages of one cycle that are open; what they expect is due with the last of them."""
    items, row = [], rows[-1]
    left = min(supports_per_person([row.Stage for row in rows], now), row.topics) - row.given
    if left > 0:
        title = _l("Apoya los temas que más te importan")
        href = url_for("consultation.topics", slug=row.slug)
        items.append(Todo(title, row.title, href, row.Stage.ends_at, is_everyones=True))
    if row.topics and (row.draft or not row.wrote):
        title = _l("Termina tu borrador de problemática") if row.draft else _l("Publica una problemática")
        href = url_for("consultation.new_problem", slug=row.slug)
        items.append(Todo(title, row.title, href, row.Stage.ends_at, is_everyones=True))
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
        items.append(Todo(_l("Responde las afirmaciones"), row.title, href, row.Stage.ends_at, is_everyones=True))
    if row.waiting and _facilitates(actor, row):
        href = url_for("consultation.review_statements", slug=row.slug)
        text = _l("%(count)s en «%(cycle)s»", count=row.waiting, cycle=row.title)
        items.append(Todo(_l("Revisa las afirmaciones propuestas"), text, href, row.Stage.ends_at))
    return items


def _about_workshops(actor: Any, now: datetime) -> list[Todo]:
    """Of the cycles that one facilitates: meetings that are near, and those held of which nothing is written down."""
    cycles = actor.scope_ids(Role.FACILITATOR, "cycle")
    if not cycles:
        return []
    told = sa.exists().where(WorkshopEntry.workshop_id == Workshop.id)
    taken = sa.exists().where(Stage.cycle_id == Workshop.cycle_id, *_is_open(now))
    is_untold = sa.and_(Workshop.starts_at <= now, Workshop.attended.is_(None), ~told, taken)
    is_near = sa.and_(Workshop.starts_at > now, Workshop.starts_at <= now + NEAR)
    statement = sa.select(Workshop.reference, Workshop.title, Workshop.starts_at, Cycle.title.label("cycle")).join(
        Cycle, Cycle.id == Workshop.cycle_id
    )
    called = Workshop.cycle_id.in_(cycles), Workshop.cancelled_at.is_(None)
    found = db.session.execute(statement.where(*called, sa.or_(is_untold, is_near)).order_by(Workshop.starts_at))
    return [_about_workshop(row, now) for row in found]


def _about_workshop(row: Any, now: datetime) -> Todo:
    href = url_for("consultation.workshop", reference=row.reference)
    if row.starts_at <= now:
        return Todo(_l("Registra lo que se dijo en «%(workshop)s»", workshop=row.title), row.cycle, href)
    title = _l("Prepara la jornada «%(workshop)s»: imprime las hojas", workshop=row.title)
    return Todo(title, row.cycle, href, row.starts_at)


def _facilitates(actor: Any, row: Any) -> bool:
    """As `cycles.policies.is_facilitator`, of a cycle of which only the columns were read."""
    cycle, space = f"cycle:{row.Stage.cycle_id}", f"space:{row.space_id}"
    leads = actor.holds(Role.ADMINISTRATOR, PLATFORM) or actor.holds(Role.STEWARD, cycle, space)
    return bool(leads or actor.holds(Role.FACILITATOR, cycle))
