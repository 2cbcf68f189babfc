"""Which institutions have which proposals: on the page of each, as each one's queue, and what nobody has yet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from cocrea.accounts.models import PUBLIC_SECTORS, Organisation, Person, Role
from cocrea.core.errors import NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import Order, Page, in_order, newest_first
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Contribution, Visibility
from cocrea.extensions import db
from cocrea.proposals.models import AnswerDraft, AnswerNote, DayOff, Proposal, ProposalStatus, Response, Routing

# Those that somebody should answer: reviewed, and not left aside by the review.
TO_ROUTE = frozenset({ProposalStatus.ADMITTED, ProposalStatus.ON_BALLOT, ProposalStatus.SELECTED})
QUEUE_PAGE = 50  # what one common answer may take
DUE_AT_ONCE = 200
_text: Any = Contribution.__table__.c
_own: Any = Proposal.__table__.c
Rows = sa.Select[*tuple[Any, ...]]


class QueueState(StrEnum):
    """How the queue of an institution can be narrowed."""

    WAITING = "pendientes"
    PREPARED = "en-preparacion"
    LATE = "tarde"
    ANSWERED = "respondidas"

    @property
    def label(self) -> Any:
        return {
            QueueState.WAITING: _l("Todas las pendientes"),
            QueueState.PREPARED: _l("En preparación"),
            QueueState.LATE: _l("Con retraso"),
            QueueState.ANSWERED: _l("Respondidas"),
        }[self]


def routings(proposal: Proposal) -> list[Routing]:
    """The institutions that have a proposal: who leads first."""
    statement = sa.select(Routing).where(Routing.proposal_id == proposal.id)
    return list(db.session.scalars(statement.order_by(Routing.is_lead.desc(), Routing.id)))


def routed_and_answered(proposal: Proposal) -> tuple[list[Routing], list[Response]]:
    """As `routings`, and what these institutions answered, oldest first, in one statement."""
    published = sa.and_(_is_its_answer(), Response.published_at.is_not(None))
    statement = sa.select(Routing, Response).outerjoin(Response, published)
    own = statement.where(Routing.proposal_id == proposal.id).order_by(Routing.is_lead.desc(), Routing.id)
    rows = db.session.execute(own.options(joinedload(Response.questions))).unique().all()
    return [row.Routing for row in rows], sorted((row.Response for row in rows if row.Response), key=_published)


def _published(response: Response) -> datetime:
    return response.published_at or response.created_at


def own_routing(actor: Any, routing_id: int) -> Routing:
    """A routing to an institution of this official's, with its proposal; to anyone else it is not there."""
    served = actor.organisation_ids(Role.OFFICIAL)
    found = routings_of([routing_id], served) if served else []
    if not found:
        raise NotFound
    return found[0]


def routings_of(ids: Sequence[int], organisations: Collection[int]) -> list[Routing]:
    """Those of these routings that are to these institutions and of public proposals, what is due first first."""
    statement = (
        sa.select(Routing)
        .join(Proposal, Proposal.id == Routing.proposal_id)
        .where(Routing.id.in_(ids), Routing.organisation_id.in_(organisations))
        .where(Proposal.visibility == Visibility.PUBLIC)
        .options(contains_eager(Routing.proposal).joinedload(Proposal.cycle))
    )
    return list(db.session.scalars(statement.order_by(Routing.due_day, Routing.id)))


def routings_for_update(ids: Sequence[int]) -> list[Routing]:
    """These routings, read afresh with their proposals, which are locked in order: nobody waits in a circle."""
    wanted = sa.select(Routing.proposal_id).where(Routing.id.in_(ids))
    locked = sa.select(Proposal).where(Proposal.id.in_(wanted)).order_by(Proposal.id).with_for_update()
    db.session.scalars(locked.execution_options(populate_existing=True)).all()
    found = sa.select(Routing).where(Routing.id.in_(ids)).order_by(Routing.id)
    return list(db.session.scalars(found.options(selectinload(Routing.proposal))))


def answers_to(routings: Sequence[Routing]) -> list[Response]:
    """What the institutions of these routings answered."""
    pairs = [routing.pair for routing in routings]
    answered = sa.tuple_(Response.proposal_id, Response.organisation_id).in_(pairs)
    return list(db.session.scalars(sa.select(Response).where(answered).order_by(Response.id)))


def draft_of(routing: Routing) -> AnswerDraft | None:
    """What the institution has prepared, if anything, with who saved it last."""
    found: AnswerDraft | None = db.session.scalar(
        sa.select(AnswerDraft)
        .filter_by(proposal_id=routing.proposal_id, organisation_id=routing.organisation_id)
        .options(joinedload(AnswerDraft.author).lazyload("*"))
    )
    return found


def due_drafts(now: datetime) -> list[tuple[AnswerDraft, Routing | None]]:
    """What was set to be public by now, first what was set for earlier, with its routing if it still has one."""
    statement = (
        sa.select(AnswerDraft, Routing)
        .outerjoin(Routing, _is_its_draft())
        .where(AnswerDraft.publish_at <= now)
        .options(joinedload(AnswerDraft.author).lazyload(Person.organisation), joinedload(Routing.proposal))
        .order_by(AnswerDraft.publish_at, AnswerDraft.proposal_id, AnswerDraft.organisation_id)
        .execution_options(populate_existing=True)
    )
    return [(draft, routing) for draft, routing in db.session.execute(statement.limit(DUE_AT_ONCE))]


def unschedule(routings: Sequence[Routing]) -> None:
    """What is prepared for these is no longer published by itself."""
    db.session.execute(sa.update(AnswerDraft).where(_prepared_for(routings)).values(publish_at=None))


def drafts_of(routings: Sequence[Routing]) -> list[AnswerDraft]:
    """What is prepared for these."""
    return list(db.session.scalars(sa.select(AnswerDraft).where(_prepared_for(routings))))


def discard_drafts(routings: Sequence[Routing]) -> None:
    """What was prepared for these is no more."""
    statement = sa.delete(AnswerDraft).where(_prepared_for(routings))
    db.session.execute(statement, execution_options={"synchronize_session": "fetch"})


def notes_of(routing: Routing) -> list[AnswerNote]:
    """What the colleagues of the institution told each other, oldest first."""
    statement = (
        sa.select(AnswerNote)
        .filter_by(proposal_id=routing.proposal_id, organisation_id=routing.organisation_id)
        .options(joinedload(AnswerNote.author).lazyload("*"))
    )
    return list(db.session.scalars(statement.order_by(AnswerNote.id)))


def queue(actor: Any, state: QueueState, now: datetime) -> Page[Any]:
    """What this official's institutions are to answer, soonest due first, as rows of what a card shows."""
    statement = (
        sa.select(
            Routing.id,
            Routing.due_day,
            Routing.due_at,
            Routing.is_lead,
            _text.reference,
            _text.title,
            Cycle.title.label("cycle"),
            Cycle.timezone,
            Organisation.name.label("organisation"),
            Response.kind,
            Response.published_at,
            AnswerDraft.saved_at,
            AnswerDraft.publish_at,
        )
        .join(Contribution.__table__, _text.id == Routing.proposal_id)
        .join(Cycle, Cycle.id == _text.cycle_id)
        .join(Organisation, Organisation.id == Routing.organisation_id)
        .outerjoin(Response, _is_its_answer())
        .outerjoin(AnswerDraft, _is_its_draft())
        .where(*_of(actor), _STATES[state](now))
    )
    order = Order((Routing.due_day, Routing.id), descending=state is QueueState.ANSWERED)
    return in_order(statement, order, size=QUEUE_PAGE)


def waiting(actor: Any, now: datetime) -> Rows:
    """How many answers this official's institutions owe, and until when the first, as `work.todo` reads it."""
    first = sa.func.min(Routing.due_at).label("due"), sa.func.min(Routing.due_day).label("day")
    return (
        sa.select(sa.func.count().label("number"), *first)
        .select_from(Routing)
        .join(Contribution.__table__, _text.id == Routing.proposal_id)
        .outerjoin(Response, _is_its_answer())
        .where(*_of(actor), _STATES[QueueState.WAITING](now))
    )


def unrouted(cycle: Cycle) -> Page[Any]:
    """Public proposals of a cycle that no institution has, newest first."""
    statement = (
        sa.select(_text.id, _text.reference, _text.title, _own.status)
        .join(Proposal.__table__, _own.id == _text.id)
        .where(_text.cycle_id == cycle.id, *_nobodys())
    )
    return newest_first(statement, _text.id, scalars=False)


def unrouted_counts(cycles: Collection[int]) -> Rows:
    """Of each cycle how many no institution has, where there are any, as `work.todo` reads it."""
    return (
        sa.select(Cycle.slug, Cycle.title, sa.func.count().label("number"))
        .join(Contribution.__table__, _text.cycle_id == Cycle.id)
        .join(Proposal.__table__, _own.id == _text.id)
        .where(Cycle.id.in_(cycles), *_nobodys())
        .group_by(Cycle.id)
    )


def public_institutions() -> list[Organisation]:
    """Those that proposals may be put before."""
    statement = sa.select(Organisation).where(Organisation.sector.in_(PUBLIC_SECTORS))
    return list(db.session.scalars(statement.order_by(Organisation.name)))


def institution(slug: str) -> Organisation | None:
    """A public institution by its address."""
    found: Organisation | None = db.session.scalar(
        sa.select(Organisation).where(Organisation.slug == slug, Organisation.sector.in_(PUBLIC_SECTORS))
    )
    return found


def days_off(organisation_id: int) -> set[date]:
    return set(db.session.scalars(sa.select(DayOff.day).where(DayOff.organisation_id == organisation_id)))


def days_off_from(organisation: Organisation, day: date) -> list[DayOff]:
    """The institution's own days from that one on, in order."""
    statement = sa.select(DayOff).where(DayOff.organisation_id == organisation.id, DayOff.day >= day)
    return list(db.session.scalars(statement.order_by(DayOff.day)))


def _is_its_answer() -> sa.ColumnElement[bool]:
    return sa.and_(Response.proposal_id == Routing.proposal_id, Response.organisation_id == Routing.organisation_id)


def _is_its_draft() -> sa.ColumnElement[bool]:
    return sa.and_(
        AnswerDraft.proposal_id == Routing.proposal_id, AnswerDraft.organisation_id == Routing.organisation_id
    )


def _prepared_for(routings: Sequence[Routing]) -> sa.ColumnElement[bool]:
    pairs = [routing.pair for routing in routings]
    return sa.tuple_(AnswerDraft.proposal_id, AnswerDraft.organisation_id).in_(pairs)


def _of(actor: Any) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Routing.organisation_id.in_(actor.organisation_ids(Role.OFFICIAL)),
        _text.visibility == Visibility.PUBLIC,
    )


def _nobodys() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _text.visibility == Visibility.PUBLIC,
        _own.status.in_(TO_ROUTE),
        ~sa.exists().where(Routing.proposal_id == _text.id),
    )


def _unanswered() -> sa.ColumnElement[bool]:
    return Response.published_at.is_(None)


_STATES: dict[QueueState, Callable[[datetime], Any]] = {
    QueueState.WAITING: lambda now: _unanswered(),
    QueueState.PREPARED: lambda now: sa.and_(_unanswered(), AnswerDraft.saved_at.is_not(None)),
    QueueState.LATE: lambda now: sa.and_(_unanswered(), Routing.due_at <= now),
    QueueState.ANSWERED: lambda now: Response.published_at.is_not(None),
}
