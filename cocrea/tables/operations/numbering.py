"""A message and its event, written with their number: who takes it keeps the session for two trips to the database."""

from __future__ import annotations

import secrets
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import make_transient_to_detached

from cocrea.core import chains
from cocrea.core.db import UTCDateTime
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import HIGHEST
from cocrea.discussion.models import Contribution, ContributionKind
from cocrea.extensions import Model, db
from cocrea.tables.models import Breakout, BreakoutGroup, EventKind, LiveEvent, Message, Session
from cocrea.tables.operations.events import Overtaken

_Row = TypeVar("_Row", bound=Model)
_sessions: Any = Session.__table__
_events: Any = LiveEvent.__table__
_shared: Any = Contribution.__table__
_own: Any = Message.__table__
PLAIN = {
    "visibility_reason": "",
    "visibility_at": None,
    "merged_into_id": None,
    "support_count": 0,
    "comment_count": 0,
    "comment_tally": None,
}
UNHEARD = {"answered_at": None, "agree_count": 0, "doubt_count": 0, "thanks_count": 0}


def write(
    session: Session, event: dict[str, Any], message: dict[str, Any], *, ruled: int | None
) -> tuple[LiveEvent, Message] | None:
    """Insert an event and its message under the session's next number; None where the author's key was used before.

    Where `ruled` is the number of the event by which it was judged who may write (`Session.ruled_seq`), raises
    `Overtaken` if the session has ended since, or if that was changed.
    """
    kinds = {"kind": ContributionKind.MESSAGE, "lot": secrets.randbelow(HIGHEST), "session_id": session.id}
    said = {**PLAIN, **UNHEARD, **message, **kinds}
    happened = {**event, "session_id": session.id, "kind": EventKind.MESSAGE}
    given = {**said, **{f"event_{name}": value for name, value in happened.items()}}
    row = chains.run(_STEPS, **given, place=f"{session.reference}/", ruled=ruled)
    if not row:
        raise Overtaken(_l("La facilitación cambió algo en ese momento. Inténtalo de nuevo."))
    if "id" not in row:  # nobody saw the number: the session is kept until the commit
        own = sa.update(_sessions).where(_sessions.c.id == session.id)
        db.session.execute(own.values(last_seq=_sessions.c.last_seq - 1))
        return None
    numbers = {"id": row["id"], "seq": row["seq"], "reference": f"{session.reference}/{row['seq']}"}
    return _adopted(LiveEvent(**happened, seq=row["seq"])), _adopted(Message(**said, **numbers))


def _number(_found: chains.Found) -> Any:
    ruled = chains.bound("ruled", sa.Integer())
    ends, now = _sessions.c.ended_at, chains.bound("event_at", UTCDateTime())
    # Of a small group the end is set beforehand; once it was brought back no moment from before opens it again.
    beforehand = sa.and_(_sessions.c.parent_id.is_not(None), ends > now, ~_brought_back())
    goes_on = sa.or_(ends.is_(None), beforehand)
    same = sa.or_(ruled.is_(None), sa.and_(goes_on, _sessions.c.ruled_seq == ruled))
    own = sa.update(_sessions).where(_sessions.c.id == chains.bound("session_id", sa.Integer()), same)
    return own.values(last_seq=_sessions.c.last_seq + 1).returning(_sessions.c.last_seq.label("taken"))


def _brought_back() -> Any:
    own = sa.select(BreakoutGroup.session_id).join(Breakout, Breakout.id == BreakoutGroup.breakout_id)
    closed = own.where(BreakoutGroup.session_id == _sessions.c.id, Breakout.returned_at.is_not(None))
    return closed.correlate(_sessions).exists()


def _happened(found: chains.Found) -> Any:
    """Nothing where the author's key is there already: whoever wrote it held the session before, so it is seen."""
    insert = chains.into(_events, prefix="event_", seq=found["taken"]).on_conflict_do_nothing()
    return insert.returning(_events.c.seq)


def _contributed(found: chains.Found) -> Any:
    reference = chains.bound("place", sa.String()) + sa.cast(found["seq"], sa.String)
    return chains.into(_shared, without="id", reference=reference).returning(_shared.c.id)


def _said(found: chains.Found) -> Any:
    contribution = sa.select(found["id"]).scalar_subquery()
    return chains.into(_own, id=contribution, seq=found["seq"]).returning(_own.c.parent_seq)


_STEPS = (_number, _happened, _contributed, _said)


def _adopted(row: _Row) -> _Row:
    """What was inserted beside the session, as if it had been loaded."""
    make_transient_to_detached(row)
    db.session.add(row)
    return row
