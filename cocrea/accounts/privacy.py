"""All that is stored about one person.

Found by the foreign keys that point at people, so that new tables join by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.extensions import db

SECRETS = frozenset({"password_hash", "totp_secret", "totp_last_step", "token_hash", "code_hash"})
# A table opts out with `info={"personal_export": False}`: a ballot's choice must not become a proof of the vote.
OPT_OUT = "personal_export"
# Rows of a table that says `info={"ends_with_account": True}` are deleted with the account of the person they point at.
ENDS = "ends_with_account"


def personal_data(person: Person) -> dict[str, list[dict[str, Any]]]:
    """The person's own rows, table by table. Without secrets, and without acts of office on what others own
    (columns `…_by_id`), which are in the public history."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table, condition in _own_rows(person):
        rows = [_readable(row) for row in db.session.execute(sa.select(table).where(condition)).mappings()]
        if rows:
            found.setdefault(table.name, []).extend(rows)
    return found


def forget(person: Person) -> None:
    """Delete what was kept for this person alone, in whichever domain."""
    people = db.metadata.tables[Person.__tablename__]
    for table in db.metadata.sorted_tables:
        if table.info.get(ENDS):
            for column in pointing_at(table, people.c.id):
                db.session.execute(sa.delete(table).where(column == person.id))


def _own_rows(person: Person) -> Iterator[tuple[sa.Table, sa.ColumnElement[bool]]]:
    people = db.metadata.tables[Person.__tablename__]
    yield people, people.c.id == person.id
    for table in db.metadata.sorted_tables:
        if not table.info.get(OPT_OUT, True):
            continue
        for column in pointing_at(table, people.c.id):
            yield table, column == person.id
            yield from _extensions(table, column == person.id)


def pointing_at(table: sa.Table, target: sa.ColumnElement[Any]) -> list[sa.Column[Any]]:
    """The columns of a table that say whose its rows are."""
    return [
        column
        for column in table.columns
        if not column.name.endswith("_by_id") and any(key.column is target for key in column.foreign_keys)
    ]


def _extensions(parent: sa.Table, condition: sa.ColumnElement[bool]) -> Iterator[tuple[sa.Table, Any]]:
    """Tables that continue the rows of `parent` (joined inheritance): their whole key points at its key."""
    keys = list(parent.primary_key)
    if len(keys) != 1:
        return
    for table in db.metadata.sorted_tables:
        own = list(table.primary_key)
        if len(own) == 1 and any(key.column is keys[0] for key in own[0].foreign_keys):
            yield table, own[0].in_(sa.select(keys[0]).where(condition))


def _readable(row: Any) -> dict[str, Any]:
    return {key: _value(value) for key, value in row.items() if key not in SECRETS}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)
