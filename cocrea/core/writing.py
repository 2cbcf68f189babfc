"""Who is writing in a room at this moment, counted by label. Nothing of it is stored, and nobody is named.

Whoever writes says so now and then and is forgotten soon after. A room is told its counts at most once a second.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from threading import Lock

from cocrea.extensions import socketio

LASTS = 6.0  # seconds for which someone counts as writing after they said so
TICK = 1.0
REPEAT = 4  # ticks after which counts are told although they have not changed
PROCESS = secrets.token_hex(4)  # each process tells its own counts; clients add them up

_rooms: dict[str, dict[str, tuple[str, float]]] = {}
_lock = Lock()


def note(room: str, who: str, label: str) -> None:
    """Somebody is writing, under a label that may be shown."""
    with _lock:
        is_new = room not in _rooms
        _rooms.setdefault(room, {})[who] = (label, time.monotonic() + LASTS)
    if is_new:
        socketio.start_background_task(_follow, room)


def done(room: str, who: str) -> None:
    """They have sent what they wrote."""
    with _lock:
        _rooms.get(room, {}).pop(who, None)


def counts(room: str) -> dict[str, int]:
    """How many people of each label are writing, in this process."""
    moment = time.monotonic()
    with _lock:
        people = _rooms.get(room, {})
        for who in [who for who, (_label, until) in people.items() if until <= moment]:
            del people[who]
        return dict(Counter(label for label, _until in people.values()))


def _follow(room: str) -> None:
    """Tell the room its counts while anyone writes, and once more when nobody does."""
    told: dict[str, int] | None = None
    tick = 0
    while True:
        now = counts(room)
        if now != told or tick % REPEAT == 0:
            told = now
            socketio.emit("room.typing", {"room": room, "from": PROCESS, "counts": now}, to=room)
        with _lock:
            if not now and not _rooms[room]:
                del _rooms[room]
                return
        socketio.sleep(TICK)
        tick += 1
