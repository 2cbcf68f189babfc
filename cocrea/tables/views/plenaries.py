"""Where a forum meets: its public page, its table in a cycle, and calling it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Gender
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.figures import REST
from cocrea.forums import queries as forums
from cocrea.forums import quorums
from cocrea.forums.models import Forum, HolderKind
from cocrea.forums.policies import can_steer_forum
from cocrea.tables import agreeing, operations, policies, queries
from cocrea.tables.expected import Standing, expected
from cocrea.tables.models import Convening, Session, SessionState
from cocrea.tables.views.agreements import STATES
from cocrea.tables.views.base import agreement_rows, bp

WAITING = (SessionState.LIVE, SessionState.SCHEDULED)


@bp.get("/foros/<slug>")
@same_for_visitors
@visible(forums.visible_forum)
def forum(forum: Forum) -> str:
    """Its seats, its sessions in every cycle and what it agreed on, with what became of it."""
    actor, now = current_actor(), clock.now()
    seated, met = _seated(forum, actor, now), _met(queries.sittings_of(forum))
    latest = next((session for session in met["past"] if session.ended_at is not None), None)
    state, agreed = STATES.get(request.args.get("estado", "")), queries.agreements_of(forum)
    duties = [duty for each in agreed for duty in each.duties]
    return render_template(
        "tables/forum.html",
        **seated,
        **met,
        latest=latest,
        genders=_genders(latest) if latest else [],
        seats_by_sector=Counter(seat.sector.value for seat in seated["seats"]),
        space=forum.space,
        convenings=queries.convenable(actor, forum, now),
        agreements=queries.duty_states(agreed, state, now),
        adopted=len(agreed),
        chosen=state,
        states=STATES,
        in_words=agreeing.in_words,
        may_fulfil={duty.id: policies.can_fulfil(actor, duty, now) for duty in duties},
        now=now,
    )


@bp.post("/foros/<slug>/convocatorias/<cycle>")
@requires(policies.can_convene_forum, queries.visible_convening)
def convene_forum(convening: Convening) -> Any:
    """To the form of its next session; the first time the forum gets its table in the cycle."""
    with transaction():
        table = operations.open_plenary(actor=current_actor(), convening=convening, now=clock.now())
        reference = table.reference
    return redirect(url_for("tables.schedule", reference=reference), 303)


def plenary_page(standing: Standing, actor: Any, now: datetime) -> str:
    """The table of a forum in a cycle: what it is, who sits there, and what comes next."""
    table = standing.place.table
    return render_template(
        "tables/plenary.html",
        **_seated(queries.forum_of(table), actor, now),
        **_met(standing.sessions),
        cycle=table.cycle,
        table=table,
        step=expected(standing, now),
        standing=standing,
        place=standing.place,
        may_run=standing.may_run,
        agreements=standing.agreements,
        agreement_rows=agreement_rows,
        tasks=standing.tasks,
        facilitates=standing.facilitates,
        now=now,
    )


def _seated(forum: Forum, actor: Any, now: datetime) -> dict[str, Any]:
    seats, may_name = forums.seats_of(forum), can_steer_forum(actor, forum, now)
    return {
        "forum": forum,
        "seats": seats,
        "holder_kinds": list(HolderKind),
        "may_name": may_name,
        "offers": forums.offers(seats, now) if may_name else [],
        "quorum_rule": quorums.rule(forums.quorum(forum, seats)) if seats else "",
    }


def _genders(session: Session) -> list[tuple[Any, int]]:
    """How many came to a session that is over, by gender, as its own page tells: who holds a seat changes one by one,
    and beside their names two readings would tell the gender of whoever came or went."""
    came = queries.attendance(session).public_genders()
    names = {**{gender.value: gender.label for gender in Gender}, REST: _("Otras, o no lo dijeron")}
    return [(names[gender], number) for gender, number in came.items()]


def _met(sessions: Any) -> dict[str, list[Session]]:
    """The sessions to come, the next one first, and those that are over."""
    return {
        "coming": [session for session in sessions if session.state in WAITING][::-1],
        "past": [session for session in sessions if session.state not in WAITING],
    }
