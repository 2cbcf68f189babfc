"""What the platform counted in a session: minutes tell it beside their text, and nobody who writes them changes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cocrea.discussion.models import Visibility
from cocrea.discussion.queries import by_author
from cocrea.extensions import db
from cocrea.tables.models import Message, Reaction, Session, Standing
from cocrea.tables.queries.plenaries import standing_of

SHOWN = 20
_counts = (Message.agree_count, Message.doubt_count, Message.thanks_count)
_all = Message.agree_count + Message.doubt_count + Message.thanks_count


@dataclass(frozen=True)
class Counted:
    """The quorum of a forum that met; how many reactions of each kind there were, to how many messages, and those with
    most of them, first the one with most."""

    quorum: Standing | None
    reactions: Mapping[Reaction, int]
    reacted: int
    messages: list[Message]


def counted(session: Session) -> Counted:
    """Without what is hidden: a tombstone shows no reactions either."""
    sums = [sa.func.coalesce(sa.func.sum(count), 0) for count in _counts]
    *numbers, reacted = db.session.execute(_reacted(session, *sums, sa.func.count())).one()
    found = dict(zip(Reaction, map(int, numbers), strict=True))
    return Counted(standing_of(session), found, reacted, _most(session) if reacted else [])


def reactions(session: Session) -> Iterator[dict[str, Any]]:
    """Every message that somebody reacted to, in the order they were said: its number, sector and counts."""
    statement = _reacted(session, Message.seq, Message.author_sector, *_counts).order_by(Message.seq)
    for seq, sector, *counts in db.session.execute(statement):
        given = {reaction.value: count for reaction, count in zip(Reaction, counts, strict=True)}
        yield {"message": seq, "sector": sector.value if sector else None, **given}


def _most(session: Session) -> list[Message]:
    statement = _reacted(session, Message).options(by_author(Message)).order_by(_all.desc(), Message.seq)
    return list(db.session.scalars(statement.limit(SHOWN)))


def _reacted(session: Session, *columns: Any) -> sa.Select[Any]:
    shown = (Message.session_id == session.id, Message.visibility == Visibility.PUBLIC, _all > 0)
    return sa.select(*columns).where(*shown)
