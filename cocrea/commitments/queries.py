"""Reading commitments and plans, with what each page needs loaded at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import aliased, joinedload, lazyload

from cocrea.accounts.models import Organisation, Person, Role, Sector
from cocrea.commitments.models import ActionPlan, Commitment, CommitmentVersion, Party, Signature
from cocrea.commitments.policies import can_see
from cocrea.consultation.models import Problem
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.todo import Todo
from cocrea.cycles.figures import Figures
from cocrea.cycles.models import OPENS, Action, Cycle, Stage
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, ProposalProblem
from cocrea.tables.models import Table
from cocrea.voting.models import Contest, Option

TODO_LIMIT = 5
TO_SIGN = _l("Revisa y firma el compromiso: la otra parte ya firmó")
TO_WRITE = _l("Completa, revisa y firma el compromiso")
Rows = sa.Select[*tuple[Any, ...]]


def commitments_from(table: Table) -> int:
    """How many public commitments take up proposals of a table."""
    shared = Commitment.visibility == Visibility.PUBLIC
    of_table = sa.select(Proposal.id).where(Proposal.table_id == table.id)
    counted = sa.select(sa.func.count(Commitment.id)).where(Commitment.proposal_id.in_(of_table), shared)
    return db.session.scalar(counted) or 0


def listing(cycle: Cycle) -> list[Any]:
    """The public commitments of a cycle by number, as rows of just the columns that a card shows."""
    lead, counterpart = aliased(Organisation), aliased(Organisation)
    signatures = sa.select(sa.func.count()).where(Signature.commitment_id == Commitment.id).scalar_subquery()
    statement = (
        sa.select(
            Commitment.reference,
            Commitment.title,
            Commitment.number,
            Commitment.origin,
            Commitment.signed_at,
            Commitment.left_out_reason,
            lead.name.label("lead_name"),
            counterpart.name.label("counterpart_name"),
            signatures.label("signature_count"),
        )
        .outerjoin(lead, lead.id == Commitment.lead_id)
        .outerjoin(counterpart, counterpart.id == Commitment.counterpart_id)
    )
    return list(db.session.execute(_public(statement, cycle).order_by(Commitment.number)))


def visible_commitment(actor: Any, reference: str) -> Commitment:
    """The commitment this actor may read, with its parties, cycle, signatures and origin; raises `NotFound`."""
    found = db.session.scalars(
        sa.select(Commitment)
        .where(Commitment.reference == reference)
        .options(
            joinedload(Commitment.lead),
            joinedload(Commitment.counterpart),
            joinedload(Commitment.cycle),
            joinedload(Commitment.proposal),
            joinedload(Commitment.targets),
            joinedload(Commitment.signatures).options(_signer()),
        )
    )
    commitment = found.unique().one_or_none()
    if commitment is None or not can_see(actor, commitment, commitment.created_at):
        raise NotFound
    return commitment


def problems_behind(commitment: Commitment) -> list[Problem]:
    """The problems that the proposal it takes up answers."""
    if commitment.proposal_id is None:
        return []
    statement = (
        sa.select(Problem)
        .join(ProposalProblem, ProposalProblem.problem_id == Problem.id)
        .where(ProposalProblem.proposal_id == commitment.proposal_id)
        .options(lazyload(Problem.targets))
    )
    return list(db.session.scalars(statement.order_by(Problem.id)))


def has_plan() -> sa.ColumnElement[bool]:
    """Whether the plan of a cycle is published, as a condition on `Cycle`."""
    return sa.exists().where(ActionPlan.cycle_id == Cycle.id)


def prospect(proposal: Proposal) -> Any:
    """Of a selected proposal, as a row: the contest that selected it (None if none did) and whether the plan is
    published, after which no commitment begins. One statement."""
    statement = (
        sa.select(Contest.reference, Contest.question, Contest.closes_at, has_plan().label("has_plan"))
        .select_from(Cycle)
        .outerjoin(Option, Option.proposal_id == proposal.id)
        .outerjoin(Contest, Contest.id == Option.contest_id)
        .where(Cycle.id == proposal.cycle_id)
    )
    return db.session.execute(statement.order_by(Contest.id.desc()).limit(1)).one()


def taking_up(proposal: Proposal) -> list[Any]:
    """Reference and title of the public commitments that take up a proposal."""
    statement = sa.select(Commitment.reference, Commitment.title).where(
        Commitment.proposal_id == proposal.id, Commitment.visibility == Visibility.PUBLIC
    )
    return list(db.session.execute(statement.order_by(Commitment.number)))


def titles(cycle: Cycle) -> dict[str, str]:
    """The titles of the public commitments of a cycle by reference, in their order."""
    statement = _public(sa.select(Commitment.reference, Commitment.title), cycle)
    rows = db.session.execute(statement.order_by(Commitment.number))
    return {row.reference: row.title for row in rows}


def versions(commitment: Commitment) -> list[CommitmentVersion]:
    """Every kept text, last first, with who wrote it."""
    author = joinedload(CommitmentVersion.author).options(lazyload("*"))
    statement = sa.select(CommitmentVersion).filter_by(commitment_id=commitment.id).options(author)
    return list(db.session.scalars(statement.order_by(CommitmentVersion.number.desc())))


def plan_of(cycle: Cycle) -> ActionPlan | None:
    return db.session.get(ActionPlan, cycle.id)


def in_plan(cycle: Cycle) -> list[Commitment]:
    """Public commitments in the order of the plan, with their parties."""
    statement = sa.select(Commitment).options(
        joinedload(Commitment.lead),
        joinedload(Commitment.counterpart),
        joinedload(Commitment.signatures).options(_signer()),
    )
    return list(db.session.scalars(_public(statement, cycle).order_by(Commitment.number)).unique())


def figures(cycle: Cycle, stage: Stage | None = None) -> Figures:
    """Commitments begun in a stage that opens drafting, or in the whole cycle, by channel. One statement."""
    if stage is not None and (Action.DRAFT not in stage.opens or stage.starts_at is None):
        return {}
    statement = _public(sa.select(Commitment.channel, sa.func.count()), cycle)
    if stage is not None:
        statement = statement.where(Commitment.published_at >= stage.starts_at)
        if stage.ends_at is not None:
            statement = statement.where(Commitment.published_at < stage.ends_at)
    rows = db.session.execute(statement.group_by(Commitment.channel))
    return {"commitments": {"channel": {channel.value: number for channel, number in rows}}}


def organisations(sectors: Collection[Sector]) -> list[tuple[int, str]]:
    """Ids and names of the organisations of some sectors, to choose from in a form."""
    statement = sa.select(Organisation.id, Organisation.name).where(Organisation.sector.in_(sectors))
    return [(found.id, found.name) for found in db.session.execute(statement.order_by(Organisation.name))]


def plan_is_due(now: datetime) -> sa.ColumnElement[bool]:
    """Whether a cycle (as a condition) has signed commitments and no plan, and nothing is left that may be signed."""
    own = sa.select(Commitment.id).where(
        Commitment.plan_cycle_id == Cycle.id, Commitment.visibility == Visibility.PUBLIC
    )
    signed = own.where(Commitment.signed_at.is_not(None)).exists()
    unsigned = own.where(Commitment.signed_at.is_(None)).exists()
    return sa.and_(signed, ~has_plan(), sa.or_(~unsigned, ~_stage_is_open(Action.SIGN, now, Cycle.id)))


def todo(actor: Any, now: datetime) -> list[Todo]:
    """Commitments that wait for this person's signature, while a stage is open for signing."""
    waiting = [*_waiting(actor, Party.LEAD, Role.OFFICIAL), *_waiting(actor, Party.COUNTERPART, Role.COUNTERPART)]
    if not waiting:
        return []
    statement = (
        sa.select(Commitment.reference, Commitment.title, _is_signed_once())
        .where(sa.or_(*waiting), Commitment.signed_at.is_(None), Commitment.left_out_reason == "")
        .where(Commitment.visibility == Visibility.PUBLIC, _stage_is_open(Action.SIGN, now, Commitment.plan_cycle_id))
        .order_by(Commitment.id)
    )
    return [
        Todo(TO_SIGN if signed_once else TO_WRITE, title, url_for("commitments.show", reference=reference))
        for reference, title, signed_once in db.session.execute(statement.limit(TODO_LIMIT))
    ]


def _is_signed_once() -> sa.ColumnElement[bool]:
    """Whether the other party has signed: then the text is complete."""
    return sa.exists().where(Signature.commitment_id == Commitment.id)


def _waiting(actor: Any, party: Party, role: Role) -> list[sa.ColumnElement[bool]]:
    ids = actor.organisation_ids(role)
    if not ids:
        return []
    column = Commitment.lead_id if party is Party.LEAD else Commitment.counterpart_id
    signed = sa.exists().where(Signature.commitment_id == Commitment.id, Signature.party == party)
    return [sa.and_(column.in_(ids), ~signed)]


def _stage_is_open(action: Action, now: datetime, cycle_id: Any) -> sa.ColumnElement[bool]:
    kinds = [kind for kind, opened in OPENS.items() if action in opened]
    return sa.exists().where(
        Stage.cycle_id == cycle_id,
        Stage.kind.in_(kinds),
        Stage.starts_at <= now,
        sa.or_(Stage.ends_at.is_(None), Stage.ends_at > now),
    )


def _signer() -> Any:
    """Who signed, by name alone."""
    return joinedload(Signature.person).options(lazyload(Person.organisation), lazyload(Person.all_grants))


def _public(statement: Rows, cycle: Cycle) -> Rows:
    return statement.where(Commitment.plan_cycle_id == cycle.id, Commitment.visibility == Visibility.PUBLIC)
