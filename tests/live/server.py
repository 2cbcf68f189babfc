"""A real server and the client of its protocol, for what must survive cuts and kills."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import socketio
from flask import Flask

from cocrea.config import PROJECT
from tests.conftest import CONNECTIONS, PATIENCE


def play(scene: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """What the scene returns. It gets a thread of its own: the journeys' browser keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as stage:
        return stage.submit(lambda: asyncio.run(scene())).result()


ANSWERED = 8  # seconds before something said is said again, as in room.js
CHECKED = 2  # seconds after which one asks for what one was not told; room.js waits 45
TRANSIENT = {"conflict", "failure"}  # refusals after which the same is sent again, as in room.js
SERVE = (
    "from cocrea.cli import main; from cocrea.core import live; live.PING_EVERY = live.PING_PATIENCE = {ping}; main()"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Server:
    """`cocrea serve` as a process of its own, that can be killed without warning and started again."""

    def __init__(self, app: Flask, *, ping: float = 20, **environment: str) -> None:
        self.port, self.ping = free_port(), ping
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            **os.environ,
            "DATABASE_URL": app.config["COCREA"].database_url,
            "COCREA_INSTANCE": str(app.config["COCREA"].instance),
            "COCREA_SECRET_KEY": app.config["SECRET_KEY"],
            "COCREA_WORKER": "0",
            "COCREA_DATABASE_CONNECTIONS": str(CONNECTIONS),
            "REDIS_URL": "",
            "PORT": str(self.port),
            **environment,
        }

    def start(self) -> None:
        command = [sys.executable, "-c", SERVE.format(ping=self.ping), "serve"]
        self._process = subprocess.Popen(command, cwd=PROJECT, env=self._environment, start_new_session=True)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                with urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def sign_out(self, cookie: str) -> None:
        """Press the button of the page, in another window of the browser with this cookie."""
        window = build_opener(HTTPCookieProcessor())
        with window.open(Request(f"{self.url}/ciclos", headers={"Cookie": f"cocrea={cookie}"})) as page:
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())
        assert token
        with window.open(f"{self.url}/salir", urlencode({"csrf_token": token[1]}).encode()) as page:
            assert page.status == 200


class Browser:
    """What room.js does, without a page: applies events in order, asks for what it missed, sends until acknowledged."""

    def __init__(self, server: Server, session: str, cookie: str = "", *, by: str = "") -> None:
        self.url, self.session = by or server.url, session
        self.headers = {"Cookie": f"cocrea={cookie}"} if cookie else {}
        self.applied: list[dict[str, Any]] = []
        self.presence: dict[str, int] = {}
        self.last = 0
        self.joins = 0
        self._catching_up = asyncio.Lock()
        self._wire = socketio.AsyncClient(reconnection_delay=0.1, reconnection_delay_max=0.5, logger=False)
        self._wire.on("connect", self._joined)
        self._wire.on("room.events", self._told)
        self._wire.on("room.presence", self._counted)

    async def open(self, transport: str = "websocket") -> None:
        await self._wire.connect(
            self.url, headers=lambda: dict(self.headers), transports=[transport], wait_timeout=PATIENCE
        )

    async def close(self) -> None:
        await self._wire.disconnect()

    async def say(self, body: str) -> int:
        """Send under one key until the server says that it is kept; its number."""
        key, deadline = secrets.token_hex(8), time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                answer = await self._ask("room.post", body=body, client_key=key)
                assert answer["ok"] or answer["error"] in TRANSIENT, answer
                if answer["ok"]:
                    return int(answer["seq"])
            except (TimeoutError, socketio.exceptions.SocketIOError):
                pass
            await asyncio.sleep(0.2)
        raise TimeoutError(body)

    async def wait_for(self, seq: int) -> None:
        start = checked = time.monotonic()
        while self.last < seq and (now := time.monotonic()) < start + PATIENCE:
            await asyncio.sleep(0.05)
            if now > checked + CHECKED:
                await self._catch_up()
                checked = now

    @property
    def is_connected(self) -> bool:
        return "/" in self._wire.namespaces

    @property
    def numbers(self) -> list[int]:
        return [event["seq"] for event in self.applied]

    async def _ask(self, event: str, **payload: Any) -> dict[str, Any]:
        return await self._wire.call(event, {"session": self.session, **payload}, timeout=ANSWERED)

    async def _joined(self) -> None:
        self.joins += 1
        try:
            while not (await self._ask("room.join"))["ok"]:
                await asyncio.sleep(0.2)  # the database is away
        except (TimeoutError, socketio.exceptions.SocketIOError):
            return
        await self._catch_up()

    async def _counted(self, frame: dict[str, Any]) -> None:
        self.presence = frame["counts"]

    async def _told(self, frame: dict[str, Any]) -> None:
        for event in frame["events"]:
            self._apply(event)
        if frame["events"] and frame["events"][-1]["seq"] > self.last:
            await self._catch_up()

    def _apply(self, event: dict[str, Any]) -> None:
        if event["seq"] == self.last + 1:
            self.applied.append(event)
            self.last = event["seq"]

    async def _catch_up(self) -> None:
        async with self._catching_up:
            try:
                while True:
                    answer = await self._ask("room.since", since=self.last)
                    if not answer["ok"]:
                        return  # the database is away: asked again later
                    for event in answer["events"]:
                        self._apply(event)
                    if self.last >= answer["last_seq"]:
                        return
            except (TimeoutError, socketio.exceptions.SocketIOError):
                return  # cut off again: the next connection catches up
