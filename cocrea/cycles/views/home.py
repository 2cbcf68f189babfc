"""The first page: what this is for visitors, what is to be done for those who signed in."""

from __future__ import annotations

from flask import render_template

from cocrea.accounts.models import Sector
from cocrea.core import clock, todo
from cocrea.core.access import current_actor, public
from cocrea.core.settings import current_settings
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles import queries
from cocrea.cycles.views.base import bp

ONE_SEAT_EACH = {sector.value: 1 for sector in Sector}


@bp.get("/")
@same_for_visitors
@public
def home() -> str:
    actor, now = current_actor(), clock.now()
    return render_template(
        "home/index.html",
        todo=todo.gather(actor, now) if actor.is_authenticated else [],
        open_now=queries.open_now(now),
        seats=ONE_SEAT_EACH,
        demo=current_settings().demo,
        now=now,
    )
