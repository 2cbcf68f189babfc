"""Transactions, the outbox, row locks and the column types that both databases share."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import InstrumentedAttribute, Session

from cocrea.core import logs
from cocrea.extensions import Model, db

log = logging.getLogger("cocrea.db")
_T = TypeVar("_T", bound=Model)
_writing: ContextVar[bool] = ContextVar("writing", default=False)
_sqlite_turn = Lock()


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An aware moment, stored in UTC on both databases and always read back aware."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: times carry their zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JSONText(sa.TypeDecorator[Any]):
    """A JSON value kept as text, alike on both databases; not for searching inside."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def enum_column(kind: type[StrEnum], length: int = 32) -> sa.Enum:
    """A column that holds the *values* of a StrEnum as text, checked by the database."""
    return sa.Enum(
        kind,
        native_enum=False,
        length=length,
        create_constraint=True,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


@contextmanager
def transaction(*, keeps: bool = False) -> Iterator[Session]:
    """The only place that commits. Opened by entry points (views, sockets, jobs, CLI), never by operations.

    Ends the reading transaction first, so that on SQLite the write lock is taken at once (`BEGIN IMMEDIATE`)
    and what was loaded before is read again under it. On success commits and then runs the outbox, in order and whole;
    on any error rolls back and drops it.

    With `keeps` what was loaded is not read again, neither under the lock nor after: for a page that notes a thing
    that is sure of itself (one statement that decides in the database) and then shows what it had read.
    """
    session = db.session()
    if session.info.get("outbox") is not None:
        raise RuntimeError("transactions do not nest: an operation must not open one")
    if keeps:
        session.expire_on_commit = False
        session.commit()  # ends the reading; a rollback would forget what was read
    else:
        session.rollback()
    outbox: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []
    with _turn_to_write(session):
        session.info["outbox"] = outbox
        token = _writing.set(True)
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.expire_on_commit = True
            _writing.reset(token)
            session.info.pop("outbox", None)
    for effect, args, kwargs in outbox:
        _carry_out(effect, args, kwargs)


def _carry_out(effect: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """What was committed is answered as such, whatever becomes of one effect: that is logged and the next one runs."""
    try:
        effect(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - see above
        db.session.rollback()
        logs.failure(log, "effect failed", error, effect=_name(effect))


def _name(effect: Callable[..., Any]) -> str:
    """What a function or a job is called, for the log."""
    function = getattr(effect, "func", effect)
    return str(getattr(function, "__qualname__", type(effect).__name__))


def _turn_to_write(session: Session) -> AbstractContextManager[Any]:
    """SQLite has one writer at a time and whoever finds it busy polls ever more slowly: threads queue here instead."""
    return _sqlite_turn if session.get_bind().dialect.name == "sqlite" else nullcontext()


def after_commit(effect: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Queue an effect (emit, job) for after the commit. Arguments must be plain values, built now.

    A process that dies in between takes the effect with it: what must not be lost is a row as well (`core.mail`).
    """
    outbox = db.session().info.get("outbox")
    if outbox is None:
        raise RuntimeError("after_commit needs an open transaction()")
    outbox.append((effect, args, kwargs))


def together_after_commit(effect: Callable[..., Any], item: Any) -> None:
    """Queue an effect that gets, in one list, every item that the transaction queues for it: a letter about five
    things in place of five letters."""
    outbox = db.session().info.get("outbox") or []
    for queued, args, _kwargs in outbox:
        if queued == effect:
            args[0].append(item)
            return
    after_commit(effect, [item])


def lock(row: _T, *, is_referred_to: bool = False) -> _T:
    """Lock one row until the transaction ends and read it afresh (SQLite: the write lock already covers it).

    With `is_referred_to`, rows that refer to it may be added meanwhile: for transactions that add one before they lock.
    """
    db.session.flush()  # reading afresh would undo what was changed on the row and not yet written
    tables = list(sa.inspect(type(row)).tables)  # only its own: what is joined to it cannot and need not be locked
    db.session.refresh(row, with_for_update={"of": tables, "key_share": is_referred_to})
    return row


def add(row: _T) -> _T:
    """Add a row and flush, so that its keys exist."""
    db.session.add(row)
    db.session.flush()
    return row


def add_each_once(model: type[Model], columns: Sequence[str], rows: sa.Select[Any]) -> None:
    """Insert what a query selects, in one statement; rows whose key is there already are left as they are.

    The query needs a condition: without one SQLite takes what follows for that of a join.
    """
    statement = insert()(model.__table__).from_select(columns, rows).on_conflict_do_nothing()
    db.session.execute(statement)


def insert() -> Any:
    """The insert of the database at hand, which knows what to do where a key is there already."""
    return postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert


def add_once(model: type[Model], **keys: Any) -> bool:
    """Insert a row of plain columns unless one with its key is there already; whether it was inserted."""
    table: Any = model.__table__
    statement = insert()(table).values(**keys).on_conflict_do_nothing().returning(*table.primary_key)
    return db.session.execute(statement).first() is not None


def step(count: InstrumentedAttribute[int], row_id: int, by: int) -> None:
    """Move a stored count in the database itself, so that simultaneous changes add up."""
    table = count.class_.__table__
    db.session.execute(sa.update(table).where(table.c.id == row_id).values({count.key: table.c[count.key] + by}))


def append_only(model: type[_T]) -> type[_T]:
    """A class decorator for rows that stay as they were first written: another text is another row."""
    event.listen(model, "before_update", _refuse_change)
    return model


def _refuse_change(_mapper: Any, _connection: Any, row: Any) -> None:
    if any(attribute.history.has_changes() for attribute in sa.inspect(row).attrs):
        raise RuntimeError(f"a row of {row.__tablename__} does not change")


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if "sqlite" not in type(connection).__module__:
        return
    connection.isolation_level = None  # the driver must not open transactions of its own
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=20000",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "checkout")
def _refuse_closed(connection: Any, _record: Any, _proxy: Any) -> None:
    """Give no connection that PostgreSQL closed meanwhile: that shows on the line, and nobody need be asked."""
    line = getattr(connection, "pgconn", None)
    if line is None:
        return
    try:
        line.consume_input()  # its last words
        line.consume_input()  # that there is no more
    except Exception as error:
        raise sa.exc.InvalidatePoolError from error


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
