"""The migrations make the models' tables, undo themselves, and leave no difference, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from cocrea.config import PROJECT
from cocrea.extensions import db
from tests.apps import other_app
from tests.conftest import fresh_database

__test__ = any((PROJECT / "migrations" / "versions").glob("*.py"))


@pytest.fixture
def empty_app(database_kind: str, tmp_path: Path) -> Iterator[Flask]:
    with fresh_database(database_kind, tmp_path) as url, other_app(url, tmp_path) as app, app.app_context():
        yield app


def _tables() -> set[str]:
    """All but Alembic's own and, beside the table it searches, the ones in which SQLite keeps the search index."""
    found = set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}
    index = {name for name in found if name.startswith("search_words")}
    return found - index if "search_texts" in found else found


def test_up_down_up_and_no_difference(empty_app):
    flask_migrate.upgrade()
    assert _tables() == set(db.metadata.tables)
    flask_migrate.check()
    flask_migrate.downgrade(revision="base")
    assert _tables() == set()
    flask_migrate.upgrade()
    flask_migrate.check()


def test_names_of_constraints_are_those_of_the_models(empty_app):
    """Alembic compares no CHECK constraints; a later migration must find them by the name the models give."""
    flask_migrate.upgrade()
    inspector = sa.inspect(db.engine)
    for table in db.metadata.tables.values():
        expected = {str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        found = {c["name"] for c in inspector.get_check_constraints(table.name)}
        assert found == expected, table.name


def test_sqlite_minds_foreign_keys_again_afterwards(empty_app):
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
