"""Supports that go on counting where their contribution went: each person once, and so that it can be undone.

Who supported the source counts as a supporter of where it went; those rows say where they come from
(`Support.carried_from_id`). The source keeps its own. The caller holds the locks of all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from cocrea.core.db import add_each_once, step
from cocrea.discussion.models import Contribution, Support
from cocrea.extensions import db


def carry(source: Contribution, into: Contribution, *, but: Collection[int]) -> None:
    """Count who is behind `source`, its supporters and its author, as supporters of `into`, unless they are already.

    `but` are the people who write `into`: it has their voice. The caller recounts.
    """
    behind = _behind(source)
    rows = sa.select(sa.literal(into.id), behind.c.person_id, behind.c.created_at, sa.literal(source.id))
    add_each_once(
        Support,
        ("contribution_id", "person_id", "created_at", "carried_from_id"),
        rows.where(behind.c.person_id.not_in(but)),
    )


def take_back(source: Contribution, into: Contribution, *, others: Iterable[Contribution] = ()) -> None:
    """Take back the supports that came with `source`; who is also behind one of the `others` goes on counting."""
    rows: Any = Support.__table__
    carried = (rows.c.contribution_id == into.id, rows.c.carried_from_id == source.id)
    for other in others:
        behind = _behind(other)
        kept = sa.update(rows).where(*carried, rows.c.person_id == behind.c.person_id)
        db.session.execute(kept.values(carried_from_id=other.id, created_at=behind.c.created_at))
    db.session.execute(sa.delete(rows).where(*carried))
    recount(into)


def recount(into: Contribution) -> None:
    """Bring the stored count to the rows; both are locked."""
    rows = sa.select(sa.func.count()).select_from(Support).where(Support.contribution_id == into.id)
    db.session.flush()
    step(Contribution.support_count, into.id, (db.session.scalar(rows) or 0) - _stored(into))


def _behind(contribution: Contribution) -> Any:
    """Who supports it or wrote it, and since when: rows to read from, so that a crowd takes one statement."""
    gave = sa.select(Support.person_id, Support.created_at).where(Support.contribution_id == contribution.id)
    wrote = sa.select(Contribution.author_id, Contribution.created_at).where(
        Contribution.id == contribution.id, Contribution.author_id.is_not(None)
    )
    return gave.union_all(wrote).subquery()


def _stored(into: Contribution) -> int:
    shared = Contribution.__table__.c
    return db.session.scalar(sa.select(shared.support_count).where(shared.id == into.id)) or 0
