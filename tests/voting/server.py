"""A real server whose voters are signed in already, for votes that must survive more than one process can show."""

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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, session
from flask_wtf.csrf import generate_csrf

from cocrea.accounts.models import Person, SignIn
from cocrea.accounts.queries import token_hash
from cocrea.config import PROJECT
from cocrea.core.db import transaction
from cocrea.cycles.models import Stage
from cocrea.extensions import db
from cocrea.voting.models import Contest
from tests.conftest import CONNECTIONS, PATIENCE
from tests.factories import voting


class Server:
    """Gunicorn in threads, as in production, that can be killed without warning."""

    def __init__(self, app: Flask, processes: int = 1) -> None:
        self.processes = processes
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.environment = {
            **os.environ,
            "DATABASE_URL": app.config["COCREA"].database_url,
            "COCREA_INSTANCE": str(app.config["COCREA"].instance),
            "COCREA_WORKER": "0",
            "COCREA_RATE_LIMITS": "0",
            "COCREA_DATABASE_CONNECTIONS": str(CONNECTIONS),
        }

    def start(self) -> None:
        threads = 16 // self.processes  # tests beside it need connections too
        workers = ["-w", str(self.processes), "-k", "gthread", "--threads", str(threads)]
        options = [*workers, "--no-control-socket", "--log-level", "error"]
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

    def ask(self, method: str, path: str, cookie: str = "", body: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, urlencode(body or {}), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@dataclass(frozen=True)
class Voter:
    """What the browser of someone who signed in sends: the cookie, and the token of the page's form."""

    cookie: str
    csrf: str

    def vote(self, server: Server, reference: str) -> str | None:
        """The receipt that the person sees, if the server lives long enough to show it."""
        body = {"csrf_token": self.csrf, "option_1": "yes", "confirmed": "1"}
        try:
            _status, page = server.ask("POST", f"/votaciones/{reference}/boleta", self.cookie, body)
        except (OSError, http.client.HTTPException):
            return None
        return re.search(r"data-copy>([0-9A-Z-]{19})<", page)[1]


def signed_in(app: Flask, voters: int) -> dict[int, Voter]:
    """The first people of the database, by id, each with a sign-in of their own."""
    now, found = datetime.now(UTC), {}
    with app.test_request_context():
        csrf, secret = generate_csrf(), session["csrf_token"]
    for person_id in db.session.scalars(sa.select(Person.id).order_by(Person.id).limit(voters)).all():
        token = secrets.token_urlsafe(16)
        db.session.add(SignIn(token_hash=token_hash(token), person_id=person_id, created_at=now, last_seen_at=now))
        kept = {"_user_id": token, "_fresh": True, "csrf_token": secret}
        found[person_id] = Voter(f"cocrea={app.session_interface.get_signing_serializer(app).dumps(kept)}", csrf)
    db.session.commit()
    return found


def open_contest(voters: int) -> Contest:
    """A contest that is open by the real clock, which the server reads."""
    voting.electorate(voters)
    contest = voting.contest()
    now = datetime.now(UTC)
    with transaction() as writing:
        writing.execute(sa.update(Person).values(verified_at=now - timedelta(days=2)))
        writing.execute(sa.update(Stage).values(starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1)))
        contest.opens_at, contest.closes_at = now - timedelta(hours=1), now + timedelta(hours=1)
    return contest
