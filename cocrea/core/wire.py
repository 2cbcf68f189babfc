"""How packets reach the websockets of this process.

Engine.IO hands each packet to a thread per socket: two hundred wake-ups for one message in a room of two hundred. Here
whoever sends writes it to every socket that takes it without waiting, as a frame that is made once for all of them.
What a socket does not take at once, as on a slow line, is written by that socket's own thread, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from socket import MSG_DONTWAIT
from threading import Lock
from typing import Any

from engineio import Server
from engineio.packet import MESSAGE, NOOP, Packet
from wsproto.frame_protocol import FrameProtocol

TURN = 25  # packets after which whoever sends lets others go on, where nobody else runs meanwhile
SOCKETS = ("gunicorn.socket", "werkzeug.socket")  # under which a server hands out the connection of a request


class Wire:
    """The connection of one websocket. What several threads write to it stays whole, and in the order of writing."""

    def __init__(self, connection: Any, is_open: Callable[[], bool]) -> None:
        self._connection, self._is_open = connection, is_open
        self._plain = getattr(connection, "_sock", connection)  # gevent's own would wait
        self._kept = bytearray()  # what waits for the socket's thread
        self._is_called = False  # whether that thread was told that something waits
        self._keeping, self._writing = Lock(), Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def send(self, data: bytes) -> int:
        """Write what waits and then this, waiting as long as that takes."""
        with self._writing:
            with self._keeping:
                kept, self._kept, self._is_called = self._kept, bytearray(), False
            self._connection.sendall(kept + data)
        return len(data)

    def offer(self, frame: bytes) -> bool:
        """Write what is taken without waiting, after what waits already; keep the rest for the next `send`.

        Returns whether the socket's thread must be told to `send`, since it was not told yet. After the websocket said
        goodbye nothing is written: browsers take that for a fault.
        """
        may_write = self._writing.acquire(blocking=False)
        try:
            with self._keeping:
                if not self._is_open():
                    return False
                self._kept += frame[self._taken(frame) :] if may_write and not self._kept else frame
                must_call = bool(self._kept) and not self._is_called
                self._is_called |= must_call
        finally:
            if may_write:
                self._writing.release()
        return must_call

    def _taken(self, frame: bytes) -> int:
        """How many bytes of it are on their way."""
        try:
            sent: int = self._plain.send(frame, MSG_DONTWAIT)
        except (OSError, ValueError):  # it takes nothing now, or is gone, or is encrypted by this very process
            return 0
        return sent


def write_directly(server: Server) -> None:
    """Have a server write to its websockets at once what they take at once."""
    driver: Any = server._async["websocket"]
    in_turns = _turns(server)

    class Direct(driver):  # type: ignore[misc]
        """A websocket whose Engine.IO socket sends by its wire."""

        def __init__(self, handler: Any, *arguments: Any) -> None:
            super().__init__(handler, *arguments)
            self.server_args["max_message_size"] = server.max_http_buffer_size  # else read whole before it is judged
            self.engine, self.is_over = handler.__self__, False

        def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
            for name in SOCKETS:
                if name in environ:
                    environ[name] = wire = Wire(environ[name], lambda: not self.is_over and self.ws.connected)
                    self.engine.send = in_turns(_sender(self.engine, wire))
            return super().__call__(environ, start_response)

        def close(self) -> None:
            self.is_over = True
            super().close()

    server._async = {**server._async, "websocket": Direct}


def _turns(server: Server) -> Callable[[Any], Any]:
    """What makes a way of sending one that lets others go on now and then. Under gevent what goes to thousands would
    else hold up everything, also those who wait for the database with a session locked."""
    if server.async_mode != "gevent":
        return lambda send: send
    packets = count(1)

    def in_turns(send: Any) -> Any:
        def sending(packet: Packet) -> None:
            send(packet)
            if not next(packets) % TURN:
                server.sleep(0)

        return sending

    return in_turns


def _sender(engine: Any, wire: Wire) -> Any:
    """What takes the place of the Engine.IO socket's own way of sending, which polling goes on with, and pings: the
    socket's thread ends the connection if it has not had one to write for long."""
    queue = engine.send

    def send(packet: Packet) -> None:
        if packet.packet_type != MESSAGE or packet.binary or not engine.upgraded or engine.closed:
            queue(packet)
        elif wire.offer(_frame(packet)):
            queue(Packet(NOOP))

    return send


def _frame(packet: Packet) -> bytes:
    """The packet as a websocket's frame; the same one for everyone whom it is sent to."""
    if not hasattr(packet, "frame"):
        packet.frame = bytes(FrameProtocol(client=False, extensions=[]).send_data(packet.encode(), fin=True))
    frame: bytes = packet.frame
    return frame
