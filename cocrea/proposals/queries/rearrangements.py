"""Reading merges and splits of proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload, lazyload, selectinload, undefer

from cocrea.core.errors import NotFound
from cocrea.core.pagination import HIGHEST, Page, newest_first
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_read as can_read_cycle
from cocrea.discussion.models import Contribution, Visibility
from cocrea.discussion.queries import with_authors
from cocrea.extensions import db
from cocrea.proposals.models import (
    PENDING,
    Proposal,
    ProposalStatus,
    Rearrangement,
    RearrangementAnswer,
    RearrangementSource,
    RearrangementState,
    RearrangementText,
)
from cocrea.proposals.policies import REARRANGED, can_see_rearrangement
from cocrea.proposals.queries.lists import written_by
from cocrea.tables.models import Agreement, AgreementStep, Session, Table
from cocrea.tables.queries import is_whole

MOST_LISTED = 40


@dataclass
class Place:
    """The part of a proposal in a merge or split: one of its `sources`, or `made` by it."""

    rearrangement: Rearrangement
    is_source: bool = False
    sources: list[Proposal] = field(default_factory=list)
    made: list[Proposal] = field(default_factory=list)

    @property
    def is_undone(self) -> bool:
        """Whether the proposal came of something that was undone."""
        return not self.is_source and self.rearrangement.state is RearrangementState.UNDONE


def places_of(proposal: Proposal) -> list[Place]:
    """Every merge or split that a proposal is in or came of, last first, with all the proposals of each, in one
    statement. Who may read what is not public yet is for the caller to judge."""
    members = _members().subquery()
    own = sa.select(members.c.rearrangement_id).where(members.c.proposal_id == proposal.id)
    statement = (
        sa.select(Rearrangement, members.c.is_source, Proposal)
        .join(members, members.c.rearrangement_id == Rearrangement.id)
        .join(Proposal, Proposal.id == members.c.proposal_id)
        .where(Rearrangement.id.in_(own))
        .options(lazyload(Rearrangement.cycle), *with_authors(Proposal), *_light(), undefer(Proposal.has_files))
        .order_by(Rearrangement.id.desc(), Proposal.id)
    )
    found: dict[int, Place] = {}
    for rearrangement, is_source, member in db.session.execute(statement).unique():
        place = found.setdefault(rearrangement.id, Place(rearrangement))
        (place.sources if is_source else place.made).append(member)
        place.is_source = place.is_source or (is_source and member.id == proposal.id)
    return list(found.values())


def visible_rearrangement(actor: Any, rearrangement_id: int) -> Rearrangement:
    """A merge or split that this actor may see, with all that belongs to it; raises `NotFound`."""
    found = db.session.scalar(
        sa.select(Rearrangement)
        .where(Rearrangement.id == min(rearrangement_id, HIGHEST))
        .options(
            joinedload(Rearrangement.cycle),
            joinedload(Rearrangement.agreement).lazyload("*"),
            selectinload(Rearrangement.sources)
            .joinedload(RearrangementSource.proposal)
            .options(*with_authors(Proposal)),
            selectinload(Rearrangement.texts).joinedload(RearrangementText.proposal).lazyload("*"),
            selectinload(Rearrangement.answers).joinedload(RearrangementAnswer.person).lazyload("*"),
        )
    )
    if found is None:
        raise NotFound
    moment = found.proposed_at
    if not can_see_rearrangement(actor, found, moment) or not can_read_cycle(actor, found.cycle, moment):
        raise NotFound
    return found


def rearrangements(cycle: Cycle) -> Page[Rearrangement]:
    """All merges and splits of a cycle, whatever became of them: for its facilitation."""
    texts, sources = selectinload(Rearrangement.texts), selectinload(Rearrangement.sources)
    named = sources.joinedload(RearrangementSource.proposal).options(lazyload("*"), *_light())
    statement = sa.select(Rearrangement).where(Rearrangement.cycle_id == cycle.id)
    made = texts.options(lazyload("*"), joinedload(RearrangementText.proposal).lazyload("*"))
    options = (lazyload(Rearrangement.cycle), made, named)
    return newest_first(statement.options(*options), Rearrangement.id)


def pending_of(proposals: Sequence[Proposal], now: datetime) -> list[str]:
    """Which of these (references) are part of a merge or split that is under way."""
    statement = (
        sa.select(Contribution.reference)
        .join(RearrangementSource, RearrangementSource.proposal_id == Contribution.id)
        .join(Rearrangement, Rearrangement.id == RearrangementSource.rearrangement_id)
        .where(RearrangementSource.proposal_id.in_([one.id for one in proposals]), RearrangementSource.is_open)
        .where(Rearrangement.due_at > now)
    )
    return list(db.session.scalars(statement.order_by(Contribution.reference)))


def overdue(now: datetime, of: Sequence[Proposal] | None = None) -> list[Rearrangement]:
    """What nobody concluded in its time, everywhere or with one of these among its sources."""
    statement = sa.select(Rearrangement).where(Rearrangement.state.in_(PENDING), Rearrangement.due_at <= now)
    if of is not None:
        one = sa.select(RearrangementSource.rearrangement_id)
        statement = statement.where(
            Rearrangement.id.in_(one.where(RearrangementSource.proposal_id.in_([source.id for source in of])))
        )
    return list(db.session.scalars(statement.order_by(Rearrangement.id)))


def under_way(now: datetime) -> list[Rearrangement]:
    """What waits for answers, with its authors and what they answered."""
    source = selectinload(Rearrangement.sources).joinedload(RearrangementSource.proposal)
    statement = (
        sa.select(Rearrangement)
        .where(Rearrangement.state == RearrangementState.PROPOSED, Rearrangement.due_at > now)
        .options(source.options(*with_authors(Proposal)), selectinload(Rearrangement.answers))
    )
    return list(db.session.scalars(statement.order_by(Rearrangement.id)).unique())


def decisions(cycle: Cycle) -> list[Agreement]:
    """What the tables of a cycle and its forum adopted in its sessions, the latest first."""
    statement = (
        sa.select(Agreement)
        .join(Session, Session.id == Agreement.session_id)
        .join(Table, Table.id == Session.table_id)
        .where(Table.cycle_id == cycle.id, Agreement.step == AgreementStep.ADOPTED, is_whole())
        .options(lazyload("*"))
    )
    return list(db.session.scalars(statement.order_by(Agreement.id.desc()).limit(MOST_LISTED)))


def mergeable(proposal: Proposal, references: Sequence[str]) -> list[Proposal]:
    """Of these, the others of the same cycle that may be merged with it, in the order asked for."""
    statement = (
        sa.select(Proposal)
        .where(Proposal.reference.in_(references), Proposal.id != proposal.id, *_free(proposal.cycle))
        .options(*with_authors(Proposal), lazyload(Proposal.table))
    )
    found = {one.reference: one for one in db.session.scalars(statement).unique()}
    return [found[reference] for reference in dict.fromkeys(references) if reference in found]


def merge_choices(proposal: Proposal) -> list[Any]:
    """Rows (`reference`, `title`, `support_count`) of what it may be merged with, the most supported first."""
    columns = (Proposal.reference, Proposal.title, Proposal.support_count)
    statement = sa.select(*columns).where(Proposal.id != proposal.id, *_free(proposal.cycle))
    return list(db.session.execute(statement.order_by(Proposal.support_count.desc(), Proposal.id).limit(MOST_LISTED)))


def consents_owed(actor: Any, now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Rows (`number`, `title`, `due`) of what waits for this author's answer."""
    answered = sa.exists().where(
        RearrangementAnswer.rearrangement_id == Rearrangement.id, RearrangementAnswer.person_id == actor.id
    )
    written = Contribution.__table__
    own = (
        sa.select(RearrangementSource.rearrangement_id)
        .join(written, written.c.id == RearrangementSource.proposal_id)
        .where(written_by(actor.id))
    )
    waiting = (Rearrangement.state.in_(PENDING), Rearrangement.due_at > now)
    return _todo().where(*waiting, Rearrangement.id.in_(own), ~answered)


def to_conclude(cycles: set[int], now: datetime) -> sa.Select[*tuple[Any, ...]]:
    """As `consents_owed`, of what has every consent and waits for the facilitation of these cycles."""
    state = Rearrangement.state == RearrangementState.CONSENTED
    return _todo().where(state, Rearrangement.due_at > now, Rearrangement.cycle_id.in_(cycles))


def _todo() -> sa.Select[*tuple[Any, ...]]:
    first = sa.and_(RearrangementText.rearrangement_id == Rearrangement.id, RearrangementText.position == 1)
    return sa.select(
        Rearrangement.id.label("number"), RearrangementText.title, Rearrangement.due_at.label("due")
    ).join(RearrangementText, first)


def _free(cycle: Cycle) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Proposal.cycle_id == cycle.id,
        Proposal.visibility == Visibility.PUBLIC,
        Proposal.status.in_(sorted(REARRANGED, key=list(ProposalStatus).index)),
    )


def _members() -> Any:
    sources = sa.select(
        RearrangementSource.rearrangement_id, RearrangementSource.proposal_id, sa.true().label("is_source")
    )
    made = sa.select(RearrangementText.rearrangement_id, RearrangementText.proposal_id, sa.false())
    return sources.union_all(made.where(RearrangementText.proposal_id.is_not(None)))


def _light() -> tuple[Any, ...]:
    """Without the long texts."""
    long = (Proposal.body_source, Proposal.body_html, Proposal.beneficiaries, Proposal.responsible, Proposal.needs)
    return tuple(defer(column) for column in long)
