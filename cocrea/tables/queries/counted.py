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
    """Without what is hidden: a tombstone shows no reactions either. The reactions in one statement."""
    sums = [sa.func.sum(count).over() for count in _counts]
    statement = _reacted(session, Message, sa.func.count().over(), *sums).options(by_author(Message))
    rows = db.session.execute(statement.order_by(_all.desc(), Message.seq).limit(SHOWN)).all()
    reacted, *numbers = rows[0][1:] if rows else [0] * (1 + len(sums))
    found = dict(zip(Reaction, map(int, numbers), strict=True))
    return Counted(standing_of(session), found, reacted, [row[0] for row in rows])


def reactions(session: Session) -> Iterator[dict[str, Any]]:
    """Every message that somebody reacted to, in the order they were said: its number, sector and counts."""
    statement = _reacted(session, Message.seq, Message.author_sector, *_counts).order_by(Message.seq)
    for seq, sector, *counts in db.session.execute(statement):
        given = {reaction.value: count for reaction, count in zip(Reaction, counts, strict=True)}
        yield {"message": seq, "sector": sector.value if sector else None, **given}


def _reacted(session: Session, *columns: Any) -> sa.Select[Any]:
    shown = (Message.session_id == session.id, Message.visibility == Visibility.PUBLIC, _all > 0)
    return sa.select(*columns).where(*shown)
