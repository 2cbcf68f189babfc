"""Who is in a room at this moment, counted by label. Nothing of it is stored.

Coming and going only change a dictionary; once a second the room is told its counts if they changed. So joining costs
the same however full the room is.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from threading import Lock
from typing import Any

from cocrea.extensions import socketio

TICK = 1.0
REPEAT = 30  # ticks after which counts are told although they have not changed
STALE = 90.0  # seconds after which the counts of another process are no longer believed

Someone = tuple[str, str]  # who they are, so that two devices count once, and their label
_rooms: dict[str, dict[str, Someone]] = {}
_lock = Lock()


def enter(room: str, connection: str, who: str, label: str) -> None:
    """Count a connection in, under a label that may be shown."""
    with _lock:
        is_new = room not in _rooms
        _rooms.setdefault(room, {})[connection] = (who, label)
    if is_new:
        socketio.start_background_task(_follow, room)


def leave(connection: str) -> None:
    """Count a connection out of every room."""
    with _lock:
        for people in _rooms.values():
            people.pop(connection, None)


def counts(room: str) -> dict[str, int]:
    """How many people of each label are here, in this process."""
    with _lock:
        here = set(_rooms.get(room, {}).values())
    return dict(Counter(label for _who, label in here))


def _follow(room: str) -> None:
    """Tell the room its counts while anyone is in it."""
    told: dict[str, int] | None = None
    tick = 0
    while True:
        socketio.sleep(TICK)
        now, tick = counts(room), tick + 1
        if now != told or tick % REPEAT == 0:
            told = now
            socketio.emit("room.presence", {"room": room, "counts": _everywhere(room, now)}, to=room)
        with _lock:
            if not _rooms[room]:
                del _rooms[room]
                return


def _everywhere(room: str, here: dict[str, int]) -> dict[str, int]:
    """The counts of all processes, where several share their rooms through Redis."""
    manager: Any = socketio.server.manager
    redis = getattr(manager, "redis", None)
    if redis is None:
        return here
    key, now = f"{manager.channel}-presence:{room}", time.time()
    pipe = redis.pipeline()
    pipe.hset(key, manager.host_id, json.dumps([now, here]))
    pipe.expire(key, int(STALE))
    pipe.hvals(key)
    total: Counter[str] = Counter()
    for at, there in map(json.loads, pipe.execute()[-1]):
        if now - at < STALE:
            total.update(there)
    return dict(total)
