"""What is expected of each person about proposals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa
from flask import url_for

from cocrea.accounts.models import Draft, Role
from cocrea.core.db import UTCDateTime
from cocrea.core.i18n import lazy as _l
from cocrea.core.todo import Todo
from cocrea.cycles.models import OPENS, Action, Cycle, Stage
from cocrea.discussion.models import Contribution, Visibility
from cocrea.extensions import db
from cocrea.proposals.drafts import NEW, TEXT
from cocrea.proposals.models import AmendmentStatus, Proposal, ProposalStatus
from cocrea.proposals.models.routings import day_of
from cocrea.proposals.policies import EDITABLE
from cocrea.proposals.queries.amendments import amendments_to_answer
from cocrea.proposals.queries.lists import spoken_for_by, written_by
from cocrea.proposals.queries.rearrangements import consents_owed, to_conclude
from cocrea.proposals.queries.routings import Rows, unrouted_counts, waiting
from cocrea.proposals.steps import STEPS, Step


def todo(actor: Any, now: datetime) -> list[Todo]:
    """Facilitators: proposals that wait for the next step or an institution. Officials: answers they owe.

    Authors: their drafts and the amendments that wait for them. All in one statement.
    """
    cycles = actor.scope_ids(Role.FACILITATOR, "cycle")
    parts = [
        _part("draft", _drafts(actor), ("reference", "title")),
        _part("begun", _begun(actor, now), ("slug", "title")),
        _part("rewritten", _rewritten(actor, now), ("reference", "title")),
        _part("amended", amendments_to_answer(actor), ("reference", "title", "number")),
        _part("consent", consents_owed(actor, now), (None, "title", "number", "due")),
    ]
    if cycles:
        parts += [
            _part(status, _waiting_for(step, status, cycles, now), ("slug", "title", "number", "due"))
            for status, step in STEPS.items()
        ]
        parts.append(_part("conclude", to_conclude(cycles, now), (None, "title", "number", "due")))
        parts.append(_part("unrouted", unrouted_counts(cycles), ("slug", "title", "number")))
    if actor.organisation_ids(Role.OFFICIAL):
        parts.append(_part("owed", waiting(actor, now), (None, None, "number", "due", "day")))
    found = db.session.execute(sa.union_all(*parts).order_by("what", "key")).all()
    return [_todo(row) for row in found if row.what in WRITTEN or row.number]


def _todo(row: Any) -> Todo:
    return _TODOS[row.what](row) if row.what in _TODOS else _step(row)


def _waiting_for(step: Step, status: ProposalStatus, cycles: set[int], now: datetime) -> Rows:
    """How many proposals of each cycle wait for a step that can be done now."""
    kinds = [kind for kind, opened in OPENS.items() if step.action in opened]
    due = sa.func.max(Stage.ends_at).label("due")
    return (
        sa.select(Cycle.slug, Cycle.title, sa.func.count(Proposal.id.distinct()).label("number"), due)
        .join(Proposal, Proposal.cycle_id == Cycle.id)
        .join(Stage, Stage.cycle_id == Cycle.id)
        .where(Cycle.id.in_(cycles), Proposal.visibility == Visibility.PUBLIC, Proposal.status == status)
        .where(Stage.kind.in_(kinds), Stage.starts_at <= now + step.ahead)
        .where(sa.or_(Stage.ends_at.is_(None), Stage.ends_at > now), step.condition)
        .group_by(Cycle.id)
    )


def _step(row: Any) -> Todo:
    step = STEPS[ProposalStatus(row.what)]
    text = _l("%(count)s en «%(cycle)s»", count=row.number, cycle=row.title)
    return Todo(step.title, text, url_for(step.endpoint, slug=row.key, **step.arguments), row.due)


def _part(what: str, statement: Rows, names: Sequence[str | None]) -> Rows:
    """Rows of one question with the columns that all have: what it is, a key, a title, a number, a moment, a day as a
    number."""
    rows = statement.subquery()
    kinds: dict[str, Any] = {
        "key": sa.String(200),
        "title": sa.String(200),
        "number": sa.Integer(),
        "due": UTCDateTime(),
        "day": sa.Integer(),
    }
    given = dict(zip_longest(kinds, names))
    columns = [
        (rows.c[name] if (name := given[own]) else sa.cast(sa.null(), kind)).label(own) for own, kind in kinds.items()
    ]
    return sa.select(sa.literal(what).label("what"), *columns)


def _drafts(actor: Any) -> Rows:
    own = sa.or_(written_by(actor.id), spoken_for_by(actor))
    drafts = sa.select(Proposal.reference, Proposal.title).where(own, Proposal.visibility == Visibility.DRAFT)
    return drafts.limit(5)


def _begun(actor: Any, now: datetime) -> Rows:
    """Cycles in which they were writing a new proposal, while one can be kept."""
    kept = sa.exists().where(Draft.person_id == actor.id, Draft.form == NEW + sa.cast(Cycle.id, sa.String))
    return sa.select(Cycle.slug, Cycle.title).where(kept, _takes_proposals(Cycle.id, now))


def _rewritten(actor: Any, now: datetime) -> Rows:
    """Proposals whose text they were changing, while it can be and is still theirs to change."""
    shared, own = Contribution.__table__.c, Proposal.__table__.c
    kept = sa.exists().where(Draft.person_id == actor.id, Draft.form == TEXT + sa.cast(own.id, sa.String))
    theirs = sa.or_(written_by(actor.id), spoken_for_by(actor))
    stands = shared.visibility.in_([Visibility.DRAFT, Visibility.PUBLIC]), own.status.in_(EDITABLE)
    statement = sa.select(shared.reference, shared.title).join(Proposal.__table__, own.id == shared.id)
    return statement.where(kept, theirs, *stands, _takes_proposals(shared.cycle_id, now))


def _takes_proposals(cycle_id: Any, now: datetime) -> sa.ColumnElement[bool]:
    kinds = [kind for kind, opened in OPENS.items() if Action.PUBLISH_PROPOSAL in opened]
    is_open = Stage.starts_at <= now, sa.or_(Stage.ends_at.is_(None), Stage.ends_at > now)
    return sa.exists().where(Stage.cycle_id == cycle_id, Stage.kind.in_(kinds), *is_open)


def _go_on(row: Any) -> Todo:
    title = _l("Termina de escribir tu propuesta")
    return Todo(title, row.title, url_for("proposals.create", slug=row.key), None, True)


def _go_on_changing(row: Any) -> Todo:
    title = _l("Termina de cambiar tu propuesta: guardamos lo que escribías")
    return Todo(title, row.title, url_for("proposals.edit", reference=row.key), None, True)


def _draft(row: Any) -> Todo:
    page = url_for("proposals.show", reference=row.key)
    return Todo(_l("Publica tu borrador de propuesta"), row.title, page, None, True)


def _unrouted(row: Any) -> Todo:
    title = _l("Turna a las instituciones las propuestas que nadie tiene que responder todavía")
    text = _l("%(count)s en «%(cycle)s»", count=row.number, cycle=row.title)
    return Todo(title, text, url_for("proposals.unrouted", slug=row.key))


def _owed(row: Any) -> Todo:
    text = _l("%(count)s por responder", count=row.number)
    title = _l("Responde las propuestas turnadas a tu institución")
    return Todo(title, text, url_for("proposals.queue"), row.due, day=day_of(row.day))


def _amended(row: Any) -> Todo:
    text = _l("%(count)s por responder en «%(title)s»", count=row.number, title=row.title)
    page = url_for("proposals.amendments", reference=row.key, estado=AmendmentStatus.EVALUATING.value)
    return Todo(_l("Responde las enmiendas a una propuesta"), text, page)


def _consent(row: Any) -> Todo:
    title = _l("Di si estás de acuerdo con fusionar o dividir tu propuesta")
    return Todo(title, row.title, url_for("proposals.rearrangement", rearrangement_id=row.number), row.due)


def _conclude(row: Any) -> Todo:
    title = _l("Concluye lo que sus autores ya aceptaron fusionar o dividir")
    return Todo(title, row.title, url_for("proposals.rearrangement", rearrangement_id=row.number), row.due)


WRITTEN = {"begun", "draft", "rewritten"}
_TODOS = {
    "consent": _consent,
    "conclude": _conclude,
    "amended": _amended,
    "draft": _draft,
    "begun": _go_on,
    "rewritten": _go_on_changing,
    "unrouted": _unrouted,
    "owed": _owed,
}
