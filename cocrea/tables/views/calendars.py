"""Sessions in people's own calendars: one, those of a cycle, those of one's tables."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Person
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.i18n import in_language
from cocrea.core.settings import current_settings
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.extensions import limiter
from cocrea.tables import calendars, operations, policies, queries
from cocrea.tables.models import Room
from cocrea.tables.views.base import bp


@bp.get("/sesiones/<reference>.ics")
@visible(queries.visible_whole)
def session_calendar(room: Room) -> Response:
    """One session; with the link to its videoconference for whoever may see that."""
    session, may_see = room.session, bool(policies.can_see_link(current_actor(), room, clock.now()))
    body = calendars.calendar(session.title, [session], linked=[session] if may_see else [])
    return _answer(body, session.reference.lower(), private=may_see)


@bp.get("/ciclos/<slug>/sesiones.ics")
@visible(visible_cycle)
@limiter.limit("60 per minute")
def cycle_calendar(cycle: Cycle) -> Response:
    return _answer(calendars.calendar(cycle.title, queries.calendar_of(cycle)), f"sesiones-{cycle.slug}")


@bp.get("/calendarios/<token>.ics")
@visible(queries.owner_of)
@limiter.limit("60 per minute")
def own_calendar(owner: Person) -> Response:
    """The sessions of someone's tables, for whoever has the secret address: their calendar program does not sign in."""
    rooms, now = queries.own_calendar(owner), clock.now()
    linked = [room.session for room in rooms if policies.can_see_link(owner, room, now)]
    with in_language(owner.locale):
        name = _("Mis sesiones en Cocrea")
        body = calendars.calendar(name, [room.session for room in rooms], linked=linked)
    return _answer(body, "mis-sesiones", private=True)


@bp.get("/cuenta/calendario")
@requires(policies.can_keep_calendar)
def calendar() -> str:
    """One's own calendar address."""
    key = queries.key_of(current_actor())
    path = url_for("tables.own_calendar", token=calendars.token(key)) if key else ""
    address = current_settings().public_url + path if key else None
    return render_template(
        "tables/calendar.html",
        address=address,
        renewed_at=key.renewed_at if key else None,
        refuses=queries.refuses_mail(current_actor()),
    )


@bp.post("/cuenta/calendario")
@requires(policies.can_keep_calendar)
def open_calendar() -> Any:
    with transaction():
        operations.open_calendar(actor=current_actor(), now=clock.now())
    return _to_calendar(_("Esta es tu dirección nueva. Si tenías otra, ya no funciona."))


@bp.post("/cuenta/calendario/retiro")
@requires(policies.can_keep_calendar)
def close_calendar() -> Any:
    with transaction():
        operations.close_calendar(actor=current_actor(), now=clock.now())
    return _to_calendar(_("Tu dirección ya no funciona."))


def _to_calendar(words: str) -> Any:
    flash(words, "success")
    return redirect(url_for("tables.calendar"), 303)


def _answer(body: bytes, name: str, *, private: bool = False) -> Response:
    response = Response(body, mimetype=calendars.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response.headers["Cache-Control"] = "private, no-store" if private else "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
