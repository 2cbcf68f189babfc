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

_text: Any = Contribution.__table__.c


def promptness(cycle: Cycle, now: datetime) -> list[tuple[Any, Promptness]]:
    """Each institution (id, slug, name, short_name, sector) that has a public proposal of the cycle, by name, with its
    figures. Three statements, however many."""
    turns = defaultdict(list)
    for turn in db.session.execute(_turns(cycle)):
        turns[turn.organisation_id].append(turn)
    off, tz = _days_off(turns), zone(cycle.timezone)
    return [(body, measure(turns[body.id], off[body.id], tz, now)) for body in _bodies(turns)]


def cycles_answered_by(organisation: Organisation) -> list[Any]:
    """Slug and title of the cycles that routed a public proposal to an institution, the last first."""
    statement = (
        sa.select(Cycle.id, Cycle.slug, Cycle.title)
        .join(Contribution.__table__, _text.cycle_id == Cycle.id)
        .join(Routing, Routing.proposal_id == _text.id)
        .where(Routing.organisation_id == organisation.id, _text.visibility == Visibility.PUBLIC)
    )
    return list(db.session.execute(statement.distinct().order_by(Cycle.id.desc())))


def _turns(cycle: Cycle) -> sa.Select[*tuple[Any, ...]]:
    answered = sa.and_(
        Response.proposal_id == Routing.proposal_id, Response.organisation_id == Routing.organisation_id
    )
    return (
        sa.select(Routing.organisation_id, Routing.routed_at, Routing.due_at, Response.published_at, Response.kind)
        .join(Contribution.__table__, _text.id == Routing.proposal_id)
        .outerjoin(Response, answered)
        .where(_text.cycle_id == cycle.id, _text.visibility == Visibility.PUBLIC)
    )


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
