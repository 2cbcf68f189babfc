"""What a list of open data is, and how its rows are read: for files to take along and for the API alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cocrea.core.db import JSONText, UTCDateTime
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Contribution, Visibility
from cocrea.extensions import db

BATCH = 500
UNREADABLE = frozenset(
    {Visibility.WITHDRAWN, Visibility.HIDDEN}
)  # of these only that they were there is told, and why
Rows = sa.Select[*tuple[Any, ...]]
Place = tuple[int, ...]


@dataclass(frozen=True)
class Dataset:
    """A list that anyone may have: its columns in order (those of `select`), what each means, and its rows by `keys`,
    integer columns that together are unique.

    `cycle` is the column with the id of the cycle that a row belongs to, None where it belongs to none; of what may
    belong to something else than a cycle, `scope` is the column that says where. `of` is the kind of contribution that
    it lists: of those, files hold what is public, and the API tombstones too. `moments` are the columns that say when
    a row last changed. By the column `identity` one row is asked for. `resource` is its name in the API. `added` are
    columns that `add` gives for many rows at once, which it gets with the keys at their end.
    """

    name: str
    resource: str
    title: Any
    about: Any
    select: Callable[[], Rows]
    keys: tuple[Any, ...]
    meanings: Mapping[str, Any] = field(default_factory=dict)
    cycle: Any = None
    of: Any = None
    moments: tuple[Any, ...] = ()
    identity: str = ""
    added: Mapping[str, Any] = field(default_factory=dict)
    add: Callable[[Sequence[Any]], Sequence[tuple[Any, ...]]] | None = None
    scope: Any = None

    @property
    def columns(self) -> list[str]:
        return [*(str(column.key) for column in self.select().selected_columns), *self.added]

    @property
    def kinds(self) -> dict[str, str]:
        """What each column holds: one of `KINDS`, or `enum`, `json` or `text`."""
        types = {str(column.key): column.type for column in self.select().selected_columns} | dict(self.added)
        return {name: _kind(of) for name, of in types.items()}

    @property
    def options(self) -> dict[str, list[str]]:
        """The values that the columns with a choice of them can have."""
        chosen = {str(one.key): one.type for one in self.select().selected_columns if isinstance(one.type, sa.Enum)}
        return {name: [str(value) for value in of.enums] for name, of in chosen.items()}

    def rows(self, cycle_id: int | None = None) -> Iterator[tuple[Any, ...]]:
        """All public rows (of a cycle), read in batches by key; the connection is let go between them, for whoever
        downloads is slow."""
        after: Place | None = None
        while True:
            batch = db.session.execute(self._beyond(self._public(cycle_id), after).limit(BATCH)).all()
            told = self.with_added([tuple(row) for row in batch])
            db.session.rollback()
            yield from told
            if len(batch) < BATCH:
                return
            after = self.place(batch[-1])

    def place(self, row: Sequence[Any]) -> Place:
        """Where a row that was read stands: its keys are its last columns."""
        return tuple(row[-len(self.keys) :])

    def with_added(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The rows without their keys, and with the columns that are added to them."""
        own = [row[: -len(self.keys)] for row in rows]
        if self.add is None:
            return own
        return [(*row, *more) for row, more in zip(own, self.add(rows), strict=True)]

    def _public(self, cycle_id: int | None) -> Rows:
        statement = self.select()
        if self.of is not None:
            statement = statement.where(self.of.visibility == Visibility.PUBLIC)
        if self.scope is not None:
            return statement.where(self.scope == f"cycle:{cycle_id}")
        return statement if self.cycle is None else statement.where(self.cycle == cycle_id)

    @property
    def is_by_cycle(self) -> bool:
        """Whether rows can be asked for by cycle."""
        return self.cycle is not None or self.scope is not None

    def _beyond(self, statement: Rows, after: Place | None) -> Rows:
        keys = [key.label(f"_key_{number}") for number, key in enumerate(self.keys)]
        statement = statement.add_columns(*keys).order_by(*self.keys)
        return statement if after is None else statement.where(_later(self.keys, after))

    @property
    def told_columns(self) -> list[str]:
        """The columns that the API has."""
        return [*(["cycle"] if self.cycle is not None else []), *self.columns, *(TOMBSTONE if self.of else ())]

    def page(
        self, *, after: Place | None, limit: int, cycle: str = "", since: datetime | None = None, one: str = ""
    ) -> tuple[list[dict[str, Any]], Place | None]:
        """At most `limit` rows as objects, and the place after which the next page begins, None where nothing comes.

        `one` asks for the row with that `identity`."""
        statement = self._told(cycle, since)
        if one:
            column = statement.selected_columns[self.identity]
            statement = statement.where(getattr(column, "element", column) == one)
        found = db.session.execute(self._beyond(statement, after).limit(limit + 1)).all()
        rows = [tuple(row) for row in found[:limit]]
        place = self.place(rows[-1]) if len(found) > limit else None
        return [self._item(row) for row in self._with_states(rows)], place

    def _told(self, cycle: str, since: datetime | None) -> Rows:
        statement = self.select()
        if self.of is not None:
            statement = statement.add_columns(*_states(self.of)).where(self.of.visibility != Visibility.DRAFT)
        if self.cycle is not None:
            slug = sa.select(Cycle.slug).where(Cycle.id == self.cycle).scalar_subquery()
            statement = statement.add_columns(slug.label("cycle"))
            statement = statement.where(self.cycle.in_(published_cycles(cycle)))
        elif self.scope is not None and cycle:
            statement = statement.where(self.scope.in_(_scopes(cycle)))
        if since is not None:
            statement = statement.where(sa.or_(*(moment >= since for moment in self.moments)))
        return statement

    def _with_states(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The rows in the order of `told_columns`."""
        width = len(self.select().selected_columns)
        states = len(TOMBSTONE) if self.of else 0
        added = self.add(rows) if self.add else [()] * len(rows)
        cycles = 1 if self.cycle is not None else 0
        return [
            (*row[width + states : width + states + cycles], *row[:width], *more, *row[width : width + states])
            for row, more in zip(rows, added, strict=True)
        ]

    def _item(self, row: tuple[Any, ...]) -> dict[str, Any]:
        item = dict(zip(self.told_columns, row, strict=True))
        if item.get("visibility") in UNREADABLE:
            kept = {"cycle", self.identity, *TOMBSTONE}
            return {name: value if name in kept else None for name, value in item.items()}
        return item


KINDS: tuple[tuple[Any, str], ...] = (
    (UTCDateTime, "moment"),
    (sa.Date, "date"),
    (sa.Boolean, "boolean"),
    (sa.Enum, "enum"),
    (sa.Integer, "integer"),
    (sa.Numeric, "number"),
    (JSONText, "json"),
)


def _kind(of: Any) -> str:
    return next((name for kind, name in KINDS if isinstance(of, kind)), "text")


TOMBSTONE = {
    "visibility": _l(
        "public (publicada), withdrawn (retirada por quien la escribió), hidden (oculta por moderación), merged "
        "(fusionada) o split (dividida). De lo retirado y lo oculto no se muestra lo demás."
    ),
    "visibility_reason": _l("Por qué se retiró, ocultó, fusionó o dividió."),
    "visibility_at": _l("Cuándo se retiró, ocultó, fusionó o dividió."),
    "merged_into": _l("Clave de aquello con lo que se fusionó."),
}
CYCLE = _l("Nombre corto del ciclo en las direcciones del sitio.")


def published_cycles(slug: str = "") -> sa.Select[Any]:
    """Ids of the cycles that anyone may read, or of one of them."""
    found = sa.select(Cycle.id).where(Cycle.published_at.is_not(None))
    return found.where(Cycle.slug == slug) if slug else found


def _scopes(slug: str) -> sa.Select[Any]:
    scope: Any = sa.literal("cycle:") + sa.cast(Cycle.id, sa.String(20))
    return published_cycles(slug).with_only_columns(scope)


def _states(of: Any) -> list[Any]:
    whole = aliased(Contribution.__table__)
    into = sa.select(whole.c.reference).where(whole.c.id == of.merged_into_id, whole.c.visibility != Visibility.DRAFT)
    return [
        of.visibility,
        of.visibility_reason,
        of.visibility_at,
        into.scalar_subquery().label("merged_into"),
    ]


def _later(keys: tuple[Any, ...], place: Place) -> Any:
    return keys[0] > place[0] if len(keys) == 1 else sa.tuple_(*keys) > sa.tuple_(*place)
