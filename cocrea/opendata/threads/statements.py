"""The statements behind a thread: one for each sort of thing, however many there are of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cocrea.accounts.models import Organisation
from cocrea.commitments.models import Commitment
from cocrea.consultation.models import Problem, Topic
from cocrea.discussion.models import READABLE, Contribution, ContributionKind, Visibility
from cocrea.extensions import db
from cocrea.followup.models import Activity, Evidence, KeyAction
from cocrea.proposals.models import Proposal, Response
from cocrea.tables.models import Table, TableProblem
from cocrea.voting.models import Contest, Option

KINDS = (ContributionKind.PROBLEM, ContributionKind.PROPOSAL, ContributionKind.COMMITMENT)
Rows = list[Any]


def contributions(ids: Collection[int], cycle_id: int) -> Rows:
    """What names each of them and says where it stands; no title where its text is not to be read, and no drafts."""
    shared, problem, proposal = Contribution.__table__.c, Problem.__table__.c, Proposal.__table__.c
    commitment, lead, counterpart = Commitment.__table__.c, aliased(Organisation), aliased(Organisation)
    statement = (
        sa.select(
            *(shared[name] for name in ("id", "kind", "reference", "visibility", "visibility_reason")),
            sa.case((shared.visibility.in_(READABLE), shared.title), else_="").label("title"),
            *(shared[name] for name in ("visibility_at", "published_at", "created_at", "author_sector", "channel")),
            proposal.status,
            proposal.status_reason,
            commitment.origin,
            commitment.signed_at,
            commitment.fingerprint,
            commitment.left_out_reason,
            Topic.title.label("topic"),
            Table.reference.label("table_reference"),
            Table.name.label("table_name"),
            Table.id.label("table_id"),
            Table.created_at.label("table_at"),
            *_party("lead", lead),
            *_party("counterpart", counterpart),
        )
        .select_from(shared.id.table)
        .outerjoin(Problem.__table__, problem.id == shared.id)
        .outerjoin(Proposal.__table__, proposal.id == shared.id)
        .outerjoin(Commitment.__table__, commitment.id == shared.id)
        .outerjoin(Topic, Topic.id == problem.topic_id)
        .outerjoin(TableProblem, TableProblem.problem_id == problem.id)
        .outerjoin(Table, Table.id == sa.func.coalesce(proposal.table_id, TableProblem.table_id))
        .outerjoin(lead, lead.id == commitment.lead_id)
        .outerjoin(counterpart, counterpart.id == commitment.counterpart_id)
    )
    shown = (shared.visibility != Visibility.DRAFT, shared.kind.in_(KINDS), shared.cycle_id == cycle_id)
    return list(db.session.execute(statement.where(shared.id.in_(ids), *shown).order_by(shared.id)))


def _party(name: str, organisation: Any) -> tuple[Any, Any]:
    return organisation.name.label(f"{name}_name"), organisation.sector.label(f"{name}_sector")


def responses(proposals: Collection[int]) -> Rows:
    """The published answers, with who gives each."""
    statement = (
        sa.select(Response.id, Response.proposal_id, Response.kind, Response.feeds, Response.published_at)
        .add_columns(Response.version, Response.corrected_at, *_party("by", Organisation))
        .join(Organisation, Organisation.id == Response.organisation_id)
        .where(Response.proposal_id.in_(proposals), Response.published_at.is_not(None))
    )
    return list(db.session.execute(statement.order_by(Response.published_at, Response.id)))


def contests(proposals: Collection[int], about: str) -> Rows:
    """The votes to which these proposals were put, and the one that is named: a row for each option; `place` is that of
    the option in the result."""
    before = aliased(Option)
    place = (
        sa.select(sa.func.count())
        .where(before.contest_id == Option.contest_id, before.position < Option.position)
        .scalar_subquery()
    )
    statement = (
        sa.select(Option.proposal_id, place.label("place"), Contest.reference, Contest.question, Contest.opens_at)
        .add_columns(Contest.closes_at, Contest.counted_at, Contest.cancelled_at, Contest.cancel_reason)
        .add_columns(Contest.result, Contest.average, Option.position)
        .join(Contest, Contest.id == Option.contest_id)
        .where(sa.or_(Option.proposal_id.in_(proposals), Contest.reference == about))
    )
    return list(db.session.execute(statement.order_by(Contest.id, Option.position)))


def activities(commitments: Collection[int], only: str = "") -> Rows:
    """A row for each piece of evidence of each activity, and one for an activity without any."""
    statement = (
        sa.select(KeyAction.commitment_id, KeyAction.title.label("action"), KeyAction.weight, Activity)
        .add_columns(Evidence.id.label("evidence_id"), Evidence.title.label("evidence"), Evidence.url)
        .add_columns(Evidence.created_at, Evidence.file_id, *_party("by", Organisation))
        .join(Activity, Activity.key_action_id == KeyAction.id)
        .outerjoin(Evidence, Evidence.activity_id == Activity.id)
        .outerjoin(Organisation, Organisation.id == Activity.responsible_id)
        .where(KeyAction.commitment_id.in_(commitments))
    )
    if only:
        statement = statement.where(Activity.reference == only)
    order = (KeyAction.commitment_id, KeyAction.position, Activity.position, Evidence.id)
    return list(db.session.execute(statement.order_by(*order)))
