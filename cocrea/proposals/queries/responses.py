"""Reading the answers of institutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Grant, Organisation, Person, Role
from cocrea.core.errors import NotFound
from cocrea.core.pagination import HIGHEST, Page, newest_first
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, Response, ResponseVersion


def responses(proposal: Proposal) -> list[Response]:
    """Published answers, oldest first."""
    statement = sa.select(Response).where(Response.proposal_id == proposal.id, Response.published_at.is_not(None))
    return list(db.session.scalars(statement.order_by(Response.published_at)))


def responses_to(proposals: Sequence[Proposal]) -> dict[int, list[Response]]:
    """Published answers to each of these proposals by its id, oldest first. One statement."""
    found: dict[int, list[Response]] = {proposal.id: [] for proposal in proposals}
    statement = sa.select(Response).where(Response.proposal_id.in_(found), Response.published_at.is_not(None))
    for response in db.session.scalars(statement.order_by(Response.published_at)):
        found[response.proposal_id].append(response)
    return found


def visible_response(actor: Any, response_id: int) -> Response:
    """A published answer with its proposal, also where that is hidden: only `has_past` says that all its texts can be
    read. Raises `NotFound`."""
    found = db.session.get(Response, response_id) if response_id <= HIGHEST else None
    if found is None or found.proposal.visibility is Visibility.DRAFT:
        raise NotFound
    if not can_read_cycle(actor, found.proposal.cycle, found.created_at):
        raise NotFound
    return found


def answer_versions(response: Response) -> Page[ResponseVersion]:
    """A page of all that an answer ever said, last first."""
    statement = sa.select(ResponseVersion).filter_by(response_id=response.id)
    return newest_first(statement, ResponseVersion.number)


def numbered_answers(response: Response, *numbers: int) -> dict[int, ResponseVersion]:
    """What an answer said by these numbers, all there or `NotFound`; one statement."""
    wanted = [number for number in set(numbers) if number <= HIGHEST]
    statement = sa.select(ResponseVersion).filter_by(response_id=response.id)
    rows = db.session.scalars(statement.where(ResponseVersion.number.in_(wanted)))
    found = {version.number: version for version in rows}
    if set(found) != set(numbers):
        raise NotFound
    return found


def officials_of(organisation_id: int) -> list[Person]:
    """Who answers in the name of an institution."""
    statement = sa.select(Person).join(Grant, Grant.person_id == Person.id)
    held = (Grant.role == Role.OFFICIAL, Grant.scope == f"organisation:{organisation_id}")
    return list(db.session.scalars(statement.where(*held).order_by(Person.id)))


def institutions_of(actor: Any) -> list[Organisation]:
    """Institutions in whose name this person answers."""
    ids = actor.organisation_ids(Role.OFFICIAL)
    if not ids:
        return []
    return list(
        db.session.scalars(sa.select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name))
    )
