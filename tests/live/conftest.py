"""A live connection for tests: the browser of one person, talking to the application in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, g

from cocrea.accounts.models import Person
from cocrea.core import live
from cocrea.core.rates import Rate
from cocrea.extensions import socketio
from tests.conftest import Client
from tests.real import committed_app

__all__ = ["committed_app"]


class Socket:
    """One connection. `send` returns the acknowledgement; `events` what the rooms told since the last call."""

    def __init__(self, app: Flask, person: Person | None) -> None:
        app.test_client_class = Client
        app.config["WTF_CSRF_ENABLED"] = False
        self.browser = app.test_client()
        if person is not None:
            self.browser.sign_in(person)
        forget()
        self._wire = socketio.test_client(app, flask_test_client=self.browser)

    def send(self, event: str, *arguments: Any) -> dict[str, Any]:
        forget()
        answer = self._wire.emit(event, *arguments, callback=True)
        return answer[0] if isinstance(answer, list) else answer

    def events(self) -> list[dict[str, Any]]:
        """Durable events, in the order in which they arrived."""
        forget()
        told = [frame["args"][0] for frame in self._wire.get_received() if frame["name"] == "room.events"]
        return [event for frame in told for event in frame["events"]]

    @property
    def is_connected(self) -> bool:
        return self._wire.is_connected()

    def close(self) -> None:
        if self.is_connected:
            forget()
            self._wire.disconnect()


def forget() -> None:
    """Each event starts without what the one before kept in `g`, as in a server."""
    for name in list(g):
        g.pop(name)


@pytest.fixture
def connect(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Socket]]:
    """`connect(person)`, or `connect()` for a visitor; every test begins with fresh rates."""
    monkeypatch.setattr(live, "WRITES", Rate(20, 10))
    monkeypatch.setattr(live, "READS", Rate(200, 10))
    opened: list[Socket] = []

    def open_one(person: Person | None = None) -> Socket:
        opened.append(Socket(app, person))
        return opened[-1]

    yield open_one
    for socket in opened:
        socket.close()
