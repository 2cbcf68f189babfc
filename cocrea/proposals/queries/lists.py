"""Lists of proposals: narrowed, ordered, counted and taken along, as rows of just the columns that are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import lazyload, selectinload, undefer

from cocrea.accounts.models import PLATFORM, Grant, Organisation, Person, Role, Sector
from cocrea.consultation.models import Problem, Topic
from cocrea.core import sdg
from cocrea.core.pagination import HIGHEST, Page, in_order
from cocrea.core.territories import NATIONAL
from cocrea.cycles.models import Cycle
from cocrea.discussion.lists import KEYS, Sort, bounded_count, order, saying
from cocrea.discussion.models import Channel, Coauthor, Contribution, ContributionKind, Visibility
from cocrea.discussion.queries import with_authors
from cocrea.extensions import db
from cocrea.proposals.models import (
    Proposal,
    ProposalProblem,
    ProposalReview,
    ProposalStatus,
    ProposalTarget,
    Response,
    ResponseKind,
    Routing,
)
from cocrea.proposals.queries.ties import causes_said, tied_columns
from cocrea.tables.models import Table

BATCH = 500
_CYCLE, _SPACE = sa.literal("cycle:"), sa.literal("space:")
_shared, _own = Contribution.__table__.c, Proposal.__table__.c
coauthor_count = sa.select(sa.func.count()).where(Coauthor.contribution_id == _shared.id).scalar_subquery()
CARD = (
    _shared.title,
    _shared.reference,
    _shared.channel,
    _shared.attribution,
    _shared.author_sector,
    _shared.published_at,
    _shared.visibility,
    _shared.visibility_at,
    _shared.visibility_reason,
    _own.status,
    Person.name.label("author_name"),
    Person.withdrawn_at.label("author_withdrawn_at"),
    coauthor_count.label("coauthor_count"),
    *KEYS,
)
EXPORTED = (
    "reference", "status", "title", "what_to_do", "beneficiaries", "responsible", "needs", "problems", "causes",
    "targets", "files", "channel", "author_sector", "coauthor_count", "support_count", "comment_count", "published_at",
    "criteria",
)  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """What narrows a list of proposals.

    `state` is their visibility. `topic` and `territory` are those of the problems they address; `goal` is what they say
    themselves that they contribute to. `institution` has them before it; `answer` is the kind of an answer they have,
    its own where one is named; `is_unanswered`: they have none. `author_id`: a person who writes them.
    """

    status: ProposalStatus | None = None
    state: Visibility = Visibility.PUBLIC
    table: Table | None = None
    topic: Topic | None = None
    territory: str = ""
    goal: str = ""
    channel: Channel | None = None
    sector: Sector | None = None
    institution: Organisation | None = None
    answer: ResponseKind | None = None
    is_unanswered: bool = False
    author_id: int | None = None
    words: str = ""

    def __bool__(self) -> bool:
        return self != Filter()


def listing(cycle: Cycle, chosen: Filter = Filter(), sort: Sort = Sort.NEWEST, start: int = 0) -> Page[Any]:
    """A page of proposals as rows of just the columns that a card shows. `start` tells apart the random orders."""
    along = {"sorteo": start} if sort is Sort.RANDOM else None  # page two goes on with the draw of page one
    statement = sa.select(_shared.id, *CARD).select_from(_joined()).outerjoin(Person, Person.id == _shared.author_id)
    return in_order(statement.where(*conditions(cycle, chosen)), order(sort, start), along=along)


def count(cycle: Cycle, chosen: Filter) -> int:
    """How many there are, counted up to `discussion.lists.COUNTED_UP_TO` + 1."""
    return bounded_count(sa.select(_shared.id).select_from(_joined()).where(*conditions(cycle, chosen)))


def taken_along(cycle: Cycle, chosen: Filter, sort: Sort = Sort.NEWEST, start: int = 0) -> Iterator[list[Any]]:
    """All rows of a list in the order of its beginning, by the columns of `EXPORTED`, without anyone's name. What is no
    longer public has no text. Rows are read in batches, the connection let go between them."""
    every = sa.select(_shared.id).select_from(_joined()).where(*conditions(cycle, chosen))
    ids = order(sort, start).read(every, None, HIGHEST, scalars=True)
    for begin in range(0, len(ids), BATCH):
        batch = ids[begin : begin + BATCH]
        rows = {row.id: row for row in db.session.execute(_whole().where(_shared.id.in_(batch)))}
        said = causes_said(row for row in rows.values() if row.visibility is Visibility.PUBLIC)
        db.session.rollback()
        for row in (rows[each] for each in batch if each in rows):
            status = row.status if row.visibility is Visibility.PUBLIC else row.visibility
            told = {**row._mapping, "status": status, "causes": said.get(row.id, "")}
            yield [told[name] for name in EXPORTED]


def conditions(cycle: Cycle, chosen: Filter) -> list[Any]:
    """What a proposal of the list fulfils, said of the two tables that hold it."""
    found: list[Any] = [
        _shared.cycle_id == cycle.id,
        _shared.kind == ContributionKind.PROPOSAL,
        _shared.visibility == chosen.state,
    ]
    narrowed: tuple[tuple[Any, Any], ...] = (
        (_own.status, chosen.status),
        (_own.table_id, chosen.table and chosen.table.id),
        (_shared.channel, chosen.channel),
        (_shared.author_sector, chosen.sector),
    )
    found += [column == value for column, value in narrowed if value]
    if chosen.author_id:
        found.append(written_by(chosen.author_id))
    if addressed := _of_problems(chosen):
        found.append(
            sa.exists()
            .where(ProposalProblem.proposal_id == _own.id, Problem.__table__.c.id == ProposalProblem.problem_id)
            .where(*addressed)
        )
    if chosen.goal:
        of_goal = ProposalTarget.code.in_(sdg.within(chosen.goal))
        found.append(sa.exists().where(ProposalTarget.proposal_id == _own.id, of_goal))
    if chosen.institution:
        found.append(
            sa.exists().where(Routing.proposal_id == _own.id, Routing.organisation_id == chosen.institution.id)
        )
    if chosen.answer:
        found.append(_answer(chosen).where(Response.kind == chosen.answer))
    if chosen.is_unanswered:
        found.append(~_answer(chosen))
    if chosen.words:
        found.append(saying(cycle, ContributionKind.PROPOSAL, chosen.words))
    return found


def written_by(person_id: int) -> Any:
    """That this person is one of the authors, said of the table that all contributions share."""
    joined = sa.exists().where(Coauthor.contribution_id == _shared.id, Coauthor.person_id == person_id)
    return sa.or_(_shared.author_id == person_id, joined)


def spoken_for_by(actor: Any) -> Any:
    """That they recorded it and still facilitate, or facilitate where whoever recorded it does no more: as
    `policies.speaks_for`, of what they are asked to do."""
    cycles, tables = actor.scope_ids(Role.FACILITATOR, "cycle"), actor.scope_ids(Role.FACILITATOR, "table")
    tables |= actor.scope_ids(Role.COFACILITATOR, "table")
    of_theirs = sa.or_(_shared.cycle_id.in_(cycles), _own.table_id.in_(tables))
    left = sa.and_(_shared.recorded_by_id.is_not(None), of_theirs, ~_recorder_facilitates())
    own = sa.and_(_shared.recorded_by_id == actor.id, _recorder_facilitates())
    return sa.or_(own, left if cycles or tables else sa.false())


def _recorder_facilitates() -> Any:
    cycle, space = sa.cast(Cycle.id, sa.String), sa.cast(Cycle.space_id, sa.String)
    steers = sa.and_(Grant.role == Role.STEWARD, Grant.scope.in_([_CYCLE + cycle, _SPACE + space]))
    holds = sa.or_(
        sa.and_(Grant.role == Role.FACILITATOR, Grant.scope == _CYCLE + cycle),
        steers,
        sa.and_(Grant.role == Role.ADMINISTRATOR, Grant.scope == PLATFORM),
    )
    is_here = (Person.id == Grant.person_id, Person.suspended_at.is_(None), Person.withdrawn_at.is_(None))
    return sa.exists().where(Grant.person_id == _shared.recorded_by_id, Cycle.id == _shared.cycle_id, *is_here, holds)


def institutions(cycle: Cycle) -> list[Organisation]:
    """Institutions that have a public proposal of the cycle before them, by name."""
    statement = (
        sa.select(Organisation)
        .join(Routing, Routing.organisation_id == Organisation.id)
        .join(_shared.id.table, _shared.id == Routing.proposal_id)
        .where(_shared.cycle_id == cycle.id, _shared.visibility == Visibility.PUBLIC)
    )
    return list(db.session.scalars(statement.distinct().order_by(Organisation.name)))


def tables(cycle: Cycle) -> list[Table]:
    """Tables from which public proposals of the cycle came, by name."""
    statement = (
        sa.select(Table)
        .join(Proposal.__table__, _own.table_id == Table.id)
        .join(_shared.id.table, _shared.id == _own.id)
        .where(_shared.cycle_id == cycle.id, _shared.visibility == Visibility.PUBLIC)
    )
    return list(db.session.scalars(statement.distinct().order_by(Table.name).options(lazyload("*"))))


def compared(cycle: Cycle, references: Sequence[str]) -> list[Proposal]:
    """Public proposals of a cycle by reference, in the order asked for, with their problems."""
    statement = (
        sa.select(Proposal)
        .where(Proposal.cycle_id == cycle.id, Proposal.reference.in_(references))
        .where(Proposal.visibility == Visibility.PUBLIC)
        .options(
            selectinload(Proposal.problems).options(lazyload("*"), lazyload(Problem.targets)),
            undefer(Proposal.target_codes),
            *with_authors(Proposal),
        )
    )
    found = {proposal.reference: proposal for proposal in db.session.scalars(statement).unique()}
    return [found[reference] for reference in dict.fromkeys(references) if reference in found]


def _of_problems(chosen: Filter) -> list[Any]:
    """What one of the problems fulfils that the proposal addresses."""
    problem = Problem.__table__.c
    found: list[Any] = []
    if chosen.topic:
        found.append(problem.topic_id == chosen.topic.id)
    if chosen.territory:
        national = chosen.territory == NATIONAL
        found.append(problem.territory.is_(None) if national else problem.territory == chosen.territory)
    return found


def _answer(chosen: Filter) -> Any:
    """That a proposal has a published answer, of the chosen institution where there is one."""
    own = [Response.organisation_id == chosen.institution.id] if chosen.institution else []
    return sa.exists().where(Response.proposal_id == _own.id, Response.published_at.is_not(None), *own)


def _joined() -> Any:
    return Contribution.__table__.join(Proposal.__table__, _own.id == _shared.id)


def _whole() -> sa.Select[Any]:
    public = _shared.visibility == Visibility.PUBLIC
    texts = {
        "title": _shared.title,
        "what_to_do": _shared.body_source,
        **{name: _own[name] for name in ("beneficiaries", "responsible", "needs")},
        **tied_columns(_own.id),
    }
    shown = [sa.case((public, column), else_="").label(name) for name, column in texts.items()]
    plain = [_shared[name] for name in EXPORTED if name in _shared and name not in texts]
    more = [coauthor_count.label("coauthor_count"), ProposalReview.findings.label("criteria")]
    reviewed = _joined().outerjoin(ProposalReview, ProposalReview.proposal_id == _own.id)
    return sa.select(_shared.id, _own.status, _own.causes, _shared.visibility, *plain, *shown, *more).select_from(
        reviewed
    )
