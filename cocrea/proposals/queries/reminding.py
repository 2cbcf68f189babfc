"""What institutions are to be told of: proposals that were put before them, and answers that are due or late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from cocrea.accounts.models import Credential, Grant, Person, Role
from cocrea.core.i18n import zone
from cocrea.discussion.models import Contribution, Visibility
from cocrea.extensions import db
from cocrea.proposals.models import (
    Proposal,
    Rearrangement,
    RearrangementSource,
    RearrangementState,
    RearrangementText,
    Response,
    Routing,
)
from cocrea.tables.models import Reminder
from cocrea.tables.timing import is_daytime

QUIET, LONGEST = timedelta(minutes=10), timedelta(hours=1)  # one letter tells of all that is routed in one sitting
DAYS_BEFORE = 3
AHEAD, NO_LONGER = timedelta(days=DAYS_BEFORE + 2), timedelta(days=14)
AT_ONCE = 500
_here = (Person.suspended_at.is_(None), Person.withdrawn_at.is_(None))


def untold(now: datetime) -> sa.Select[int]:
    """Routings (ids) of which no official was told, once nothing more was routed to that institution for a while, or
    when the first has waited long enough."""
    other = aliased(Routing)
    waiting = sa.exists().where(other.organisation_id == Routing.organisation_id, other.told_at.is_(None))
    settled = sa.or_(~waiting.where(other.routed_at > now - QUIET), waiting.where(other.routed_at <= now - LONGEST))
    return sa.select(Routing.id).where(Routing.told_at.is_(None), settled)


def to_answer(ids: Collection[int]) -> dict[int, list[Routing]]:
    """Those of these routings that wait for an answer, by institution, what is due first first."""
    found = defaultdict(list)
    statement = _waiting(sa.select(Routing)).where(Routing.id.in_(list(ids)))
    for routing in db.session.scalars(statement.order_by(Routing.due_day, Routing.id)):
        found[routing.organisation_id].append(routing)
    return found


def moved(proposals: Collection[int]) -> dict[int, list[Routing]]:
    """By institution, its routings of these proposals, public or not, that were told to it and not answered."""
    found = defaultdict(list)
    statement = _unanswered(sa.select(Routing)).where(
        Routing.proposal_id.in_(list(proposals)), Routing.told_at.is_not(None)
    )
    for routing in db.session.scalars(statement.order_by(Routing.due_day, Routing.id)):
        found[routing.organisation_id].append(routing)
    return found


def came_of(proposals: Collection[int]) -> dict[int, list[Any]]:
    """Of these, by id, what they were merged or split into (`reference`, `title`), unless that was undone."""
    found = defaultdict(list)
    statement = (
        sa.select(RearrangementSource.proposal_id, Contribution.reference, Contribution.title)
        .join(Rearrangement, Rearrangement.id == RearrangementSource.rearrangement_id)
        .join(RearrangementText, RearrangementText.rearrangement_id == Rearrangement.id)
        .join(Contribution.__table__, Contribution.id == RearrangementText.proposal_id)
        .where(RearrangementSource.proposal_id.in_(list(proposals)), Rearrangement.state == RearrangementState.DONE)
    )
    for row in db.session.execute(statement.order_by(RearrangementText.position)):
        found[row.proposal_id].append(row)
    return found


def official_credentials(organisations: Collection[int]) -> dict[int, list[Credential]]:
    """How those who answer in the name of each of these institutions are written to."""
    scopes = {f"organisation:{number}": number for number in organisations}
    statement = (
        sa.select(Grant.scope, Credential)
        .join(Credential, Credential.person_id == Grant.person_id)
        .join(Credential.person)
        .where(Grant.role == Role.OFFICIAL, Grant.scope.in_(list(scopes)), *_here)
        .options(contains_eager(Credential.person).lazyload("*"))
        .order_by(Credential.person_id)
    )
    found = defaultdict(list)
    for scope, credential in db.session.execute(statement):
        found[scopes[scope]].append(credential)
    return found


def answers_to_remind(now: datetime) -> list[tuple[Routing, Person]]:
    """What an official is to be reminded of and was not yet: answers due within three days, or late. None at night, and
    none on the day on which it was routed."""
    late = sa.case((Routing.due_at <= now, sa.literal("late")), else_=sa.literal("due"))
    institution = sa.cast(Routing.organisation_id, sa.String(12))
    about = "turno-" + institution + "-" + sa.cast(Routing.due_day, sa.String(8)) + ":" + late
    reminded = sa.exists().where(Reminder.about == about, Reminder.person_id == Person.id)
    official = sa.and_(Grant.role == Role.OFFICIAL, Grant.scope == "organisation:" + institution)
    statement = (
        _waiting(sa.select(Routing, Person))
        .join(Grant, official)
        .join(Person, Person.id == Grant.person_id)
        .where(Routing.due_at <= now + AHEAD, Routing.due_at > now - NO_LONGER, ~reminded, *_here)
        .options(joinedload(Routing.organisation))
        .order_by(Person.id, Routing.organisation_id, Routing.due_day, Routing.id)
    )
    rows: Sequence[Any] = db.session.execute(statement.limit(AT_ONCE)).all()
    return [(routing, person) for routing, person in _whole(rows) if _is_time(routing, now)]


def _whole(rows: Sequence[Any]) -> Sequence[Any]:
    """Without the last letter's where there may be more of them: what they are is told together, the next time."""
    last = [row for row in rows if _letter(*row) == _letter(*rows[-1])]
    return rows[: -len(last)] if len(rows) == AT_ONCE and len(last) < AT_ONCE else rows


def _letter(routing: Routing, person: Person) -> tuple[int, int, int]:
    return person.id, routing.organisation_id, routing.due_day


def _waiting(statement: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """Of what is public and has no answer, with its proposal and cycle."""
    return _unanswered(statement).where(Proposal.visibility == Visibility.PUBLIC)


def _unanswered(statement: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    answered = sa.and_(
        Response.proposal_id == Routing.proposal_id, Response.organisation_id == Routing.organisation_id
    )
    return (
        statement.join(Routing.proposal)
        .where(~sa.exists().where(answered))
        .options(contains_eager(Routing.proposal).joinedload(Proposal.cycle))
    )


def _is_time(routing: Routing, now: datetime) -> bool:
    tz = routing.proposal.cycle.timezone
    today = now.astimezone(zone(tz)).date()
    if not is_daytime(now, tz) or routing.routed_at.astimezone(zone(tz)).date() == today:
        return False
    return routing.due_at <= now or (routing.due_on - today).days <= DAYS_BEFORE
