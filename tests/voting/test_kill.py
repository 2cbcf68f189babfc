"""The server dies in the middle of a vote: every receipt that was shown is in the box, exactly once (invariant 6)."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Lock
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from cocrea.accounts.models import Person, SignIn
from cocrea.accounts.queries import token_hash
from cocrea.config import PROJECT
from cocrea.core.db import transaction
from cocrea.cycles.models import Stage
from cocrea.extensions import db
from cocrea.voting import counting, operations, queries
from cocrea.voting.models import OpenBallot
from tests.conftest import PATIENCE
from tests.factories import voting

pytestmark = pytest.mark.slow
VOTERS, SHOWN_BEFORE_THE_KILL = 60, 15


class Server:
    """Gunicorn in threads, as in production, that can be killed without warning."""

    def __init__(self, app: Flask) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.environment = {
            **os.environ,
            "DATABASE_URL": app.config["COCREA"].database_url,
            "COCREA_INSTANCE": str(app.config["COCREA"].instance),
            "COCREA_WORKER": "0",
            "COCREA_RATE_LIMITS": "0",
        }

    def start(self) -> None:
        options = ["-w", "1", "-k", "gthread", "--threads", "16", "--no-control-socket", "--log-level", "error"]
        command = [sys.executable, "-m", "gunicorn", *options, "-b", f"127.0.0.1:{self.port}", "wsgi:app"]
        self.process = subprocess.Popen(command, cwd=PROJECT, env=self.environment, start_new_session=True)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if self.ask("GET", "/healthz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def ask(
        self, method: str, path: str, cookie: str = "", body: dict[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Status, text and the session's cookie after the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(body or {}), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        renewed = re.search(r"cocrea=[^;]+", answer.headers.get("Set-Cookie", ""))
        return answer.status, text, renewed[0] if renewed else cookie


@pytest.fixture
def server(committed_app):
    found = Server(committed_app)
    found.start()
    yield found
    found.kill()


@pytest.fixture
def open_now(committed_app):
    """A contest that is open by the real clock, which the server reads."""
    voting.electorate(VOTERS)
    contest = voting.contest()
    now = datetime.now(UTC)
    with transaction() as session:
        session.execute(sa.update(Person).values(verified_at=now - timedelta(days=2)))
        session.execute(sa.update(Stage).values(starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1)))
        contest.opens_at, contest.closes_at = now - timedelta(hours=1), now + timedelta(hours=1)
    return contest


def _cookie(app: Flask, person: Person) -> str:
    """What the browser of someone who signed in sends."""
    token, now = secrets.token_urlsafe(16), datetime.now(UTC)
    db.session.add(SignIn(token_hash=token_hash(token), person_id=person.id, created_at=now, last_seen_at=now))
    signed = app.session_interface.get_signing_serializer(app).dumps({"_user_id": token, "_fresh": True})
    return f"cocrea={signed}"


def _vote(server: Server, reference: str, cookie: str) -> str | None:
    """The receipt that the person sees, if the server lives long enough to show it."""
    try:
        _status, page, cookie = server.ask("GET", f"/votaciones/{reference}", cookie)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        body = {"csrf_token": token, "option_1": "yes", "confirmed": "1"}
        _status, page, _cookie = server.ask("POST", f"/votaciones/{reference}/boleta", cookie, body)
    except (OSError, http.client.HTTPException):
        return None
    return re.search(r"data-copy>([0-9A-Z-]{19})<", page)[1]


def test_every_receipt_shown_survives_a_kill(committed_app, open_now, server):
    contest, shown, guard = open_now, {}, Lock()
    people = db.session.scalars(sa.select(Person).order_by(Person.id).limit(VOTERS)).all()
    cookies = {person.id: _cookie(committed_app, person) for person in people}
    reference = contest.reference
    db.session.commit()

    def go(person_id: int) -> None:
        receipt = _vote(server, reference, cookies[person_id])
        with guard:
            if receipt:
                shown[person_id] = receipt
            if len(shown) == SHOWN_BEFORE_THE_KILL and not killed:
                killed.append(len(shown))
                server.kill()

    killed: list[int] = []
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(go, cookies))
    assert killed and len(shown) < VOTERS
    server.start()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(go, [person_id for person_id in cookies if person_id not in shown]))
    assert len(shown) == VOTERS
    db.session.rollback()
    assert sorted(db.session.scalars(sa.select(OpenBallot.receipt))) == sorted(shown.values())
    with transaction():
        operations.seal(contest=contest, now=contest.closes_at)
    assert counting.faults(queries.published(contest)) == []
    assert sorted(ballot.receipt for ballot in queries.receipts(contest)) == sorted(shown.values())
