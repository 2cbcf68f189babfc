"""What everyone may read of an institution, in all the cycles that are public."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Organisation
from cocrea.commitments.models import Commitment
from cocrea.core.errors import NotFound
from cocrea.core.pagination import Page, newest_first
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, Response
from cocrea.proposals.queries import institution

MOST = 50


def visible_institution(_actor: Any, slug: str) -> Organisation:
    found = institution(slug)
    if found is None:
        raise NotFound
    return found


def answers_of(organisation: Organisation) -> Page[Any]:
    """A page of its answers to proposals that can be read, the newest first."""
    shown: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            Response.id, Response.kind, Response.published_at, Proposal.reference, Proposal.title, Cycle.timezone
        )
        .join(Response.proposal)
        .join(Proposal.cycle)
        .where(Response.published_at.is_not(None), Response.organisation_id == organisation.id)
        .where(Proposal.visibility == Visibility.PUBLIC, Cycle.published_at.is_not(None))
    )
    return newest_first(shown, Response.id, scalars=False)


def led_by(organisation: Organisation) -> list[Any]:
    """The latest commitments it leads, `MOST` of them."""
    columns = (Commitment.reference, Commitment.title, Commitment.signed_at, Cycle.title.label("cycle"))
    statement = sa.select(*columns).join(Cycle, Cycle.id == Commitment.cycle_id)
    shown = (Commitment.visibility == Visibility.PUBLIC, Cycle.published_at.is_not(None))
    own = statement.where(Commitment.lead_id == organisation.id, *shown)
    return list(db.session.execute(own.order_by(Commitment.id.desc()).limit(MOST)))
