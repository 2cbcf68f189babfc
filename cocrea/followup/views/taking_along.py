"""A plan and its commitments to take along: a sheet of paper, the days they are due, and what happens as a feed."""

from __future__ import annotations

from datetime import timedelta

import segno
from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.commitments.models import Commitment
from cocrea.core import clock
from cocrea.core.access import current_actor, visible
from cocrea.core.settings import current_settings
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.extensions import limiter
from cocrea.followup import feeds, queries
from cocrea.followup.views.base import bp, panel, signed

LONGEST_FEED, OLDEST = 50, timedelta(days=90)


@bp.get("/compromisos/<reference>/ficha")
@same_for_visitors
@visible(signed)
def sheet(commitment: Commitment) -> str:
    """The commitment and how far it is, on one sheet of paper with a code that leads back."""
    address = current_settings().public_url + url_for("commitments.show", reference=commitment.reference)
    now = clock.now()
    return render_template(
        "followup/sheet.html",
        cycle=commitment.cycle,
        commitment=commitment,
        panel=panel(current_actor(), commitment, now),
        address=address,
        code=segno.make(address, error="m", micro=False).svg_data_uri(scale=3, dark="#000", light="#fff", border=3),
        made_at=now,
    )


@bp.get("/compromisos/<reference>/fechas.ics")
@visible(signed)
@limiter.limit("60 per minute")
def commitment_dates(commitment: Commitment) -> Response:
    due = queries.due_dates(commitment.cycle, commitment)
    return _answer(feeds.calendar(commitment.title, due), feeds.CALENDAR, f"{commitment.reference.lower()}.ics")


@bp.get("/ciclos/<slug>/tablero/fechas.ics")
@visible(visible_cycle)
@limiter.limit("60 per minute")
def board_dates(cycle: Cycle) -> Response:
    return _answer(feeds.calendar(cycle.title, queries.due_dates(cycle)), feeds.CALENDAR, f"fechas-{cycle.slug}.ics")


@bp.get("/compromisos/<reference>/cambios.atom")
@visible(signed)
@limiter.limit("60 per minute")
def commitment_feed(commitment: Commitment) -> Response:
    path = url_for("commitments.show", reference=commitment.reference)
    return _feed(commitment.title, path, commitment.cycle, commitment)


@bp.get("/ciclos/<slug>/tablero/cambios.atom")
@visible(visible_cycle)
@limiter.limit("60 per minute")
def board_feed(cycle: Cycle) -> Response:
    title = f"{cycle.title} · {_('Tablero de seguimiento')}"
    return _feed(title, url_for("followup.board", slug=cycle.slug), cycle)


def _feed(title: str, path: str, cycle: Cycle, commitment: Commitment | None = None) -> Response:
    now = clock.now()
    changes = queries.changes(cycle, since=now - OLDEST, limit=LONGEST_FEED, commitment=commitment)
    return _answer(feeds.atom(title, path, changes, cycle.created_at), feeds.ATOM)


def _answer(body: bytes, media_type: str, name: str = "") -> Response:
    response = Response(body, mimetype=media_type)
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
