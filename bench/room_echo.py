"""A bare Flask-SocketIO room that echoes what it gets and stores nothing: the measure for `live.py`."""

from __future__ import annotations

import os

from flask import Flask
from flask_socketio import SocketIO, emit, join_room

app = Flask(__name__)
socketio = SocketIO(app, async_mode=os.environ.get("COCREA_ASYNC_MODE", "threading"))


@socketio.on("room.join")
def join(message: dict[str, str]) -> dict[str, bool]:
    join_room(message["session"])
    return {"ok": True}


@socketio.on("room.post")
def post(message: dict[str, str]) -> dict[str, bool]:
    emit("room.events", message, to=message["session"])
    return {"ok": True}
