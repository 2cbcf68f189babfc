"""Real databases and real simultaneity, for what the rolled-back `app` fixture cannot show.

`committed_app` (registered by the conftest of a domain that needs it) has an empty database of its own, commits for
good, and is thrown away after the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from cocrea import create_app
from cocrea.config import Settings
from cocrea.extensions import db
from tests.conftest import CONNECTIONS, Clock, fresh_database


@pytest.fixture
def committed_app(database_kind: str, tables: Callable[[str], str], tmp_path: Path) -> Iterator[Flask]:
    """An application on an empty database whose commits are real; its clock stands at `NOW`."""
    with fresh_database(database_kind, tmp_path, like=tables(database_kind)) as url:
        app = create_app(
            Settings(
                environment="test",
                database_url=url,
                redis_url="",
                instance=tmp_path,
                mail_backend="memory",
                rate_limits=False,
                worker=False,
                database_connections=CONNECTIONS,
            )
        )
        app.extensions["clock"] = Clock()
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            yield app
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def at_once(app: Flask, calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the calls in as many threads, let go together, each in its own context; their results or exceptions."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        with app.app_context():
            try:
                return call()
            except Exception as error:  # noqa: BLE001 - the test judges it
                return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
