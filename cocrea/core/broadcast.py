"""Sending numbered events to a room, in order, several in one frame when they come faster than they can be sent.

Whoever finds nobody sending to the room sends; who comes meanwhile leaves their event to be taken along. So a frame
holds what piled up, and under no load each event leaves at once in a frame of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from threading import Lock
from typing import Any

from cocrea.extensions import socketio

Numbered = tuple[int, Mapping[str, Any]]
_waiting: dict[str, list[Numbered]] = {}
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
    while batch := _take(room):
        try:
            socketio.emit("room.events", {"room": room, "events": batch}, to=room)
        except Exception as error:  # noqa: BLE001 - the event is committed; its author must hear so
            log.error("broadcast failed", extra={"error": type(error).__name__})


def _take(room: str) -> list[Mapping[str, Any]]:
    """What waits for the room, in order; when nothing does, the next to come sends."""
    with _lock:
        batch = sorted(_waiting[room], key=lambda numbered: numbered[0])
        if batch:
            _waiting[room] = []
        else:
            del _waiting[room]
    return [event for _number, event in batch]
