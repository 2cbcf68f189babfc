"""Sending numbered events to a room, in order, several in one frame when they come faster than they can be sent.

An event that finds its room quiet leaves at once. While a frame is on its way, and in a full room for three times as
long as that took, events wait for the next: so a room takes a quarter of the process, however much is said in it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from threading import Lock
from typing import Any

from cocrea.extensions import socketio

WORTH = 0.01  # seconds of the processor: a frame that took less is followed at once
SHARE, REST = 3, 0.25  # how many times as long as a frame took the next waits, and how many seconds at most
Numbered = tuple[int, Mapping[str, Any]]
_waiting: dict[str, list[Numbered]] = {}  # of rooms that are told something, or rest from it
_lock = Lock()
log = logging.getLogger("cocrea.live")


def publish(room: str, number: int, event: Mapping[str, Any]) -> None:
    """Send one event to everyone in the room, on every process. Called after the commit.

    What cannot be sent is not lost: clients ask for the numbers they miss.
    """
    with _lock:
        if room in _waiting:
            _waiting[room].append((number, event))
            return
        _waiting[room] = [(number, event)]
    _send_all(room)


def _send_all(room: str) -> None:
    """Send until nothing waits; where a frame costs much, let the rest wait for what comes, in the background."""
    while batch := _take(room):
        work, began = time.thread_time(), time.monotonic()
        try:
            socketio.emit("room.events", {"room": room, "events": batch}, to=room)
        except Exception as error:  # noqa: BLE001 - the event is committed; its author must hear so
            log.error("broadcast failed", extra={"error": type(error).__name__})
        if time.thread_time() - work > WORTH:
            rest = min(SHARE * (time.monotonic() - began), REST)
            if _goes_on_later(room, rest):
                return


def _goes_on_later(room: str, rest: float) -> bool:
    try:
        socketio.start_background_task(_rest, room, rest)
    except Exception as error:  # noqa: BLE001 - else the room would wait for ever
        log.error("broadcast rest failed", extra={"error": type(error).__name__})
        return False
    return True


def _rest(room: str, seconds: float) -> None:
    socketio.sleep(seconds)
    _send_all(room)


def _take(room: str) -> list[Mapping[str, Any]]:
    """What waits for the room, in order; when nothing does, the next to come sends."""
    with _lock:
        batch = sorted(_waiting[room], key=lambda numbered: numbered[0])
        if batch:
            _waiting[room] = []
        else:
            del _waiting[room]
    return [event for _number, event in batch]
