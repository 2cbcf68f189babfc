"""Reading cycles: what is public, what is open, and what those who answer for a space still have to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import joinedload, selectinload

from cocrea.accounts.models import PLATFORM, Role
from cocrea.core import exports
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import Page, newest_first
from cocrea.core.todo import Todo
from cocrea.core.windows import WindowState
from cocrea.cycles.chores import CHORES
from cocrea.cycles.models import Cycle, Stage, StageAnnouncement, Transition
from cocrea.cycles.outlook import Outlook, outlook
from cocrea.cycles.policies import can_read
from cocrea.extensions import db
from cocrea.forums.models import Space

OPEN_SHOWN = 12
STEERED_SHOWN = 30
SOON = timedelta(days=7)


def visible_cycle(actor: Any, slug: str) -> Cycle:
    """The cycle with its space and that one's forums, its stages and reports in two statements; raises `NotFound` for
    drafts of others."""
    steered = joinedload(Cycle.space).joinedload(Space.forums)
    cycle = db.session.scalars(sa.select(Cycle).where(Cycle.slug == slug).options(steered)).unique().first()
    if cycle is None or not can_read(actor, cycle, cycle.created_at):
        raise NotFound
    return cycle


def cycle_to_take_along(actor: Any, slug: str, extension: str) -> tuple[Cycle, str]:
    """The cycle, and one of the formats in which its lists are taken along; raises `NotFound` for any other."""
    cycle = visible_cycle(actor, slug)
    if extension not in exports.MEDIA_TYPES:
        raise NotFound
    return cycle, extension


def visible_stage(actor: Any, slug: str, position: int) -> Stage:
    """A stage of a cycle this actor may read."""
    cycle = visible_cycle(actor, slug)
    found = next((stage for stage in cycle.stages if stage.position == position), None)
    if found is None:
        raise NotFound
    return found


def listing(actor: Any, now: datetime, space: Space | None = None) -> Page[Outlook]:
    """A page of the cycles this actor may read (of one space, or all), newest first, and where each stands."""
    readable = sa.or_(Cycle.published_at.is_not(None), _steered_by(actor))
    statement = sa.select(Cycle).where(readable).options(_stages())
    if space is not None:
        statement = statement.where(Cycle.space_id == space.id)
    page = newest_first(statement, Cycle.id)
    page.items = [outlook(cycle, now) for cycle in page]
    return page


def open_now(now: datetime) -> list[Outlook]:
    """Public cycles with an open stage, those that close first first."""
    opened = sa.exists().where(Stage.cycle_id == Cycle.id, Stage.starts_at <= now, Stage.ends_at > now)
    statement = sa.select(Cycle).where(Cycle.published_at.is_not(None), opened).order_by(Cycle.id.desc())
    stages = joinedload(Cycle.stages).lazyload(Stage.report)  # with them: on the first page each statement counts
    found = db.session.scalars(statement.limit(OPEN_SHOWN).options(stages)).unique()
    return sorted((outlook(cycle, now) for cycle in found), key=lambda seen: seen.closes_at or now)


def counts_by_space() -> dict[int, int]:
    """How many published cycles each space has."""
    statement = sa.select(Cycle.space_id, sa.func.count()).where(Cycle.published_at.is_not(None))
    return dict(db.session.execute(statement.group_by(Cycle.space_id)).all())


def unannounced(now: datetime) -> list[tuple[Stage, Transition, datetime]]:
    """Openings and closings that happened in public calendars and are not yet in the history, in order of time.

    What lies before the publication of the calendar is no news.
    """
    return sorted(
        [*_passed(Stage.starts_at, Transition.OPENED, now), *_passed(Stage.ends_at, Transition.CLOSED, now)],
        key=lambda row: (row[2], row[0].position),
    )


def todo(actor: Any, now: datetime) -> list[Todo]:
    """For those who answer for a space: drafts to publish, stages to date, ended stages to report."""
    if not any(grant.role in {Role.STEWARD, Role.ADMINISTRATOR} for grant in actor.grants):
        return []
    unfinished = sa.exists().where(Stage.cycle_id == Cycle.id, ~Stage.report.has())
    due = [chore.is_due(now) for chore in CHORES]
    statement = sa.select(Cycle, *due).where(
        _steered_by(actor), sa.or_(Cycle.published_at.is_(None), unfinished, *due)
    )
    found = db.session.execute(statement.order_by(Cycle.id.desc()).limit(STEERED_SHOWN))
    return [item for cycle, *is_due in found for item in (*_asked(cycle, is_due), *_chores(cycle, now))]


def _asked(cycle: Cycle, is_due: Sequence[bool]) -> Iterator[Todo]:
    """What higher domains want done in this cycle."""
    for chore, wanted in zip(CHORES, is_due, strict=True):
        if wanted:
            yield Todo(chore.title, cycle.title, url_for(chore.endpoint, slug=cycle.slug))


def _steered_by(actor: Any) -> sa.ColumnElement[bool]:
    """Whether a cycle is in the actor's care, as a condition."""
    if actor.holds(Role.ADMINISTRATOR, PLATFORM):
        return sa.true()
    spaces, cycles = (actor.scope_ids(Role.STEWARD, kind) for kind in ("space", "cycle"))
    return sa.or_(Cycle.space_id.in_(spaces), Cycle.id.in_(cycles))


def _stages() -> Any:
    return selectinload(Cycle.stages).lazyload(Stage.report)


def _passed(column: Any, transition: Transition, now: datetime) -> Iterator[tuple[Stage, Transition, datetime]]:
    announced = sa.exists().where(
        StageAnnouncement.stage_id == Stage.id,
        StageAnnouncement.transition == transition,
        StageAnnouncement.at == column,
    )
    statement = (
        sa.select(Stage)
        .join(Stage.cycle)
        .where(column <= now, column >= Cycle.published_at, ~announced)
        .options(joinedload(Stage.cycle).lazyload("*"))
    )
    for stage in db.session.scalars(statement):
        yield stage, transition, getattr(stage, column.key)


def _chores(cycle: Cycle, now: datetime) -> Iterator[Todo]:
    if cycle.published_at is None:
        yield Todo(_l("Publica el calendario del ciclo"), cycle.title, url_for("cycles.show", slug=cycle.slug))
    for before, stage in zip([None, *cycle.stages], cycle.stages, strict=False):
        if stage.state(now) is WindowState.UNSCHEDULED and _ends_soon(before, now):
            yield _chore(_l("Ponle propósito y fechas a la etapa que sigue"), stage, "cycles.edit_stage")
        if cycle.published_at and stage.state(now) is WindowState.CLOSED and stage.report is None:
            yield _chore(_l("Publica el informe de la etapa"), stage, "cycles.report")


def _ends_soon(stage: Stage | None, now: datetime) -> bool:
    """Whether what comes after this stage is due within a week: without one before it, it is due now."""
    return stage is None or (stage.ends_at is not None and stage.ends_at <= now + SOON)


def _chore(title: Any, stage: Stage, endpoint: str) -> Todo:
    text = _l("«%(stage)s» · %(cycle)s", stage=stage.title, cycle=stage.cycle.title)
    return Todo(title, text, url_for(endpoint, slug=stage.cycle.slug, position=stage.position))
