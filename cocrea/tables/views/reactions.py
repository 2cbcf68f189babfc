"""Reacting to what was said in the room of a session."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for

from cocrea.core import clock, live
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.tables import operations, policies, queries
from cocrea.tables.models import Heard
from cocrea.tables.views import panels
from cocrea.tables.views.base import bp


@bp.post("/sesiones/<reference>/mensajes/<int:seq>/reacciones/<reaction>")
@requires(policies.can_react, queries.visible_heard)
def react(heard: Heard) -> Any:
    return _set(heard, on=True)


@bp.post("/sesiones/<reference>/mensajes/<int:seq>/reacciones/<reaction>/retiro")
@requires(policies.can_react, queries.visible_heard)
def take_reaction_back(heard: Heard) -> Any:
    return _set(heard, on=False)


def _set(heard: Heard, *, on: bool) -> Any:
    actor, message = current_actor(), heard.message
    reference, at = heard.session.reference, f"m{message.seq}"
    live.spend(actor)
    with transaction():
        operations.react(actor=actor, message=message, reaction=heard.reaction, on=on, now=clock.now())
    return panels.done() or redirect(url_for("tables.session", reference=reference, _anchor=at), 303)
