"""What the hall sees on its screen while a session goes on: big, without controls, the same for everyone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import segno
from flask import render_template, url_for

from cocrea.accounts.models import Visitor
from cocrea.core import clock
from cocrea.core.access import visible
from cocrea.core.settings import current_settings
from cocrea.tables import queries
from cocrea.tables.models import AgendaItem, Room, Session
from cocrea.tables.views.base import bp


@bp.get("/sesiones/<reference>/proyeccion")
@visible(queries.visible_whole)
def projection(room: Room) -> str:
    """Whoever opened it, it shows what a visitor may see: a hall reads along."""
    session, agenda = room.session, queries.agenda(room.session)
    running = next((item for item in agenda if item.is_running), None)
    return render_template(
        "tables/projection.html",
        session=session,
        cycle=session.cycle,
        moment=clock.now(),
        item=running,
        following=next((item for item in agenda if not item.started_at), None),
        floor=queries.floor(session),
        card=_poll(session, running),
        **_way_in(session),
    )


def _poll(session: Session, running: AgendaItem | None) -> queries.PollCard | None:
    """The poll that is open, else the one whose result belongs to the item under way."""
    cards = queries.polls(Visitor(), Room(session, None))
    since = running.started_at if running else session.opened_at
    done = [card for card in cards if _closed(card) and since and _closed(card) >= since]  # type: ignore[operator]
    return next((card for card in cards if card.poll.is_open), None) or max(done, key=_closed, default=None)  # type: ignore[arg-type]


def _closed(card: queries.PollCard) -> datetime | None:
    return card.poll.closed_at


def _way_in(session: Session) -> dict[str, Any]:
    """The address of the room, as text and as a code for telephones."""
    address = current_settings().public_url + url_for("tables.session", reference=session.reference)
    code = segno.make(address, error="m", micro=False).svg_data_uri(scale=4, dark="#000", light="#fff", border=3)
    return {"address": address.partition("://")[2], "code": code}
