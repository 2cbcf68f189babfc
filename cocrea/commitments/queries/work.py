"""What waits for whom: sections begun, amendments to answer, commitments to sign, comments on the plan to answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from cocrea.accounts.models import PLATFORM, Draft, Role
from cocrea.commitments.drafts import SECTION
from cocrea.commitments.models import (
    AmendmentState,
    Commitment,
    CommitmentAmendment,
    Party,
    PlanComment,
    Signature,
)
from cocrea.commitments.queries.commitments import has_plan
from cocrea.commitments.queries.review import is_commented
from cocrea.commitments.sections import BY_SLUG
from cocrea.core.i18n import lazy as _l
from cocrea.core.todo import Todo
from cocrea.cycles.models import OPENS, Action, Cycle, Stage
from cocrea.discussion.models import Contribution, Visibility
from cocrea.extensions import db

TODO_LIMIT = 5
TO_SIGN = _l("Revisa y firma el compromiso: la otra parte ya firmó")
TO_AMEND = _l("Lee y contesta la enmienda que propone la otra parte")
TO_WRITE = _l("Completa, revisa y firma el compromiso")
TO_ANSWER = _l("Responde los comentarios al plan: no se publica mientras uno espere")
ANSWERING = frozenset({Role.FACILITATOR, Role.STEWARD, Role.ADMINISTRATOR, Role.OFFICIAL})
BEGUN, AMENDED, UNSIGNED, COMMENTED = "1-begun", "2-amended", "3-unsigned", "4-commented"  # in the order told
Rows = sa.Select[*tuple[Any, ...]]


def plan_is_due(now: datetime) -> sa.ColumnElement[bool]:
    """Whether a cycle (as a condition) has signed commitments and no plan, and nothing is left that may be signed or
    has to be answered."""
    own = sa.select(Commitment.id).where(
        Commitment.plan_cycle_id == Cycle.id, Commitment.visibility == Visibility.PUBLIC
    )
    signed = own.where(Commitment.signed_at.is_not(None)).exists()
    unsigned = own.where(Commitment.signed_at.is_(None)).exists()
    return sa.and_(
        signed, ~has_plan(), ~is_commented(), sa.or_(~unsigned, ~_stage_is_open(Action.SIGN, now, Cycle.id))
    )


def todo(actor: Any, now: datetime) -> list[Todo]:
    """What waits for this person: sections that they were writing, amendments to answer, and commitments to sign. One
    statement."""
    parts = [_unfinished(actor, now)]
    if actor.organisation_ids(Role.OFFICIAL) or actor.organisation_ids(Role.COUNTERPART):
        parts += [_amendments_to_answer(actor), _to_sign(actor, now)]
    if any(grant.role in ANSWERING for grant in actor.grants):
        parts.append(_comments_to_answer(actor))
    every = sa.union_all(*(sa.select(part.limit(TODO_LIMIT).subquery()) for part in parts)).subquery()
    rows = db.session.execute(sa.select(every).order_by(every.c.what, every.c.place))
    return [_TODOS[row.what](row) for row in rows]


def _row(what: str, place: Any, *, form: Any = None, number: Any = None) -> Rows:
    """What waits, in the columns that all have; `place` is what it is ordered by."""
    return sa.select(
        sa.literal(what).label("what"),
        sa.func.row_number().over(order_by=place).label("place"),
        Commitment.reference,
        Commitment.title,
        (sa.literal("") if form is None else form).label("form"),
        (sa.literal(0) if number is None else number).label("number"),
    ).order_by(place)


def _unfinished(actor: Any, now: datetime) -> Rows:
    """Sections of which a draft of theirs is kept, while they may still write them."""
    of_it = sa.literal(SECTION) + sa.cast(Commitment.id, sa.String) + ":%"
    return (
        _row(BEGUN, Draft.saved_at.desc(), form=Draft.form)
        .join(Draft, Draft.form.like(of_it))
        .join(Cycle, Cycle.id == Commitment.plan_cycle_id)
        .where(Draft.person_id == actor.id, Commitment.signed_at.is_(None), Commitment.left_out_reason == "")
        .where(Commitment.visibility == Visibility.PUBLIC, _stage_is_open(Action.DRAFT, now, Cycle.id))
        .where(_drafts_it(actor))
    )


def _drafts_it(actor: Any) -> sa.ColumnElement[bool]:
    """As `policies.is_member`, as a condition on `Commitment` and its `Cycle`."""
    return sa.or_(
        Commitment.lead_id.in_(actor.organisation_ids(Role.OFFICIAL)),
        Commitment.counterpart_id.in_(actor.organisation_ids(Role.COUNTERPART)),
        _facilitates_it(actor),
    )


def _facilitates_it(actor: Any) -> sa.ColumnElement[bool]:
    """As `is_facilitator`, as a condition on `Cycle`."""
    if actor.holds(Role.ADMINISTRATOR, PLATFORM):
        return sa.true()
    return sa.or_(
        Cycle.id.in_(actor.scope_ids(Role.FACILITATOR, "cycle") | actor.scope_ids(Role.STEWARD, "cycle")),
        Cycle.space_id.in_(actor.scope_ids(Role.STEWARD, "space")),
    )


def _amendments_to_answer(actor: Any) -> Rows:
    lead, counterpart = actor.organisation_ids(Role.OFFICIAL), actor.organisation_ids(Role.COUNTERPART)
    waiting = sa.or_(
        sa.and_(CommitmentAmendment.party == Party.COUNTERPART, Commitment.lead_id.in_(lead)),
        sa.and_(CommitmentAmendment.party == Party.LEAD, Commitment.counterpart_id.in_(counterpart)),
    )
    return (
        _row(AMENDED, CommitmentAmendment.proposed_at, number=CommitmentAmendment.number)
        .join(CommitmentAmendment, CommitmentAmendment.commitment_id == Commitment.id)
        .where(
            waiting, CommitmentAmendment.state == AmendmentState.PROPOSED, Commitment.visibility == Visibility.PUBLIC
        )
    )


def _comments_to_answer(actor: Any) -> Rows:
    """Cycles whose plan has comments that this person is to answer; `number` of them. Nobody answers their own."""
    own, shared, lead = PlanComment.__table__.c, Contribution.__table__.c, Commitment.__table__.c
    first = sa.func.row_number().over(order_by=sa.func.min(own.id))
    theirs = sa.or_(_facilitates_it(actor), lead.lead_id.in_(actor.organisation_ids(Role.OFFICIAL)))
    return (
        sa.select(
            sa.literal(COMMENTED).label("what"),
            first.label("place"),
            Cycle.slug.label("reference"),
            Cycle.title,
            sa.literal("").label("form"),
            sa.func.count().label("number"),
        )
        .join(Contribution.__table__, shared.cycle_id == Cycle.id)
        .join(PlanComment.__table__, own.id == shared.id)
        .outerjoin(Commitment.__table__, lead.id == own.commitment_id)
        .where(shared.visibility == Visibility.PUBLIC, own.answer_id.is_(None), shared.author_id != actor.id, theirs)
        .group_by(Cycle.id, Cycle.slug, Cycle.title)
        .order_by(first)
    )


def _to_sign(actor: Any, now: datetime) -> Rows:
    """Commitments that wait for this person's signature, while a stage is open for signing; `number` is 1 where the
    other party has signed."""
    waiting = [*_waiting(actor, Party.LEAD, Role.OFFICIAL), *_waiting(actor, Party.COUNTERPART, Role.COUNTERPART)]
    return (
        _row(UNSIGNED, Commitment.id, number=sa.case((_is_signed_once(), 1), else_=0))
        .where(sa.or_(*waiting), Commitment.signed_at.is_(None), Commitment.left_out_reason == "")
        .where(Commitment.visibility == Visibility.PUBLIC, _stage_is_open(Action.SIGN, now, Commitment.plan_cycle_id))
    )


def _go_on(row: Any) -> Todo:
    section = BY_SLUG[row.form.rpartition(":")[2]]
    page = url_for("commitments.edit", reference=row.reference, section=section.slug)
    text = _l("%(section)s · %(title)s", section=section.title, title=row.title)
    return Todo(_l("Termina la sección que escribías: guardamos tu texto"), text, page, None, True)


def _answer(row: Any) -> Todo:
    return Todo(TO_AMEND, row.title, url_for("commitments.amendment", reference=row.reference, number=row.number))


def _sign(row: Any) -> Todo:
    return Todo(TO_SIGN if row.number else TO_WRITE, row.title, url_for("commitments.show", reference=row.reference))


def _reply(row: Any) -> Todo:
    text = _l("%(number)s por responder · %(title)s", number=row.number, title=row.title)
    return Todo(TO_ANSWER, text, url_for("commitments.plan_comments", slug=row.reference, estado="por-responder"))


_TODOS = {BEGUN: _go_on, AMENDED: _answer, UNSIGNED: _sign, COMMENTED: _reply}


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
