"""What a list of open data is, and how its rows are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from cocrea.extensions import db

BATCH = 500
Rows = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Dataset:
    """A list that anyone may download: its columns in order, and the select that gives them, keyed by `key`. `meanings`
    says of columns what they hold."""

    name: str
    title: Any
    about: Any
    statement: Callable[[int], Rows]
    key: InstrumentedAttribute[int]
    meanings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        return [str(column.key) for column in self.statement(0).selected_columns]

    def rows(self, cycle_id: int) -> Iterator[sa.Row[Any]]:
        """All rows, read in batches by key; the connection is let go between them, for whoever downloads is slow."""
        after = 0
        while True:
            statement = self.statement(cycle_id).add_columns(self.key.label("_key")).where(self.key > after)
            batch = db.session.execute(statement.order_by(self.key).limit(BATCH)).all()
            db.session.rollback()
            yield from batch
            if len(batch) < BATCH:
                return
            after = batch[-1]._key
