"""Reading the answers of institutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Grant, Organisation, Person, Role
from cocrea.core.errors import NotFound
from cocrea.core.pagination import HIGHEST
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, Response


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
    """An answer to a proposal that can be read, with the proposal; raises `NotFound`."""
    found = db.session.get(Response, response_id) if response_id <= HIGHEST else None
    if found is None or not found.proposal.is_public:
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
