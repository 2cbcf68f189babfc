"""The parts of a room that change while one looks: each is on the page of the session and has an address of its own.

Where scripts run, a panel is fetched anew when something happened to it, and its forms are answered with the panel
alone. Without them the same forms lead back to the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from cocrea.core import clock, live
from cocrea.core.access import current_actor, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Denied, NotFound
from cocrea.core.forms import Form
from cocrea.tables import queries
from cocrea.tables.models import Room
from cocrea.tables.views.base import bp

Context = Callable[..., Mapping[str, Any]]
PANELS: dict[str, Context] = {}
ASKED = "X-Cocrea-Panel"  # the header by which a script asks for a panel alone


def panel(name: str) -> Callable[[Context], Context]:
    """Declare what a panel's template `tables/panels/<name>.html` is given: `context(room, **forms)`, where `forms`
    are those that come back with errors."""

    def declare(context: Context) -> Context:
        PANELS[name] = context
        return context

    return declare


def contexts(room: Room, forms: Mapping[str, Any]) -> dict[str, Any]:
    """What the whole page of a session needs for its panels. Each is also given what those before it found."""
    found: dict[str, Any] = {"moment": clock.now()}
    for context in PANELS.values():
        found |= context(room, **{**found, **forms})
    return found


def answer(room: Room, name: str, words: Any) -> Any:
    """After something was done in a panel: the panel to a script, else the page, which says it in words."""
    if _asked():
        return _alone(room, name)
    flash(words, "success")
    return redirect(url_for("tables.session", reference=room.session.reference, _anchor=name), 303)


def again(room: Room, name: str, page: Callable[..., str], **forms: Any) -> Any:
    """What was sent does not fit: the panel, or the page, with the form as it was typed."""
    return (_alone(room, name, **forms) if _asked() else page(room, **forms)), 422


def refused(room: Room, name: str, page: Callable[..., str], error: CocreaError, **told: Any) -> Any:
    """What was sent cannot be done (any more): the panel, or the page, that says why."""
    return (_alone(room, name, **told), 422) if _asked() else (page(room, **told), error.status)


def done() -> Any:
    """The answer to a script whose panel needs no more than the event that it hears; nothing to everyone else."""
    return ("", 204) if _asked() else None


def carry_out(
    room: Room, name: str, page: Callable[..., str], form: Form, operation: Callable[[], Any], words: Any
) -> Any:
    """Do what a form in a panel asks for; else give it back as `<name>_returned`, or say in `<name>_refused` why it
    cannot be done any more."""
    if form.validate_on_submit():
        try:
            live.spend(current_actor())
            with transaction():
                operation()
            return answer(room, name, words)
        except live.TooFast as error:
            form.reject(error)
        except Denied as error:
            return refused(room, name, page, error, **{f"{name}_refused": error.message})
        except CocreaError as error:
            form.reject(error)
    return again(room, name, page, **{f"{name}_returned": form})


def _visible_panel(actor: Any, reference: str, panel: str) -> tuple[Room, str]:
    if panel not in PANELS:
        raise NotFound
    return queries.visible_room(actor, reference), panel


@bp.get("/sesiones/<reference>/paneles/<panel>")
@visible(_visible_panel)
def show_panel(found: tuple[Room, str]) -> str:
    return _alone(*found)


def _asked() -> bool:
    return ASKED in request.headers


def _alone(room: Room, name: str, **forms: Any) -> str:
    session = room.session
    shared = {"cycle": session.cycle, "table": session.table, "session": session, "moment": clock.now()}
    return render_template(f"tables/panels/{name}.html", **shared, **PANELS[name](room, **forms))
