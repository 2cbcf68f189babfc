"""The real server as a process: it answers, holds sockets, runs jobs, and stops cleanly by either signal."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from urllib.request import urlopen

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from cocrea.audit.models import HistoryRecord, TreeHead
from cocrea.audit.operations import record
from cocrea.cli import group, run
from cocrea.core.db import transaction
from cocrea.extensions import db
from tests.conftest import NOW, PATIENCE


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def app(make_app):
    return make_app("sqlite")


@pytest.fixture
def start(app, tmp_path):
    """Start a command of `cocrea` on the application's database; what is left running is killed."""
    started = []
    settings = app.config["COCREA"]
    port = free_port()
    environment = {
        **os.environ,
        "COCREA_INSTANCE": str(settings.instance),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": "",
        "PORT": str(port),
    }

    def run_command(*arguments, **variables):
        command = [sys.executable, "-c", "from cocrea.cli import main; main()", *arguments]
        process = subprocess.Popen(
            command, env={**environment, **variables}, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        process.port = port
        started.append(process)
        return process

    yield run_command
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until(condition, process):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stderr.read()
        try:
            if found := condition():
                return found
        except OSError:
            pass
        time.sleep(0.05)
    pytest.fail("waited too long")


def ready(process):
    wait_until(lambda: urlopen(f"http://127.0.0.1:{process.port}/readyz", timeout=5).status == 200, process)
    return process


def open_websocket(port: int) -> socket.socket:
    """A live connection, by hand: client libraries may lose a greeting that comes together with the handshake."""
    live = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    key = b64encode(os.urandom(16)).decode()
    head = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
    request = f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{head}"
    live.sendall(f"{request}\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
    heard = b""
    while b'0{"sid"' not in heard:
        part = live.recv(4096)
        assert part, heard
        heard += part
    return live


def closes(live: socket.socket) -> bool:
    while live.recv(4096):
        pass
    return True


def write_record(app):
    with app.app_context():
        with transaction():
            record(actor=None, action="test.done", subject="T", scope="platform", now=NOW)
        db.session.remove()


def sealed(app) -> int:
    with app.app_context():
        try:
            return db.session.scalar(sa.select(sa.func.max(TreeHead.size))) or 0
        finally:
            db.session.remove()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("is_group", [True, False])
def test_it_stops_cleanly_with_a_socket_open_and_seals(app, start, number, is_group):
    """Ctrl-C reaches the whole group of processes; a service manager signals the first one."""
    process = ready(start("serve"))
    live = open_websocket(process.port)
    write_record(app)
    began = time.monotonic()
    (os.killpg if is_group else os.kill)(process.pid, number)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert time.monotonic() - began < 20
    assert closes(live)
    assert "Cocrea responde en" in said
    assert "Traceback" not in said
    assert "was sent" not in said
    assert sealed(app) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(HistoryRecord.position)) == 0


def test_without_its_own_jobs_it_still_serves_and_stops(app, start):
    process = ready(start("serve", COCREA_WORKER="0"))
    process.terminate()
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_a_separate_worker_runs_jobs_and_seals_when_it_stops(app, start):
    process = start("worker")
    assert "atiende las tareas" in process.stderr.readline()
    write_record(app)
    process.terminate()
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert sealed(app) == 1


def test_a_taken_port_is_said_in_words(app, start):
    process = start("serve")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", process.port))
        taken.listen()
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert f"127.0.0.1:{process.port}" in said
    assert "PORT=5001" in said
    assert "Traceback" not in said


def test_wrong_settings_are_said_in_words(monkeypatch):
    monkeypatch.setenv("COCREA_ENVIRONMENT", "production")
    result = CliRunner().invoke(run.serve)
    assert result.exit_code == 1
    assert "COCREA_SECRET_KEY" in result.output
    assert "Traceback" not in result.output


def test_verifying_needs_neither_settings_nor_database(monkeypatch, tmp_path):
    monkeypatch.setenv("COCREA_ENVIRONMENT", "production")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere.invalid/none")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.ndjson").write_text("junk\n")
    result = CliRunner().invoke(group(), ["verify-history", "x.ndjson"])
    assert (result.exit_code, "FALLA en el renglón 1" in result.output) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["x.ndjson"]
