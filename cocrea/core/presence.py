"""Who is in a room at this moment, counted by label. Nothing of it is stored.

Coming and going only change a dictionary; once a second the room is told its counts if they changed. So joining costs
the same however full the room is.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from threading import Lock
from typing import Any

from cocrea.extensions import socketio

TICK = 1.0
REPEAT = 30  # ticks after which counts are told although they have not changed
STALE = 90.0  # seconds after which the counts of another process are no longer believed

log = logging.getLogger("cocrea.live")
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


def people(room: str) -> set[str]:
    """Ids of those in a room who are known by more than their connection, on all processes; of others, as they were at
    most half a minute ago. For whoever may know who is there: clients are told counts alone."""
    found, redis = _known(room), _redis()
    if redis is None:
        return found
    try:
        told = redis.hvals(_shared(room, "people"))
    except Exception as error:  # noqa: BLE001 - without Redis, those of this process
        log.warning("presence of other processes unknown", extra={"error": type(error).__name__})
        return found
    return found.union(*(there for at, there in map(json.loads, told) if time.time() - at < STALE))


def _known(room: str) -> set[str]:
    with _lock:
        return {who for connection, (who, _label) in _rooms.get(room, {}).items() if who != connection}


def _redis() -> Any:
    return getattr(getattr(socketio.server, "manager", None), "redis", None)


def _shared(room: str, what: str) -> str:
    """Where the processes of one platform share what is in a room."""
    return f"{socketio.server.manager.channel}-{what}:{room}"


def _follow(room: str) -> None:
    """Tell the room its counts while anyone is in it."""
    told: dict[str, int] | None = None
    tick = 0
    while True:
        socketio.sleep(TICK)
        now, tick = counts(room), tick + 1
        if (now != told or tick % REPEAT == 0) and _tell(room, now):
            told = now
        with _lock:
            if not _rooms[room]:
                del _rooms[room]
                return


def _tell(room: str, here: dict[str, int]) -> bool:
    """Whether the room could be told; without Redis the next second tries again."""
    try:
        socketio.emit("room.presence", {"room": room, "counts": _everywhere(room, here)}, to=room)
    except Exception as error:  # noqa: BLE001 - counts that end would be dead until the next start
        log.warning("presence not told", extra={"error": type(error).__name__})
        return False
    return True


def _everywhere(room: str, here: dict[str, int]) -> dict[str, int]:
    """The counts of all processes, where several share their rooms through Redis."""
    redis = _redis()
    if redis is None:
        return here
    now, own = time.time(), socketio.server.manager.host_id
    pipe = redis.pipeline()
    for what, told in (("people", sorted(_known(room))), ("presence", here)):
        key = _shared(room, what)
        pipe.hset(key, own, json.dumps([now, told]))
        pipe.expire(key, int(STALE))
    pipe.hvals(_shared(room, "presence"))
    total: Counter[str] = Counter()
    for at, there in map(json.loads, pipe.execute()[-1]):
        if now - at < STALE:
            total.update(there)
    return dict(total)
