"""Pings to every connection of this process from one thread.

Engine.IO starts a thread for each ping of each connection, which sleeps until it is due: a thousand people in a room
are a thousand threads more, and fifty new ones a second. All wait equally long, so the first to begin is the first due.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Any

from engineio import Server
from engineio.exceptions import SocketIsClosedError
from engineio.packet import PING, Packet
from engineio.socket import Socket


def send_from_one_thread(server: Server) -> None:
    """Have a server send its pings so. The thread begins with the first connection, in the process that serves it."""
    start, pings = server.start_background_task, Pings(server)

    def start_or_wait(target: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        if getattr(target, "__func__", None) is not Socket._send_ping:
            return start(target, *arguments, **named)
        return pings.wait_for(target.__self__)  # type: ignore[attr-defined]

    server.start_background_task = start_or_wait


class Pings:
    """The connections that wait for their next ping, in the order in which they are due."""

    def __init__(self, server: Server) -> None:
        self._server, self._begin = server, server.start_background_task
        self._waiting = server.create_queue()
        self._is_running, self._lock = False, Lock()

    def wait_for(self, connection: Socket) -> None:
        """Send a ping to a connection when the server's interval is over, unless it is gone by then."""
        self._waiting.put((time.monotonic() + self._server.ping_interval, connection))
        with self._lock:
            must_begin, self._is_running = not self._is_running, True
        if must_begin:
            self._begin(self._run)

    def _run(self) -> None:
        while True:
            due, connection = self._waiting.get()
            self._server.sleep(max(0.0, due - time.monotonic()))
            _ping(connection)


def _ping(connection: Socket) -> None:
    if connection.closing or connection.closed:
        return
    connection.last_ping = time.time()
    try:
        connection.send(Packet(PING))
    except SocketIsClosedError:  # just now
        return
