"""Statements of which each goes on from what the ones before it returned, in one trip where the database can.

What has locked a row waits for nothing but the database then: each trip more is one more wait for everybody's turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

from cocrea.core.db import insert
from cocrea.extensions import db

Found = Mapping[str, Any]  # by name, what the steps before returned
BOUND = "given_"
Step = Callable[[Found], Any]  # makes a statement that returns one row, or none: then the chain ends there


def run(steps: tuple[Step, ...], **given: Any) -> dict[str, Any]:
    """Run them in order; what they returned by name, the last to return a name giving its value.

    Each is made once for all: what differs from time to time is `given`, by the name under which it is `bound`.
    """
    db.session.flush()
    parameters = _parameters(given)
    if db.session.get_bind().dialect.name == "postgresql":
        row = db.session.execute(_at_once(steps), parameters).first()
        return {name: value for name, value in row._mapping.items() if value is not None} if row else {}
    returned: dict[str, Any] = {}
    for statement in _one_by_one(steps):
        row = db.session.execute(statement, parameters).first()
        if row is None:
            break
        returned.update(row._asdict())
        parameters.update(_parameters(row._asdict()))
    return returned


def bound(name: str, kind: Any) -> sa.BindParameter[Any]:
    """A parameter of `run` in a statement. Its inner name is no column's: else an update would set that column."""
    return sa.bindparam(f"{BOUND}{name}", type_=kind)


def into(table: Any, *, prefix: str = "", without: str = "", **found: Any) -> Any:
    """An insert of one row: `found` as it is, the other columns bound by their names, with a `prefix` if need be."""
    names = [column.name for column in table.c if column.name not in {*found, without}]
    values = {name: bound(f"{prefix}{name}", table.c[name].type) for name in names} | found
    return insert()(table).from_select([*values], sa.select(*values.values()).where(sa.true()))


def _parameters(values: Found) -> dict[str, Any]:
    return {f"{BOUND}{name}": value for name, value in values.items()}


@cache
def _at_once(steps: tuple[Step, ...]) -> Any:
    """All as one statement: PostgreSQL runs each part once, and those that need it after it."""
    found: dict[str, Any] = {}
    parts: list[sa.CTE] = []
    for step in steps:
        parts.append(step(found).cte(f"step_{len(parts)}"))
        found.update(parts[-1].c)
    whole: Any = parts[0]
    for part in parts[1:]:
        whole = whole.outerjoin(part, sa.true())
    return sa.select(*found.values()).select_from(whole)


@cache
def _one_by_one(steps: tuple[Step, ...]) -> list[Any]:
    found: dict[str, Any] = {}
    statements = []
    for step in steps:
        statements.append(step(found))
        returned = statements[-1].exported_columns
        found.update({column.name: bound(column.name, column.type) for column in returned})
    return statements
