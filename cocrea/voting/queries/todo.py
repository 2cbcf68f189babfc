"""What voting asks of a person: to vote, online or where they asked for a paper, to serve at a booth, and to count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from cocrea.accounts.models import Role
from cocrea.core.db import UTCDateTime
from cocrea.core.i18n import in_words
from cocrea.core.i18n import lazy as _l
from cocrea.core.todo import Todo
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.voting import scrutiny
from cocrea.voting.models import Booth, BoothDay, Contest, RollEntry, Shift, ShiftKind

Rows = sa.Select[*tuple[Any, ...]]
VOTE = "vote"
PAPER = "paper"
TALLY = "tally"


def todo(actor: Any, now: datetime) -> list[Todo]:
    """What is open to this person's vote, or to be served or counted by them. One statement."""
    parts = [_to_vote(actor, now), _to_vote_on_paper(actor, now), _to_serve(actor, now)]
    if cycles := actor.scope_ids(Role.FACILITATOR, "cycle"):
        parts.append(_to_count(cycles))
    every = sa.union_all(*parts).subquery()
    rows = db.session.execute(sa.select(every).order_by(every.c.starts_at, every.c.id))
    told = {VOTE: _vote, PAPER: _vote_on_paper, TALLY: _tally}
    return [told.get(row.what, _serve)(row) for row in rows]


def _to_vote(actor: Any, now: datetime) -> Rows:
    """Open contests in which this person is on the roll, has not voted and did not ask to vote on paper."""
    return (
        _of_contests(VOTE, Contest.closes_at)
        .join(RollEntry, RollEntry.contest_id == Contest.id)
        .where(
            RollEntry.person_id == actor.id,
            RollEntry.took_part.is_(False),
            RollEntry.booth_id.is_(None),
            Contest.opens_at <= now,
            Contest.closes_at > now,
        )
    )


def _to_vote_on_paper(actor: Any, now: datetime) -> Rows:
    """Where this person asked to vote, until they did: the first day that is not over."""
    days = sa.select(sa.func.min(BoothDay.opens_at)).where(BoothDay.booth_id == Booth.id, BoothDay.closes_at > now)
    asked = _at_booths(sa.literal(PAPER), Booth.id, BoothDay.opens_at, BoothDay.closes_at)
    return (
        asked.join(BoothDay, BoothDay.booth_id == Booth.id)
        .join(RollEntry, RollEntry.booth_id == Booth.id)
        .where(RollEntry.person_id == actor.id, RollEntry.took_part.is_(False), Contest.closes_at > now)
        .where(BoothDay.opens_at == days.correlate(Booth).scalar_subquery())
    )


def _to_serve(actor: Any, now: datetime) -> Rows:
    """Shifts that are not over."""
    served = _at_booths(sa.cast(Shift.kind, sa.String), Shift.id, Shift.starts_at, Shift.ends_at)
    own = served.join(Shift, Shift.booth_id == Booth.id).where(Shift.person_id == actor.id, Shift.ends_at > now)
    return own.where(Contest.counted_at.is_(None))


def _to_count(cycles: Iterable[int]) -> Rows:
    """Sealed contests of the cycles one facilitates that wait for nothing but being counted."""
    sealed = _of_contests(TALLY, sa.cast(sa.null(), UTCDateTime)).where(
        Contest.sealed_at.is_not(None), Contest.counted_at.is_(None)
    )
    return sealed.where(Contest.cycle_id.in_(cycles), scrutiny.nothing_is_missing())


def _of_contests(what: str, ends_at: Any) -> Rows:
    """Rows about contests that stand, in the columns that all have."""
    return sa.select(
        sa.literal(what).label("what"),
        Contest.id,
        Contest.reference,
        Contest.question,
        sa.cast(sa.null(), sa.Integer).label("number"),
        sa.literal("").label("place"),
        sa.literal("").label("address"),
        sa.cast(sa.null(), UTCDateTime).label("starts_at"),
        ends_at.label("ends_at"),
        sa.literal("").label("timezone"),
    ).where(Contest.cancelled_at.is_(None))


def _at_booths(what: Any, key: Any, starts_at: Any, ends_at: Any) -> Rows:
    """Rows about booths that stand, in the columns that all have."""
    return (
        sa.select(
            what,
            key,
            Contest.reference,
            Contest.question,
            Booth.number,
            Booth.place,
            Booth.address,
            starts_at,
            ends_at,
            Cycle.timezone,
        )
        .select_from(Booth)
        .join(Contest, Contest.id == Booth.contest_id)
        .join(Cycle, Cycle.id == Contest.cycle_id)
        .where(Contest.cancelled_at.is_(None), Booth.annulled_at.is_(None))
    )


def _vote(row: Any) -> Todo:
    page = url_for("voting.show", reference=row.reference)
    return Todo(_l("Vota antes del cierre"), row.question, page, row.ends_at, is_everyones=True)


def _tally(row: Any) -> Todo:
    page = url_for("voting.progress", reference=row.reference)
    return Todo(_l("Cuenta la votación: sus boletas de papel ya están leídas"), row.question, page)


def _vote_on_paper(row: Any) -> Todo:
    title = _l("Vota en papel en «%(place)s», %(address)s", place=row.place, address=row.address)
    page = url_for("voting.show", reference=row.reference)
    return Todo(title, row.question, page, row.ends_at, is_everyones=True, when=_between(row))


def _serve(row: Any) -> Todo:
    page = url_for("voting.booth", reference=row.reference, number=row.number)
    return Todo(_serving(row), row.question, page, row.starts_at, when=_between(row))


def _serving(row: Any) -> Any:
    if row.what == ShiftKind.ATTEND:
        return _l("Atiende la casilla «%(place)s», %(address)s", place=row.place, address=row.address)
    return _l("Captura las boletas de la casilla «%(place)s»", place=row.place)


def _between(row: Any) -> Any:
    start, end = (in_words(at, row.timezone) for at in (row.starts_at, row.ends_at))
    return _l("Del %(start)s al %(end)s", start=start, end=end)
