"""What the pages of one contest share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from cocrea.accounts.models import Sector
from cocrea.consultation.queries import pack
from cocrea.core import clock
from cocrea.core.access import current_actor
from cocrea.core.i18n import grouped, zone
from cocrea.core.windows import WindowState
from cocrea.cycles.models import Cycle
from cocrea.voting import account, policies, queries, scrutiny
from cocrea.voting.forms import ReceiptForm, ballot_form
from cocrea.voting.models import Contest, RollEntry, TurnoutShown
from cocrea.voting.rules import BASES

bp = Blueprint("voting", __name__)
bp.add_app_template_filter(BASES.__getitem__, "base_words")
TEMPLATES = {
    WindowState.PLANNED: "voting/planned.html",
    WindowState.OPEN: "voting/open.html",
    WindowState.CLOSED: "voting/closing.html",
}


@bp.app_template_filter("pesos")
def pesos(amount: int) -> str:
    """An amount of whole pesos, in figures."""
    return f"${grouped(amount)}"


@bp.app_template_filter("sector_words")
def sector_words(sector: str | None) -> Any:
    """A sector by its stored name; None is who declared none."""
    return Sector(sector).label if sector else _("Sin declarar")


def show_contest(contest: Contest, ballot: Any = None, **more: Any) -> str:
    """One template per state: planned, open, closing (closed but not counted yet), counted, cancelled."""
    actor, now = current_actor(), clock.now()
    entry = queries.roll_entry(actor, contest)
    turnout = queries.turnout(contest) if _shows_turnout(contest) else None
    options = queries.in_order(contest, actor)
    booths = scrutiny.progress(contest) if contest.sealed_at else []
    if contest.counted_at:
        more.update(bars=account.bars(contest), flow=account.flow(contest), steps=account.steps(contest))
    return render_template(
        _template(contest, now),
        cycle=contest.cycle,
        contest=contest,
        options=options,
        entry=entry,
        turnout=turnout,
        booths=booths,
        turnout_rows=_turnout_rows(turnout) if turnout else None,
        may_vote=policies.can_vote(actor, contest, now),
        may_manage=policies.can_manage(actor, contest, now),
        ballot=ballot or ballot_form(contest, options, formdata=None),
        receipt_form=ReceiptForm(formdata=None),
        pack=pack(actor, contest.scope),
        may_edit_pack=policies.can_edit_pack(actor, contest, now),
        may_see_booths=policies.can_see_booths(actor, contest, now),
        **about_paper(contest, entry),
        **more,
    )


def about_paper(contest: Contest, entry: RollEntry | None) -> dict[str, Any]:
    """What the pages of a contest that is to come or under way say of its booths; nothing of one that was sealed."""
    if contest.sealed_at or contest.cancelled_at:
        return {"places": [], "may_ask": {}, "own_booth": None}
    actor, now, places = current_actor(), clock.now(), queries.places(contest)
    asked = entry.booth_id if entry and not entry.took_part else None
    return {
        "places": places,
        "may_ask": {booth.id: policies.can_ask_for_paper(actor, booth, now) for booth in places},
        "own_booth": next((booth for booth in places if booth.id == asked), None),
    }


def unstored(page: str) -> Response:
    """An answer with someone's choices or receipt in it: no browser or proxy keeps a copy."""
    return Response(page, headers={"Cache-Control": "no-store"})


def moment(local: datetime, cycle: Cycle) -> datetime:
    """A moment typed in the hours of a cycle."""
    return local.replace(tzinfo=zone(cycle.timezone))


def _template(contest: Contest, now: datetime) -> str:
    if contest.cancelled_at:
        return "voting/cancelled.html"
    return "voting/counted.html" if contest.counted_at else TEMPLATES[contest.state(now)]


def _shows_turnout(contest: Contest) -> bool:
    shown_now = contest.turnout_shown is TurnoutShown.ALWAYS or contest.counted_at is not None
    return contest.frozen_at is not None and shown_now


def _turnout_rows(turnout: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    """The turnout as rows of tables, with words for channels and sectors."""
    sectors = turnout["by_sector"] or []
    return {
        "by_channel": [(channel.label, number) for channel, number in turnout["by_channel"]],
        "by_sector": [(sector_words(sector), part, size) for sector, part, size in sectors],
    }
