"""Reading the minutes of a session, their versions and corrections."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from cocrea.accounts.models import Sector
from cocrea.core.errors import NotFound
from cocrea.discussion.models import Channel, Visibility
from cocrea.extensions import db
from cocrea.tables.models import Correction, Message, Minuted, Minutes, MinutesVersion, Session
from cocrea.tables.queries.rooms import visible_room, visible_session
from cocrea.tables.queries.tables import membership


def minutes_of(session: Session) -> Minutes | None:
    found: Minutes | None = db.session.get(Minutes, session.id)
    return found


def visible_minutes(actor: Any, reference: str) -> Minutes:
    """The minutes of a session this actor may read; raises `NotFound` also where nobody began them."""
    found = minutes_of(visible_session(actor, reference))
    if found is None:
        raise NotFound
    return found


def minuted(actor: Any, minutes: Minutes) -> Minuted:
    return Minuted(minutes, membership(actor, minutes.session.table))


def visible_minuted(actor: Any, reference: str) -> Minuted:
    """The minutes as this actor finds them: with their own seat at the table, if they have one."""
    where = visible_room(actor, reference)
    found = minutes_of(where.session)
    if found is None:
        raise NotFound
    return Minuted(found, where.member)


def versions(minutes: Minutes) -> list[MinutesVersion]:
    """Every version of the text, the latest first."""
    statement = sa.select(MinutesVersion).where(MinutesVersion.session_id == minutes.session_id)
    named = statement.options(joinedload(MinutesVersion.author).options(lazyload("*")))
    return list(db.session.scalars(named.order_by(MinutesVersion.number.desc())))


def version_pair(minutes: Minutes, number: int) -> tuple[str, MinutesVersion]:
    """A version with the text of the one before it (empty before the first); raises `NotFound`."""
    wanted = MinutesVersion.number.in_([number - 1, number])
    statement = sa.select(MinutesVersion).where(MinutesVersion.session_id == minutes.session_id, wanted)
    found = {version.number: version for version in db.session.scalars(statement)}
    if number not in found:
        raise NotFound
    return found[number - 1].source if number - 1 in found else "", found[number]


def corrections(minutes: Minutes) -> list[Correction]:
    """What was asked to be put right, in the order it was asked."""
    statement = sa.select(Correction).where(Correction.session_id == minutes.session_id)
    named = statement.options(joinedload(Correction.author).options(lazyload("*")))
    return list(db.session.scalars(named.order_by(Correction.id)))


def pending_corrections(minutes: Minutes) -> int:
    own = Correction.session_id == minutes.session_id
    statement = sa.select(sa.func.count()).select_from(Correction).where(own, Correction.decided_at.is_(None))
    return db.session.scalar(statement) or 0


def visible_correction(actor: Any, reference: str, correction: int) -> Correction:
    """A correction of the minutes of a session this actor may read; raises `NotFound`."""
    minutes = visible_minutes(actor, reference)
    found = db.session.get(Correction, correction)
    if found is None or found.session_id != minutes.session_id:
        raise NotFound
    return found


def spoken(session: Session) -> dict[tuple[Sector | None, Channel], int]:
    """How many public interventions each sector made in a session, by channel."""
    keys = (Message.author_sector, Message.channel)
    statement = sa.select(*keys, sa.func.count()).where(
        Message.session_id == session.id, Message.visibility == Visibility.PUBLIC
    )
    return {(sector, channel): number for sector, channel, number in db.session.execute(statement.group_by(*keys))}
