"""Reading commitments and plans, with what each page needs loaded at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, lazyload, load_only
from sqlalchemy.orm.attributes import set_committed_value

from cocrea.accounts.models import Organisation, Person, Sector
from cocrea.commitments.models import (
    ActionPlan,
    AmendmentState,
    Commitment,
    CommitmentAmendment,
    CommitmentVersion,
    ForumEndorsement,
    SectionLock,
    Signature,
)
from cocrea.commitments.policies import can_see
from cocrea.consultation.models import Problem
from cocrea.core.errors import NotFound
from cocrea.core.pagination import HIGHEST, Page, newest_first
from cocrea.cycles.figures import Figures
from cocrea.cycles.models import Action, Cycle, Stage
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, ProposalProblem
from cocrea.tables.models import Table
from cocrea.voting.models import Contest, Option

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
    """The commitment this actor may read, with parties, partners, cycle, signatures and origin; raises `NotFound`."""
    found = db.session.scalars(
        sa.select(Commitment)
        .where(Commitment.reference == reference)
        .options(
            joinedload(Commitment.lead),
            joinedload(Commitment.counterpart),
            joinedload(Commitment.cycle),
            joinedload(Commitment.proposal),
            joinedload(Commitment.targets),
            joinedload(Commitment.partners),
            joinedload(Commitment.signatures).options(_signer()),
            joinedload(Commitment.endorsement).options(*_decisions()),
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


def versioned_commitment(actor: Any, reference: str) -> Commitment:
    """A commitment whose text, and so each version of it, this actor may read; raises `NotFound`."""
    commitment = visible_commitment(actor, reference)
    if commitment.is_tombstone:
        raise NotFound
    return commitment


def visible_version(actor: Any, reference: str, number: int) -> tuple[Commitment, CommitmentVersion]:
    """One version of a commitment, to read whole."""
    commitment = versioned_commitment(actor, reference)
    return commitment, numbered(commitment, number)[number]


def versions(commitment: Commitment) -> Page[CommitmentVersion]:
    """A page of versions, last first, with who made each and in which section, without their texts."""
    told = load_only(CommitmentVersion.section, CommitmentVersion.fingerprint, CommitmentVersion.created_at)
    statement = sa.select(CommitmentVersion).filter_by(commitment_id=commitment.id).options(told, _author())
    return newest_first(statement, CommitmentVersion.number)


def numbered(commitment: Commitment, *numbers: int) -> dict[int, CommitmentVersion]:
    """Versions by their numbers, all there or `NotFound`; one statement."""
    wanted = [number for number in set(numbers) if number <= HIGHEST]
    statement = sa.select(CommitmentVersion).filter_by(commitment_id=commitment.id).options(_author())
    rows = db.session.scalars(statement.where(CommitmentVersion.number.in_(wanted)))
    found = {version.number: version for version in rows}
    if set(found) != set(numbers):
        raise NotFound
    return found


def contributors(commitment: Commitment) -> dict[str, list[tuple[Person, int]]]:
    """Who wrote in each section and how many versions they made there, most first; two statements."""
    number = sa.func.count().label("number")
    counted = sa.select(CommitmentVersion.section, CommitmentVersion.author_id, number)
    grouped = counted.filter_by(commitment_id=commitment.id).group_by(
        CommitmentVersion.section, CommitmentVersion.author_id
    )
    rows = db.session.execute(grouped.order_by(number.desc(), CommitmentVersion.author_id)).all()
    ids = {author for _section, author, _number in rows}
    statement = sa.select(Person).where(Person.id.in_(ids)).options(lazyload("*"))
    people = {person.id: person for person in db.session.scalars(statement)}
    found: dict[str, list[tuple[Person, int]]] = {}
    for section, author, made in rows:
        found.setdefault(section, []).append((people[author], made))
    return found


def turns(commitment: Commitment, now: datetime) -> dict[str, SectionLock]:
    """Who writes which section at this moment, by its slug; one statement."""
    told = [joinedload(one).options(lazyload("*")) for one in (SectionLock.holder, SectionLock.wanted_by)]
    statement = sa.select(SectionLock).where(SectionLock.commitment_id == commitment.id, SectionLock.expires_at > now)
    return {held.section: held for held in db.session.scalars(statement.options(*told))}


def _author() -> Any:
    return joinedload(CommitmentVersion.author).options(lazyload("*"))


def amendments(commitment: Commitment) -> list[CommitmentAmendment]:
    """Every amendment of a commitment in its order, with who proposed and who answered."""
    statement = sa.select(CommitmentAmendment).filter_by(commitment_id=commitment.id).options(*_amending())
    return list(db.session.scalars(statement.order_by(CommitmentAmendment.number)))


def last_adopted(commitment: Commitment) -> CommitmentAmendment | None:
    """The amendment whose text is in force, if there is one."""
    statement = sa.select(CommitmentAmendment).filter_by(commitment_id=commitment.id, state=AmendmentState.ADOPTED)
    return db.session.scalars(statement.order_by(CommitmentAmendment.number.desc()).limit(1)).first()


def visible_amendment(actor: Any, reference: str, number: int) -> CommitmentAmendment:
    """One amendment with its commitment, which is not read again, and who proposed and answered it."""
    commitment = visible_commitment(actor, reference)
    statement = sa.select(CommitmentAmendment).filter_by(commitment_id=commitment.id, number=number)
    found = db.session.scalars(statement.options(*_amending())).one_or_none()
    if found is None or commitment.is_tombstone:
        raise NotFound
    set_committed_value(found, "commitment", commitment)
    return found


def _amending() -> list[Any]:
    """Who proposed and who answered an amendment, by name alone."""
    people = (CommitmentAmendment.proposed_by, CommitmentAmendment.answered_by)
    return [joinedload(person).options(lazyload("*")) for person in people]


def plan_of(cycle: Cycle) -> ActionPlan | None:
    return db.session.get(ActionPlan, cycle.id)


def in_plan(cycle: Cycle) -> list[Commitment]:
    """Public commitments by number, with their parties and the amendments that both adopted."""
    statement = sa.select(Commitment).options(
        joinedload(Commitment.adopted).options(lazyload("*")),
        *(joinedload(party) for party in (Commitment.lead, Commitment.counterpart)),
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


def _decisions() -> list[Any]:
    """What the forum backed it by, without what else belongs to that."""
    return [joinedload(by).options(lazyload("*")) for by in (ForumEndorsement.agreement, ForumEndorsement.contest)]


def _signer() -> Any:
    """Who signed, by name alone."""
    return joinedload(Signature.person).options(lazyload(Person.organisation), lazyload(Person.all_grants))


def _public(statement: Rows, cycle: Cycle) -> Rows:
    return statement.where(Commitment.plan_cycle_id == cycle.id, Commitment.visibility == Visibility.PUBLIC)
