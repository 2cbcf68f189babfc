"""What was commented on the draft of a plan and answered: a page of it, its figures, and what waits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, lazyload

from cocrea.commitments.models import Commitment, Outcome, PlanAnswer, PlanComment, PlanPart
from cocrea.core.errors import NotFound
from cocrea.core.pagination import HIGHEST, Order, Page, in_order
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_read
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion.models import Contribution, Visibility
from cocrea.discussion.queries import by_author, visible_contribution
from cocrea.extensions import db

_own = PlanComment.__table__.c
_ORDER = list(PlanPart)
_BY_SLUG = {part.slug: part for part in PlanPart if part is not PlanPart.COMMITMENT}


@dataclass(frozen=True)
class Narrowed:
    """Which comments to read: those on a part (a commitment by its reference), or those that wait for an answer."""

    part: PlanPart | None = None
    commitment: str = ""
    only_waiting: bool = False

    @property
    def place(self) -> str:
        """How the part is asked for in an address; empty for all."""
        return self.commitment or (self.part.slug if self.part else "")


@dataclass(frozen=True)
class Heard:
    """How many public comments a part of a plan received, and how they were answered. `commitment`: its reference."""

    part: PlanPart
    commitment: str
    received: int
    accepted: int
    partly: int
    not_accepted: int

    @property
    def waiting(self) -> int:
        return self.received - self.accepted - self.partly - self.not_accepted

    @property
    def place(self) -> str:
        """How the part is asked for in an address."""
        return self.commitment or self.part.slug


def narrowed(place: str, references: Collection[str], only_waiting: bool) -> Narrowed:
    """What an address asks for: a part by its slug, or one of these commitments by its reference; else all parts."""
    if place in references:
        return Narrowed(PlanPart.COMMITMENT, place, only_waiting)
    return Narrowed(_BY_SLUG.get(place), "", only_waiting)


def comments(cycle: Cycle, chosen: Narrowed) -> Page[PlanComment]:
    """A page of comments, oldest first, with their authors, their answers and what they are about: one statement."""
    statement = sa.select(PlanComment).where(
        PlanComment.cycle_id == cycle.id, PlanComment.visibility != Visibility.DRAFT
    )
    if chosen.part:
        statement = statement.where(_own.part == chosen.part)
    if chosen.commitment:
        named = sa.select(Contribution.id).where(Contribution.reference == chosen.commitment)
        statement = statement.where(_own.commitment_id == named.scalar_subquery())
    if chosen.only_waiting:
        statement = statement.where(*_waits())
    asked = {"parte": chosen.place, "estado": "por-responder" if chosen.only_waiting else ""}
    along = {name: value for name, value in asked.items() if value}
    loaded = statement.options(by_author(PlanComment), *_whole())
    return in_order(loaded, Order((_own.id,), descending=False), scalars=True, along=along)


def heard_rows(cycle: Cycle) -> sa.Select[*tuple[Any, ...]]:
    """Of each part (with the reference of a commitment, else empty) and outcome (None: none yet), how many comments."""
    shared, of = Contribution.__table__.c, aliased(Contribution.__table__)
    reference = sa.func.coalesce(of.c.reference, "").label("commitment")
    return (
        sa.select(_own.part, reference, PlanAnswer.outcome, sa.func.count().label("number"))
        .join(Contribution.__table__, shared.id == _own.id)
        .outerjoin(of, of.c.id == _own.commitment_id)
        .outerjoin(PlanAnswer, PlanAnswer.id == _own.answer_id)
        .where(shared.cycle_id == cycle.id, shared.visibility == Visibility.PUBLIC)
        .group_by(_own.part, reference, PlanAnswer.outcome)
    )


def heard(found: Iterable[tuple[str, str, str | None, int]]) -> list[Heard]:
    """Rows of `heard_rows` added up part by part, in the order in which a plan is read."""
    counts: dict[tuple[PlanPart, str], dict[str | None, int]] = {}
    for part, commitment, outcome, number in found:
        counts.setdefault((PlanPart(part), commitment), {})[outcome or None] = number
    return [
        Heard(part, commitment, sum(own.values()), *(own.get(outcome.value, 0) for outcome in Outcome))
        for (part, commitment), own in sorted(counts.items(), key=lambda one: (_ORDER.index(one[0][0]), one[0][1]))
    ]


def heard_now(cycle: Cycle) -> list[Any]:
    """The rows of `heard_rows` as they stand."""
    return list(db.session.execute(heard_rows(cycle)))


def number_waiting(cycle: Cycle) -> int:
    """How many comments keep the plan from being published."""
    statement = sa.select(sa.func.count()).select_from(PlanComment)
    return db.session.scalar(statement.where(PlanComment.cycle_id == cycle.id, *_waits())) or 0


def is_commented() -> sa.ColumnElement[bool]:
    """Whether a comment on the plan of a cycle waits for its answer, as a condition on `Cycle`."""
    own = Contribution.__table__.alias()
    waiting = own.c.cycle_id == Cycle.id, own.c.visibility == Visibility.PUBLIC, _own.answer_id.is_(None)
    return sa.exists().select_from(PlanComment.__table__).where(own.c.id == _own.id, *waiting)


def visible_comment(actor: Any, reference: str) -> PlanComment:
    """The comment with its author, its answer and what it is about, if this actor may read it; raises `NotFound`."""
    found: PlanComment = visible_contribution(actor, reference, PlanComment, _whole())
    return found


def visible_answer(actor: Any, answer_id: int) -> PlanAnswer:
    """The answer with what it answers, if this actor may read its cycle; raises `NotFound`."""
    found = db.session.get(PlanAnswer, answer_id) if answer_id <= HIGHEST else None
    if found is None or not can_read(actor, found.cycle, found.published_at):
        raise NotFound
    return found


def cycle_and_leads(actor: Any, slug: str) -> tuple[Cycle, set[int]]:
    """A cycle this actor may read, and the ids of the institutions that lead its public commitments."""
    cycle = visible_cycle(actor, slug)
    leads = sa.select(Commitment.lead_id).where(
        Commitment.plan_cycle_id == cycle.id,
        Commitment.visibility == Visibility.PUBLIC,
        Commitment.lead_id.is_not(None),
    )
    return cycle, {lead for lead in db.session.scalars(leads) if lead}


def marked(cycle: Cycle, references: Collection[str]) -> list[PlanComment]:
    """These comments on the plan of this cycle, oldest first, all there or `NotFound`."""
    statement = sa.select(PlanComment).where(
        PlanComment.cycle_id == cycle.id, PlanComment.reference.in_(list(references))
    )
    found = list(db.session.scalars(statement.options(by_author(PlanComment), *_whole()).order_by(_own.id)))
    if len(found) < len(references):
        raise NotFound
    return found


def _waits() -> list[sa.ColumnElement[bool]]:
    return [PlanComment.visibility == Visibility.PUBLIC, PlanComment.answer_id.is_(None)]


def _whole() -> list[Any]:
    return [
        joinedload(PlanComment.commitment).options(lazyload("*")),
        joinedload(PlanComment.answer).options(joinedload(PlanAnswer.organisation), lazyload("*")),
    ]
