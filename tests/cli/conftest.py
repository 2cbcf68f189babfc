"""Databases of their own for commands: these tests commit for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask

from tests.apps import other_app
from tests.conftest import fresh_database


@pytest.fixture
def make_app(tables: Callable[[str], str], tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """`make_app("sqlite")`: an application on a new database with all tables."""
    with ExitStack() as stack:

        def make(kind: str) -> Flask:
            folder = tmp_path / f"app-{len(list(tmp_path.iterdir()))}"
            folder.mkdir()
            url = stack.enter_context(fresh_database(kind, folder, like=tables(kind)))
            return stack.enter_context(other_app(url, folder))

        yield make
