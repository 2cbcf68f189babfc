"""How each institution answers what a cycle routed to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Organisation
from cocrea.core.i18n import zone
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Contribution, Visibility
from cocrea.extensions import db
from cocrea.proposals.models import DayOff, Response, Routing
from cocrea.proposals.promptness import Promptness, measure
from cocrea.proposals.standing import LEFT

_text: Any = Contribution.__table__.c


def promptness(cycle: Cycle, now: datetime) -> list[tuple[Any, Promptness]]:
    """Each institution (id, slug, name, short_name, sector) with a proposal of the cycle that `_counts`, by name, with
    its figures. Three statements, however many."""
    turns = defaultdict(list)
    for turn in db.session.execute(_turns(cycle)):
        turns[turn.organisation_id].append(turn)
    off, tz = _days_off(turns), zone(cycle.timezone)
    return [(body, measure(turns[body.id], off[body.id], tz, now)) for body in _bodies(turns)]


def cycles_answered_by(organisation: Organisation) -> list[Any]:
    """Slug and title of the cycles that routed to an institution what its figures count, the last first."""
    statement = (
        sa.select(Cycle.id, Cycle.slug, Cycle.title)
        .join(Contribution.__table__, _text.cycle_id == Cycle.id)
        .join(Routing, Routing.proposal_id == _text.id)
        .outerjoin(Response, _answered())
        .where(Routing.organisation_id == organisation.id, _counts())
    )
    return list(db.session.execute(statement.distinct().order_by(Cycle.id.desc())))


def _turns(cycle: Cycle) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Routing.organisation_id, Routing.routed_at, Routing.due_at, Response.published_at, Response.kind)
        .join(Contribution.__table__, _text.id == Routing.proposal_id)
        .outerjoin(Response, _answered())
        .where(_text.cycle_id == cycle.id, _counts())
    )


def _answered() -> sa.ColumnElement[bool]:
    return sa.and_(Response.proposal_id == Routing.proposal_id, Response.organisation_id == Routing.organisation_id)


def _counts() -> sa.ColumnElement[bool]:
    """What is public; of what was merged or split, which keeps its answers, what was answered."""
    kept = sa.and_(_text.visibility.in_(LEFT), Response.published_at.is_not(None))
    return sa.or_(_text.visibility == Visibility.PUBLIC, kept)


def _bodies(ids: Collection[int]) -> list[Any]:
    columns = (Organisation.id, Organisation.slug, Organisation.name, Organisation.short_name, Organisation.sector)
    statement = sa.select(*columns).where(Organisation.id.in_(list(ids)))
    return list(db.session.execute(statement.order_by(Organisation.name)))


def _days_off(ids: Collection[int]) -> defaultdict[int, set[date]]:
    found: defaultdict[int, set[date]] = defaultdict(set)
    statement = sa.select(DayOff.organisation_id, DayOff.day).where(DayOff.organisation_id.in_(list(ids)))
    for organisation_id, day in db.session.execute(statement):
        found[organisation_id].add(day)
    return found
