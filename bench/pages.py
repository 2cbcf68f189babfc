"""What the benchmarks of pages share: an application on an empty database, browsers, their statements and times."""

from __future__ import annotations

import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from cocrea import create_app
from cocrea.accounts.models import Person, SignIn
from cocrea.accounts.queries import token_hash
from cocrea.config import Settings
from cocrea.extensions import db

ROUNDS = 60
Asked = tuple[FlaskClient, str]


@contextmanager
def application(url: str) -> Iterator[Flask]:
    """An application whose tables are made and empty."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            Settings(environment="test", database_url=url, instance=Path(folder), worker=False, rate_limits=False)
        )
        with app.app_context():
            db.create_all()
        yield app
        with app.app_context():
            db.engine.dispose()


def signed_in(person: Person) -> str:
    """The token of somebody who has just signed in; commits, and lets PostgreSQL look at what there is."""
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    db.session.add(person)
    db.session.flush()
    db.session.add(SignIn(token_hash=token_hash(token), person_id=person.id, created_at=now, last_seen_at=now))
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()
    return token


def browser(app: Flask, token: str = "") -> FlaskClient:
    """A browser; without a token that of a visitor, with a cookie so that its pages are made anew."""
    client = app.test_client()
    client.set_cookie("otra", "1")
    if token:
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
    return client


def ask(asked: Asked) -> int:
    """The bytes of a page as they travel, compressed."""
    client, address = asked
    answer = client.get(address, headers={"Accept-Language": "es", "Accept-Encoding": "gzip"})
    if answer.status_code != 200 or answer.headers.get("Content-Encoding") != "gzip":
        raise SystemExit(f"unexpected answer {answer.status_code} to {address}")
    return len(answer.data)


def statements(app: Flask, asked: Asked) -> int:
    """How many SQL statements a page takes."""
    with app.app_context():
        engine = db.engine
    with counted(engine) as seen:
        ask(asked)
    return len(seen)


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    """The SQL statements of what is done meanwhile."""
    seen: list[str] = []

    def note(*args: Any) -> None:
        if not args[2].startswith("BEGIN"):
            seen.append(args[2])

    sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", note)


def medians(pages: Sequence[Asked]) -> list[float]:
    """The middle time of each page in milliseconds, asked for in turns so that a busy machine slows all of them."""
    taken: list[list[float]] = [[] for _page in pages]
    for page in pages:
        ask(page)
    for _round in range(ROUNDS):
        for place, page in enumerate(pages):
            start = time.perf_counter()
            ask(page)
            taken[place].append((time.perf_counter() - start) * 1e3)
    return [statistics.median(each) for each in taken]
