"""The database as lines of text, the same for SQLite and PostgreSQL: one file per table, columns first, then rows."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from cocrea.extensions import db

CHUNK = 1000


def tables() -> list[sa.Table]:
    """All our tables, each after those it points to."""
    return list(db.metadata.sorted_tables)


def revision() -> str | None:
    """The version of the schema that the database has, None before any migration."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def has_tables() -> bool:
    return bool(set(sa.inspect(db.engine).get_table_names()) & set(db.metadata.tables))


def is_empty() -> bool:
    """Whether no table of ours holds a row (or exists)."""
    existing = set(sa.inspect(db.engine).get_table_names())
    with db.engine.connect() as connection:
        return not any(
            connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
            for table in tables()
            if table.name in existing
        )


def empty() -> None:
    """Delete every row of every table."""
    with db.engine.begin() as connection:
        for table in tables():
            if links := _links(table):
                connection.execute(sa.update(table).values({column.name: None for column in links}))
        for table in reversed(tables()):
            connection.execute(sa.delete(table))


def one_moment() -> sa.Connection:
    """A connection whose transaction sees the database as it is now, whatever is committed meanwhile."""
    connection = db.engine.connect()
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection


def write_table(connection: sa.Connection, table: sa.Table, target: IO[bytes]) -> int:
    """Write one table; returns the number of its rows."""
    target.write(_line([column.name for column in table.columns]))
    number = 0
    statement = sa.select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=CHUNK).execute(statement):
        target.write(_line([_plain(value) for value in row]))
        number += 1
    return number


def read_tables(folder: Path) -> None:
    """Fill the empty tables from the files in a folder, in one transaction."""
    with db.engine.begin() as connection:
        for table in tables():
            _insert(connection, table, _file(folder, table))
        for table in tables():
            _insert_links(connection, table, _file(folder, table))
            _set_sequence(connection, table)


def _file(folder: Path, table: sa.Table) -> Path:
    return folder / f"{table.name}.ndjson"


def _insert(connection: sa.Connection, table: sa.Table, source: Path) -> None:
    """Insert the rows without the links that may point to rows not there yet."""
    links = {column.name for column in _links(table)}
    for rows in _chunks(_rows(table, source)):
        connection.execute(sa.insert(table), [row | dict.fromkeys(links) for row in rows])


def _insert_links(connection: sa.Connection, table: sa.Table, source: Path) -> None:
    links = [column.name for column in _links(table)]
    if not links:
        return
    keys = [column.name for column in table.primary_key]
    match = sa.and_(*(column == sa.bindparam(f"_{column.name}") for column in table.primary_key))
    statement = sa.update(table).where(match).values({name: sa.bindparam(f"_{name}") for name in links})
    for rows in _chunks(row for row in _rows(table, source) if any(row[name] is not None for name in links)):
        connection.execute(statement, [{f"_{name}": row[name] for name in (*keys, *links)} for row in rows])


def _links(table: sa.Table) -> list[sa.Column[Any]]:
    """Columns that point to the same table or to one that is filled later."""
    order = {other: number for number, other in enumerate(tables())}
    return [
        column
        for column in table.columns
        if any(order[key.column.table] >= order[table] for key in column.foreign_keys)
    ]


def _set_sequence(connection: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL counts ids apart from the rows: go on after the highest."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
    highest = sa.select(sa.func.max(column)).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(highest, 1), highest.is_not(None))))


def _rows(table: sa.Table, source: Path) -> Iterator[dict[str, Any]]:
    with source.open("rb") as lines:
        names = json.loads(next(lines))
        columns = [table.columns[name] for name in names]
        for line in lines:
            values = json.loads(line)
            yield {c.name: _typed(c, value) for c, value in zip(columns, values, strict=True)}


def _chunks(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, Decimal) else value


def _typed(column: sa.Column[Any], value: Any) -> Any:
    """The value that the column's type expects, from its JSON form."""
    stored = column.type.impl_instance if isinstance(column.type, sa.TypeDecorator) else column.type
    kind = stored.python_type
    if value is None or not isinstance(value, str) or kind is str:
        return value
    if kind is bytes:
        return base64.b64decode(value)
    if kind is datetime or kind is date:
        return kind.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value


def _line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
