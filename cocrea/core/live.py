"""The base of everything live: one Socket.IO server, access declared per event, rooms that can be cut off.

A handler is registered only through `@event`, which says who may send it. Every event that arrives authenticates its
sender anew, by the same door as every page. Every answer is an acknowledgement, sent after the commit:
`{"ok": true, …}` or `{"ok": false, "error": code, "message": words}`. See docs/live-protocol.md.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from flask_socketio import join_room
from socketio import RedisManager
from socketio.exceptions import ConnectionRefusedError as Refused

from cocrea.config import Settings
from cocrea.core import clock, logs, pings, presence, wire
from cocrea.core.access import Access, Loader, Policy, current_actor, enforce
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, Denied, Invalid, NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.core.rates import Rate
from cocrea.core.settings import current_settings
from cocrea.core.text import fingerprint
from cocrea.extensions import socketio

NAMESPACE = "/"
FRAME_BYTES = 64 * 1024
PING_EVERY, PING_PATIENCE = 20, 20  # seconds: who has not answered after both is gone
GRACE = 0.2  # seconds that an answer needs to reach a client before it is cut off
SIGN_IN, PERSON = "cocrea.sign_in", "cocrea.person"  # where a connection keeps whose it is
WRITES, READS = Rate(20, 10), Rate(200, 10)
CODES = {Invalid: "invalid", Denied: "denied", NotFound: "not_found", Conflict: "conflict"}
TOO_FAST = _l("Vas muy rápido. Espera unos segundos: lo que escribiste no se pierde.")
Handler = Callable[..., Mapping[str, Any]]
log = logging.getLogger("cocrea.live")


@dataclass(frozen=True)
class Event:
    """A declared event: who may send it, and whether it changes anything."""

    access: Access
    handler: Handler
    writes: bool


EVENTS: dict[str, Event] = {}


class SignedOut(CocreaError):
    """The connection speaks for a sign-in that no longer holds."""


class TooFast(Denied):
    """Allowed, but not so often: the same again in a few seconds is."""


class SharedRooms(RedisManager):  # type: ignore[misc]
    """Carries rooms over several processes. Closing a room cuts off everyone in it, on every process."""

    def _handle_close_room(self, message: Mapping[str, Any]) -> None:
        _drop(str(message.get("room")))


def init_app(app: Flask) -> None:
    """Bind the server: alone by default, together with other processes where Redis is configured."""
    settings: Settings = app.config["COCREA"]
    shared = SharedRooms(settings.redis_url, channel=_channel(settings)) if settings.redis_url else None
    socketio.init_app(
        app,
        async_mode=settings.async_mode,
        async_handlers=False,  # what a connection says is handled in its order, by the thread that reads it
        cors_allowed_origins=None,
        manage_session=False,
        max_http_buffer_size=FRAME_BYTES,
        ping_interval=PING_EVERY,
        ping_timeout=PING_PATIENCE,
        **({"client_manager": shared} if shared else {}),
    )
    wire.write_directly(socketio.server.eio)
    pings.send_from_one_thread(socketio.server.eio)
    socketio.on_event("connect", _connect)
    socketio.on_event("disconnect", _disconnect)
    socketio.on_event("*", _unknown)
    for name, declared in EVENTS.items():
        socketio.on_event(name, _guard(name, declared))


def _channel(settings: Settings) -> str:
    """One per database: platforms that share a Redis do not hear each other."""
    return f"cocrea-live-{fingerprint(settings.database_url, settings.secret_key)[:12]}"


def event(
    name: str, *, load: Loader, policy: Policy | None = None, writes: bool = False
) -> Callable[[Handler], Handler]:
    """Declare a socket event. `load(actor, payload)` finds the subject its sender may see (or raises `NotFound`),
    `policy` judges it, and the handler gets `(subject, payload)` and returns plain values to acknowledge.

    One that `writes` runs inside a transaction, from reading the sender to the last change, and has the stricter rate.
    """

    def declare(handler: Handler) -> Handler:
        EVENTS[name] = Event(Access(policy, load), handler, writes)
        return handler

    return declare


def disconnect(room: str) -> None:
    """Cut off every connection in the room, on every process: what it was allowed to do has just changed."""
    if socketio.server is None:
        return
    if isinstance(socketio.server.manager, SharedRooms):
        socketio.server.manager.close_room(room, NAMESPACE)
    else:
        _drop(room)


def _drop(room: str) -> None:
    for sid, _transport in list(socketio.server.manager.get_participants(NAMESPACE, room)):
        socketio.server.disconnect(sid, NAMESPACE, ignore_queue=True)


def _drop_soon(sid: str) -> None:
    socketio.sleep(GRACE)
    _drop(sid)  # every connection is alone in the room of its own name


def _connect(_auth: Any = None) -> None:
    """Anyone may connect, to read what is public; a signed-in person joins the rooms by which they can be cut off.

    Not more than the process can hold: the room is a page as well, and pages must go on being answered.
    """
    if len(socketio.server.eio.sockets) > current_settings().sockets:
        raise Refused("full")
    actor = current_actor()
    request.environ[SIGN_IN] = getattr(actor, "sign_in_id", None)
    request.environ[PERSON] = getattr(actor, "public_id", None)
    if actor.is_authenticated:
        join_room(f"person:{actor.id}")
        join_room(f"sign-in:{actor.sign_in_id}")


def _disconnect(_reason: Any = None) -> None:
    presence.leave(connection())


def _guard(name: str, declared: Event) -> Callable[..., dict[str, Any]]:
    """The handler as Socket.IO calls it: whatever happens, the sender gets an answer and stays connected."""

    def handle(*arguments: Any) -> dict[str, Any]:
        try:
            return {"ok": True, **_answer(declared, arguments)}
        except SignedOut as error:
            socketio.start_background_task(_drop_soon, connection())
            return _refusal("signed_out", error.message)
        except CocreaError as error:
            return _refusal(CODES.get(type(error), "refused"), error.message)
        except Exception as error:  # noqa: BLE001 - neither a client's mistake nor ours may cut the connection
            logs.failure(log, "event failed", error, event=name)
            return _refusal("failure", _l("Algo falló de nuestro lado. Inténtalo de nuevo."))

    return handle


def _answer(declared: Event, arguments: tuple[Any, ...]) -> Mapping[str, Any]:
    payload = arguments[0] if len(arguments) == 1 else None
    if not isinstance(payload, dict):
        raise Invalid(_l("El mensaje no tiene la forma esperada."))
    if not (WRITES if declared.writes else READS).spend(_spender()):
        raise Denied(TOO_FAST)
    with transaction() if declared.writes else nullcontext():
        actor = current_actor()
        if request.environ.get(SIGN_IN) != getattr(actor, "sign_in_id", None):
            raise SignedOut(_l("Tu sesión en este equipo terminó. Entra otra vez para participar."))
        load, policy = declared.access.load, declared.access.policy
        subject = load(actor, payload) if load else None
        if policy is not None:
            enforce(policy, actor, subject, clock.now())
        return declared.handler(subject, payload)


def spend(actor: Any) -> None:
    """Counts a change that came by HTTP against the same rate as those by socket; `TooFast` when that is too often.
    Visitors, who change nothing, are not counted."""
    if actor.is_authenticated and not WRITES.spend(str(actor.public_id)):
        raise TooFast(TOO_FAST)


def _spender() -> str:
    """Whose rate an event counts against: the person's, else the connection's."""
    return str(request.environ.get(PERSON) or connection())


def connection() -> str:
    """The name of the connection that the event under way came by."""
    return str(request.sid)  # type: ignore[attr-defined]


def _unknown(_name: str, *_arguments: Any) -> dict[str, Any]:
    return _refusal("unknown", _l("Este servidor no conoce ese evento."))


def _refusal(code: str, message: Any) -> dict[str, Any]:
    return {"ok": False, "error": code, "message": str(message)}


def text_of(payload: Mapping[str, Any], key: str, limit: int) -> str:
    """A string of the payload, or `Invalid`. Half a character, which only JSON can carry, becomes �, as in a form."""
    value = payload.get(key)
    if not isinstance(value, str) or len(value) > limit or "\0" in value:
        raise Invalid(_l("El mensaje no tiene la forma esperada."), key)
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def flag_of(payload: Mapping[str, Any], key: str) -> bool:
    """A yes or no of the payload, no where it is missing, or `Invalid`."""
    value = payload.get(key, False)
    if not isinstance(value, bool):
        raise Invalid(_l("El mensaje no tiene la forma esperada."), key)
    return value


def number_of(payload: Mapping[str, Any], key: str) -> int:
    """A non-negative whole number of the payload, or `Invalid`."""
    value = payload.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise Invalid(_l("El mensaje no tiene la forma esperada."), key)
    return value
