"""The electorate: taken as it stands when the contest opens, with a fingerprint that is public from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person, Sector
from cocrea.core.db import lock
from cocrea.extensions import db
from cocrea.forums.models import HolderKind, Seat, SeatHolder
from cocrea.tables.models import Plenary, TableMember
from cocrea.tables.policies import ELECTING
from cocrea.voting.counting import roll_fingerprint
from cocrea.voting.models import Contest, ElectorateRule, RollEntry
from cocrea.voting.operations.history import note

Voters = sa.Select[int, str, Sector | None]  # id, public id and sector of each


def freeze(*, contest: Contest, now: datetime) -> Contest:
    """Take the electorate as it stood at the opening and publish its fingerprint; once, whoever asks first."""
    lock(contest)
    if contest.frozen_at is not None or contest.cancelled_at is not None or now < contest.opens_at:
        return contest
    voters = db.session.execute(ELECTORATES[contest.electorate](contest)).all()
    rows = [{"contest_id": contest.id, "person_id": who, "sector": sector} for who, _public_id, sector in voters]
    if rows:
        db.session.execute(sa.insert(RollEntry), rows)
    contest.roll_size, contest.frozen_at = len(rows), now
    contest.roll_fingerprint = roll_fingerprint(contest.roll_salt, [public_id for _who, public_id, _s in voters])
    note(None, contest, "contest.opened", now, {"roll": contest.roll_size, "fingerprint": contest.roll_fingerprint})
    return contest


def _verified(contest: Contest, sector: Any = Person.sector) -> Voters:
    people = sa.select(Person.id, Person.public_id, sector).where(
        Person.verified_at <= contest.opens_at, Person.suspended_at.is_(None), Person.withdrawn_at.is_(None)
    )
    return people.order_by(Person.id)


def _of_table(contest: Contest) -> Voters:
    joined = sa.select(TableMember.person_id).where(
        TableMember.table_id == contest.table_id,
        TableMember.joined_at <= contest.opens_at,
        TableMember.role.in_(ELECTING),
    )
    return _verified(contest).where(Person.id.in_(joined))


def _of_forum(contest: Contest) -> Voters:
    """For each seat its titular or, where that place is empty, the alternate; counted in the sector of the seat."""
    filled = sa.select(SeatHolder.seat_id).where(SeatHolder.kind == HolderKind.TITULAR)
    answers = sa.or_(SeatHolder.kind == HolderKind.TITULAR, SeatHolder.seat_id.not_in(filled))
    seated = _verified(contest, Seat.sector).join(SeatHolder, SeatHolder.person_id == Person.id).join(Seat)
    forum = sa.select(Plenary.forum_id).where(Plenary.table_id == contest.table_id).scalar_subquery()
    return seated.where(SeatHolder.forum_id == forum, SeatHolder.since <= contest.opens_at, answers)


ELECTORATES: Mapping[ElectorateRule, Callable[[Contest], Voters]] = {
    ElectorateRule.VERIFIED: _verified,
    ElectorateRule.TABLE: _of_table,
    ElectorateRule.FORUM: _of_forum,
}
