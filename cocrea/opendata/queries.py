"""What the API and the dictionary of open data ask."""

from __future__ import annotations

import sqlalchemy as sa

from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.opendata.lists import EVERY
from cocrea.voting.models import Contest


def is_public(slug: str) -> bool:
    """Whether anyone may read the cycle with this short name."""
    found = sa.exists().where(Cycle.slug == slug, Cycle.published_at.is_not(None))
    return bool(db.session.scalar(sa.select(found)))


def dictionary() -> list[tuple[str, ...]]:
    """Of every column: its list, the name of that in the API, its own, what it holds, which values, and its meaning."""
    return [
        (
            dataset.name,
            dataset.resource,
            name,
            kind,
            " ".join(dataset.options.get(name, ())),
            str(dataset.meanings[name]),
        )
        for dataset in EVERY
        for name, kind in dataset.kinds.items()
    ]


def counted_contests(cycle_id: int) -> list[int]:
    """Ids of the contests of a cycle whose ballots are published, in the order in which they were called."""
    found = sa.select(Contest.id).where(Contest.cycle_id == cycle_id, Contest.counted_at.is_not(None))
    return list(db.session.scalars(found.order_by(Contest.id)))
