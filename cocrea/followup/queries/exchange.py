"""What stands in a plan when a file of commitments comes in or is made."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload, selectinload

from cocrea.accounts.models import Organisation
from cocrea.commitments import plans, texts
from cocrea.commitments.models import Commitment
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.followup.exchange.checking import Directory
from cocrea.followup.exchange.comparing import Standing
from cocrea.followup.models import KeyAction
from cocrea.followup.queries.roadmap import planned_by


def standing(cycle: Cycle) -> list[Standing]:
    """The public commitments of a cycle by number, each with its text: what both signed, as amended since, or the
    draft as it is now. As many statements however many there are."""
    return _standing(Commitment.plan_cycle_id == cycle.id)


def standing_one(commitment: Commitment) -> Standing:
    """The same of one public commitment."""
    return _standing(Commitment.id == commitment.id)[0]


def _standing(condition: sa.ColumnElement[bool]) -> list[Standing]:
    public = sa.and_(condition, Commitment.visibility == Visibility.PUBLIC)
    statement = (
        sa.select(Commitment)
        .where(public)
        .options(
            lazyload(Commitment.author),
            joinedload(Commitment.lead),
            joinedload(Commitment.counterpart),
            selectinload(Commitment.targets),
            selectinload(Commitment.partners),
            selectinload(Commitment.adopted).options(lazyload("*")),
        )
        .order_by(Commitment.number)
        .execution_options(populate_existing=True)
    )
    found = list(db.session.scalars(statement).unique())
    own = sa.select(Commitment.id).where(public, Commitment.signed_at.is_(None))
    actions = planned_by(KeyAction.commitment_id.in_(own))
    return [
        Standing(
            one,
            plans.in_force(one).content if one.is_signed else texts.whole(one, actions.get(one.id, [])),
        )
        for one in found
    ]


def numbers_taken(cycle: Cycle) -> frozenset[int]:
    """Numbers of commitments that are not public any more: nobody gets them again."""
    statement = sa.select(Commitment.number).where(
        Commitment.plan_cycle_id == cycle.id, Commitment.visibility != Visibility.PUBLIC
    )
    return frozenset(db.session.scalars(statement))


def directory() -> Directory:
    """Every registered organisation, to be found by name."""
    return Directory(db.session.scalars(sa.select(Organisation).order_by(Organisation.id)))
