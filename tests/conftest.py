"""Fixtures shared by all tests.

`app` and everything on it runs twice, on SQLite and on PostgreSQL (`--database` narrows it). Each test runs inside
one outer transaction that is rolled back; `transaction()` commits to a savepoint of it.
"""

from __future__ import annotations

import gc
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from cocrea import create_app
from cocrea.accounts.models import Person, SignIn
from cocrea.accounts.queries import token_hash
from cocrea.config import PROJECT, Settings
from cocrea.core.db import transaction
from cocrea.demo import operations as demo
from cocrea.extensions import db, limiter

POSTGRES = os.environ.get("COCREA_TEST_DATABASE_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
IN_CI = bool(os.environ.get("CI") or os.environ.get("COCREA_CI"))
NOW = datetime(2026, 6, 5, 18, 0, tzinfo=UTC)
settings.register_profile("cocrea", deadline=None)  # a busy machine is no failure
settings.load_profile("cocrea")
CONNECTIONS = 12  # per process: two workers of tests and the servers beside them share PostgreSQL's hundred
PATIENCE = 180  # seconds before what does not happen is a failure: a busy machine is none
# What the tests of a folder share: a server of the journeys, the demonstration loaded into a database.
SHARED = {"journeys": "server", "access": "demonstration", "demo": "demonstration", "naughty": "demonstration"}
# The first needs a fifth less of the processor than the others (measured on the journeys).
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Every application has templates of its own: they are compiled once for all of them and kept beside the libraries.
TEMPLATES = Path(sys.prefix) / "templates"
TEMPLATES.mkdir(exist_ok=True)
Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": FileSystemBytecodeCache(str(TEMPLATES))}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("both", "sqlite", "postgresql"), default="both")
    parser.addoption("--write-matrix", action="store_true", help="rewrite tests/access/matrix.csv")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        kinds = ("sqlite", "postgresql") if chosen == "both" else (chosen,)
        metafunc.parametrize("database_kind", kinds, scope="session")


class OneProcessEach(LoadScopeScheduling):  # type: ignore[misc]
    """Tests that share something slow on one database run in one process, one after another.

    What marks of `xdist_group` say is lost since pytest 9.2, which no longer reads the names that xdist 3.8 gives.
    """

    def _split_scope(self, nodeid: str) -> str:
        kind = next((kind for kind in ("sqlite", "postgresql") if f"[{kind}" in nodeid), "none")
        shared = next((what for folder, what in SHARED.items() if nodeid.startswith(f"tests/{folder}/")), None)
        return f"{shared}-{kind}" if shared else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneProcessEach:
    return OneProcessEach(config, log)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: it need not be looked through for garbage over and over."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def skip_or_fail(reason: str) -> None:
    """A missing service is a loud skip on a person's machine and a failure in CI."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(f"SKIPPED LOUDLY: {reason}")


def shared(*parts: str) -> Path:
    """A file or folder of the data that others wrote, which lies beside the project and is never copied into it."""
    found = (Path(os.environ.get("COCREA_SHARED") or PROJECT.parent / "shared") / "data").joinpath(*parts)
    if not found.exists():
        skip_or_fail(f"no shared data at {found} (COCREA_SHARED)")
    return found


@contextmanager
def fresh_database(kind: str, folder: Path, *, like: str = "") -> Iterator[str]:
    """The address of an empty database, or of a copy of one that nobody uses meanwhile, dropped afterwards."""
    if kind == "sqlite":
        target = folder / f"{secrets.token_hex(4)}.sqlite3"
        if like:
            shutil.copy(like, target)
        yield f"sqlite:///{target}"
        return
    name = f"cocrea_test_{secrets.token_hex(4)}"
    admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {like or 'template1'}"))
            # No test waits for the disk: none asks what a database keeps when its own machine loses power.
            connection.execute(sa.text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    except sa.exc.OperationalError:
        skip_or_fail("PostgreSQL is not reachable")
    try:
        yield admin.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """`tables("sqlite")`: the database of that kind with all tables and nothing in them, to make others `like` it.

    Copied, because making them anew takes PostgreSQL ten times as long.
    """
    with ExitStack() as stack:

        @cache
        def made(kind: str) -> str:
            url = stack.enter_context(fresh_database(kind, tmp_path_factory.mktemp("tables")))
            engine = sa.create_engine(url)
            db.metadata.create_all(engine)
            engine.dispose()
            return str(engine.url.database)

        yield made


@pytest.fixture(scope="session")
def database_url(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The database of this worker's session."""
    with fresh_database(database_kind, tmp_path_factory.mktemp("db")) as url:
        yield url


@contextmanager
def application(database_url: str, folder: Path) -> Iterator[Flask]:
    """An application whose tables are made; what it stores lies in the folder."""
    app = create_app(
        Settings(
            environment="test",
            database_url=database_url,
            redis_url="",
            instance=folder,
            mail_backend="memory",
            rate_limits=False,
            visitor_pages=False,  # nothing is committed, so no change would be seen
            worker=False,
        )
    )
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@contextmanager
def undone(app: Flask) -> Iterator[Flask]:
    """The application inside a transaction that is rolled back afterwards; its clock stands at `NOW`."""
    app.extensions["clock"] = Clock()
    limiter.enabled = app.config["RATELIMIT_ENABLED"]  # one for all applications: the last one made set it
    with app.app_context():
        engine = db.engines[None]
        connection = engine.connect()
        outer = connection.begin()
        db._app_engines[app][None] = connection
        try:
            yield app
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            db._app_engines[app][None] = engine


@pytest.fixture(scope="session")
def session_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application per database, its tables made once."""
    with application(database_url, tmp_path_factory.mktemp("instance")) as app:
        yield app


@pytest.fixture
def app(session_app: Flask) -> Iterator[Flask]:
    """The application inside a transaction that is undone after the test; its clock stands at `NOW`."""
    with undone(session_app):
        yield session_app


@pytest.fixture(scope="session")
def demonstration(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application of its own whose database holds the demonstration of `NOW`, loaded once: use it `undone`."""
    folder = tmp_path_factory.mktemp("demonstration")
    with fresh_database(database_kind, folder) as database_url, application(database_url, folder) as app:
        app.extensions["clock"] = Clock()
        app.config["COCREA"].second_factor_exempt = True  # as where the demonstration is served
        with app.app_context():
            with transaction():
                assert demo.load(now=NOW)
            db.session.remove()
        app.config["COCREA"].second_factor_exempt = False
        yield app


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session; missing it is a loud skip, a failure in CI."""
    found = (shutil.which(name) for name in BROWSERS)
    path = os.environ.get("COCREA_CHROMIUM") or next(filter(None, found), None)
    if not path:
        skip_or_fail("Chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def effects_succeed(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A failing effect is logged and answered as if nothing happened: in tests that must not go unseen."""
    yield
    failed = [record for record in caplog.get_records("call") if record.getMessage() == "effect failed"]
    expected = request.node.get_closest_marker("failing_effects") is not None
    assert bool(failed) is expected, [record.__dict__.get("trail") for record in failed]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **delta: Any) -> datetime:
        self.moment += timedelta(**delta)
        return self.moment


@pytest.fixture
def clock(app: Flask) -> Clock:
    found: Clock = app.extensions["clock"]
    return found


@pytest.fixture
def now(clock: Clock) -> datetime:
    return clock.moment


class Client(FlaskClient):
    """A test client that can sign a person in and that reads every page it gets as a browser would."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Each request starts without what the one before kept in `g` (its person, its language)."""
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)

    def sign_in(self, person: Person, *, second_factor: bool = True) -> Client:
        token = secrets.token_urlsafe(16)
        moment = self.application.extensions["clock"]()
        db.session.add(
            SignIn(
                token_hash=token_hash(token),
                person_id=person.id,
                created_at=moment,
                last_seen_at=moment,
                second_factor_at=moment if second_factor else None,
            )
        )
        db.session.commit()
        with self.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        return self


@pytest.fixture
def client(app: Flask) -> Client:
    app.test_client_class = Client
    app.config["WTF_CSRF_ENABLED"] = False
    found = app.test_client()
    assert isinstance(found, Client)
    return found


class QueryLog(list[str]):
    """The SQL statements run inside the block."""


@pytest.fixture
def count_queries(app: Flask) -> Iterator[Any]:
    """`with count_queries() as log: …; len(log)`: SQL statements, savepoints and transaction control left out."""

    @contextmanager
    def counting() -> Iterator[QueryLog]:
        log = QueryLog()

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")):
                log.append(statement)

        target = db.engines[None]
        sa.event.listen(target, "before_cursor_execute", note)
        try:
            yield log
        finally:
            sa.event.remove(target, "before_cursor_execute", note)

    yield counting
