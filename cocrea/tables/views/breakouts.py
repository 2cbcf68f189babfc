"""Small groups in the room of a session, and in the rooms of the groups themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.core import clock, live, presence
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, Denied
from cocrea.core.forms import Form
from cocrea.tables import operations, policies, queries
from cocrea.tables.forms import GroupsForm, GroupsNoticeForm, MoreTimeForm, ResultForm, SeatForm, result_form
from cocrea.tables.models import Deal, Grouped, Room
from cocrea.tables.views import panels
from cocrea.tables.views.base import bp
from cocrea.tables.views.sessions import room_page


@panels.panel("breakout")
def context(room: Room, breakout_returned: Form | None = None, breakout_refused: Any = "", **_others: Any) -> Any:
    """`breakout_returned` is the form that comes back with errors; it takes its place."""
    now, told = clock.now(), {"breakout_refused": breakout_refused}
    if room.session.is_group:
        return {**told, **_in_group(room, now, breakout_returned)}
    return {**told, **_in_session(room, now, breakout_returned)}


def _in_session(room: Room, now: datetime, returned: Form | None) -> Mapping[str, Any]:
    """What the session shows of its groups: one statement, none where it never divided."""
    actor, session = current_actor(), room.session
    may_open, may_conduct = (
        policy(actor, room, now) for policy in (policies.can_open_groups, policies.can_conduct_groups)
    )
    rounds = queries.rounds(session, actor) if room.groups_until is not None else []
    running = next((found for found in rounds if found.breakout.is_running(now)), None)
    forms: list[Form] = [GroupsForm(formdata=None)] if may_open else []
    if may_conduct:
        forms += [MoreTimeForm(formdata=None), GroupsNoticeForm(formdata=None)]
    return {
        "breakout_running": running,
        "breakout_past": [found for found in rounds if found is not running],
        "may_open_groups": may_open,
        "may_conduct_groups": may_conduct,
        "may_enter_group": policies.can_enter_group(actor, room, now),
        "put_by_hand": policies.PUT_BY_HAND if running and running.breakout.deal is Deal.BY_HAND else "",
        "breakout_forms": _by_place(forms, returned),
    }


def _in_group(room: Room, now: datetime, returned: Form | None) -> Mapping[str, Any]:
    """What a group shows of itself: two statements. Names are for those who may read it while it works."""
    actor, group = current_actor(), queries.group(room.session)
    may_save, people = policies.can_save_result(actor, Grouped(group, room), now), queries.people_in(group)
    is_over = room.session.has_ended(now)
    return {
        "group": group,
        "group_is_over": is_over,
        "group_people": [] if is_over else people,
        "shown_people": queries.SHOWN_DEALT,
        "group_sectors": Counter(sector for _name, sector in people),
        "group_is_own": room.is_dealt or policies.facilitates(actor, room.session.table),
        "may_save_result": may_save,
        "breakout_forms": _by_place([result_form(group, formdata=None)] if may_save else [], returned),
    }


def _by_place(forms: list[Form], returned: Form | None) -> Mapping[str, Form]:
    return {form.within: form for form in [*forms, *([returned] if returned else [])]}


@bp.post("/sesiones/<reference>/grupos")
@requires(policies.can_open_groups, queries.visible_room)
def open_groups(room: Room) -> Any:
    form, session = GroupsForm(), room.session

    def divide() -> None:
        here = presence.people(operations.live_room(session))
        key = form.client_key.data or ""
        operations.open_groups(
            actor=current_actor(), session=session, plan=form.plan(), here=here, client_key=key, now=clock.now()
        )

    return _sent(room, form, divide, _("La sesión se dividió en grupos."))


@bp.post("/sesiones/<reference>/grupos/entrada")
@visible(queries.visible_room)
def enter_group(room: Room) -> Any:
    """The operation judges: whoever presses when the groups are back is told so, where they stand."""

    def enter() -> None:
        operations.enter_group(actor=current_actor(), session=room.session, now=clock.now())

    return _done(room, enter, _("Ya estás en un grupo: ve con él."))


@bp.post("/sesiones/<reference>/grupos/tiempo")
@requires(policies.can_conduct_groups, queries.visible_room)
def extend_groups(room: Room) -> Any:
    form = MoreTimeForm()

    def extend() -> None:
        actor, minutes = current_actor(), form.minutes.data
        operations.extend_groups(actor=actor, session=room.session, minutes=minutes, now=clock.now())

    return _sent(room, form, extend, _("Los grupos tienen más tiempo."))


@bp.post("/sesiones/<reference>/grupos/aviso")
@requires(policies.can_conduct_groups, queries.visible_room)
def tell_groups(room: Room) -> Any:
    form = GroupsNoticeForm()

    def tell() -> None:
        body = form.notice.data or ""
        operations.tell_groups(actor=current_actor(), session=room.session, body=body, now=clock.now())

    return _sent(room, form, tell, _("El aviso ya está en todos los grupos."))


@bp.route("/sesiones/<reference>/grupos/personas", methods=["GET", "POST"])
@requires(policies.can_conduct_groups, queries.visible_room)
def move_person(room: Room) -> Any:
    """Who is in which group, by name, and a way to put someone into another."""
    session, found = room.session, queries.last_round(room.session)
    people = queries.dealt(session, found.breakout) if found else []
    form = SeatForm(people, found.groups if found else [])
    if form.validate_on_submit():
        chosen = {"person": form.person.data, "number": form.group.data}
        try:
            with transaction():
                operations.move_person(actor=current_actor(), session=session, now=clock.now(), **chosen)
            flash(_("Ya está en ese grupo."), "success")
            return redirect(url_for("tables.move_person", reference=session.reference), 303)
        except CocreaError as error:
            form.reject(error)
    shown = {"cycle": session.cycle, "table": session.table, "session": session}
    most = queries.SHOWN_DEALT
    page = render_template("tables/groups_people.html", **shown, found=found, people=people, form=form, most=most)
    return page, 422 if form.is_submitted() else 200


@bp.post("/sesiones/<reference>/grupos/resultados")
@requires(policies.can_conduct_groups, queries.visible_room)
def ask_for_results(room: Room) -> Any:
    def ask() -> None:
        operations.ask_for_results(actor=current_actor(), session=room.session, now=clock.now())

    return _done(room, ask, _("Lo que llevan los grupos ya está en la conversación."))


@bp.post("/sesiones/<reference>/grupos/cierre")
@requires(policies.can_conduct_groups, queries.visible_room)
def end_groups(room: Room) -> Any:
    def end() -> None:
        operations.end_groups(actor=current_actor(), session=room.session, now=clock.now())

    return _done(room, end, _("Los grupos volvieron a la sesión."))


@bp.post("/sesiones/<reference>/resultado")
@visible(queries.visible_group)
def save_result(grouped: Grouped) -> Any:
    """Whoever wrote on a version that is no longer the last reads that one, and sends again what they make of both. The
    operation judges: whoever is too late is told so, and finds there what they wrote."""
    form, group = ResultForm(), grouped.group

    def save() -> None:
        try:
            operations.save_result(
                actor=current_actor(),
                group=group,
                body=form.result.data or "",
                base=_number(form.base.data),
                now=clock.now(),
            )
        except Conflict:
            form.base.data = str(group.version)
            raise

    return _sent(grouped.room, form, save, _("Guardamos lo que lleva el grupo."))


def _done(room: Room, operation: Callable[[], Any], words: str) -> Any:
    """Do what a button asks for, or say why it cannot be done any more."""
    try:
        live.spend(current_actor())
        with transaction():
            operation()
    except CocreaError as error:
        return panels.refused(_now(room), "breakout", room_page, error, breakout_refused=error.message)
    return panels.answer(_now(room), "breakout", words)


def _sent(room: Room, form: Form, operation: Callable[[], Any], words: str) -> Any:
    """Do what a form asks for, and show the room as it is then."""
    if form.validate_on_submit():
        try:
            live.spend(current_actor())
            with transaction():
                operation()
            return panels.answer(_now(room), "breakout", words)
        except Denied as error:
            told = {"breakout_refused": error.message, "breakout_returned": form}
            return panels.refused(_now(room), "breakout", room_page, error, **told)
        except CocreaError as error:
            form.reject(error)
    return panels.again(_now(room), "breakout", room_page, breakout_returned=form)


def _now(room: Room) -> Room:
    """The room after what was done in it: its groups may be others."""
    return queries.visible_room(current_actor(), room.session.reference)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
