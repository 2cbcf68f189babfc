"""The running site of the journeys: its address, its clock, its mail; it can be killed without warning."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from cocrea.config import PROJECT
from tests.conftest import CONNECTIONS, PATIENCE, fresh_database


@contextmanager
def served(database_kind: str, instance: Path) -> Iterator[Site]:
    """The demonstration, freshly loaded, served by a process of its own."""
    with fresh_database(database_kind, instance) as database_url:
        found = Site(instance, database_url)
        try:
            found.start()
            yield found
        finally:
            found.stop()


class Site:
    """`tests.journeys.server` as a process of its own, on the same port and database each time it is started."""

    def __init__(self, instance: Path, database_url: str) -> None:
        self.instance, self.port = instance, _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._clock = instance / "clock"
        self._clock.write_text("0")
        self._environment = {
            **os.environ,
            "COCREA_INSTANCE": str(instance),
            "COCREA_DATABASE_URL": database_url,
            "COCREA_REDIS_URL": "",
            "COCREA_PORT": str(self.port),
            "COCREA_DATABASE_CONNECTIONS": str(CONNECTIONS),
            "COCREA_JOURNEY_CLOCK": str(self._clock),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve; returns once the server answers. Its own end is a failure."""
        with (self.instance / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.journeys.server"],
                cwd=PROJECT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            threading.Event().wait(0.1)
        pytest.fail(f"the journeys' server did not start: see {self.instance / 'server.log'}")

    def kill(self) -> None:
        """End it as a power cut would: every process of it, without a word."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def operate(self, *command: str) -> None:
        """Run a `cocrea` command as whoever operates the server does."""
        cocrea = Path(sys.executable).with_name("cocrea")
        subprocess.run([cocrea, *command], cwd=PROJECT, env=self._environment, check=True, capture_output=True)

    def prepare(self, module: str) -> None:
        """Run a module of the journeys on the site's database, nobody being served: what would take people days."""
        self.stop()
        command = [sys.executable, "-m", module]
        subprocess.run(command, cwd=PROJECT, env=self._environment, check=True, capture_output=True)
        self.start()

    def advance(self, *, days: int = 0, minutes: int = 0) -> None:
        """Move the server's clock forward, for this and the journeys after it."""
        seconds = days * 86_400 + minutes * 60
        self._clock.write_text(str(int(self._clock.read_text()) + seconds))

    def now(self) -> datetime:
        """What time it is for the server."""
        return datetime.now(UTC) + timedelta(seconds=int(self._clock.read_text()))

    def letters(self, to: str) -> list[str]:
        """The texts of the e-mails sent to an address so far, oldest first."""
        found = sorted((self.instance / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        messages = [message_from_bytes(path.read_bytes(), policy=default) for path in found]
        return [str(message.get_content()) for message in messages if to in message["To"]]

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                os.killpg(self._process.pid, how)
            self._process.wait(timeout=40)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
