"""Migrations run against the application's database, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.operations import MigrationScript
from flask import current_app

from cocrea.extensions import db


def run() -> None:
    """Apply the migrations in one transaction, with SQLite's foreign keys off while it copies tables."""
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            _foreign_keys(connection, on=False)
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            process_revision_directives=_skip_empty,
            render_item=_render,
            include_object=_is_of_models,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite:
                _check_foreign_keys(connection)
        connection.commit()
        if is_sqlite:
            _foreign_keys(connection, on=True)


def _foreign_keys(connection: sa.Connection, *, on: bool) -> None:
    """SQLite heeds this pragma outside transactions only; batch mode drops and renames tables that others point to."""
    connection.rollback()
    raw: Any = connection.connection.driver_connection
    raw.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _check_foreign_keys(connection: sa.Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"the migration leaves {len(broken)} rows that point nowhere")


def _render(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own column types as what the database holds, so that old migrations never depend on today's code."""
    if kind == "type" and isinstance(item, sa.TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def _is_of_models(_object: Any, name: str | None, _kind: str, *_rest: Any) -> bool:
    """The search index is made by statements of each database's own, beside the table it reads."""
    return not str(name).startswith("search_words") and name not in {"words", "ix_search_texts_words"}


def _skip_empty(_context: Any, _revision: Any, directives: list[MigrationScript]) -> None:
    """`cocrea db migrate` writes no file when nothing changed."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives.clear()


if context.is_offline_mode():
    raise RuntimeError("migrations need the database: run them without --sql")
run()
