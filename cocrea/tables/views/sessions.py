"""Pages of sessions. The room works whole by plain HTTP; scripts only make it live."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.i18n import zone
from cocrea.core.pagination import position
from cocrea.cycles.models import Cycle
from cocrea.tables import operations, policies, queries
from cocrea.tables.forms import AgreementForm, InPersonForm, MessageForm, ReasonForm, SessionForm
from cocrea.tables.models import Message, Place, Room, Session, SessionMode
from cocrea.tables.views.base import bp, ring_counts


@bp.route("/mesas/<reference>/sesiones/nueva", methods=["GET", "POST"])
@requires(policies.can_run, queries.visible_place)
def schedule(place: Place) -> Any:
    table, form = place.table, SessionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                made = operations.schedule_session(
                    actor=current_actor(),
                    table=table,
                    title=form.title.data or "",
                    mode=SessionMode(form.mode.data),
                    place=form.place.data or "",
                    starts_at=_moment(form.starts_at.data, table.cycle),
                    ends_at=_moment(form.ends_at.data, table.cycle),
                    now=clock.now(),
                )
                reference = made.reference
            flash(_("La sesión quedó convocada. Ábrela cuando empiece."), "success")
            return redirect(url_for("tables.session", reference=reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template("tables/session_form.html", cycle=table.cycle, table=table, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.get("/sesiones/<reference>")
@visible(queries.visible_room)
def session(room: Room) -> str:
    return _room(room)


@bp.post("/sesiones/<reference>/apertura")
@requires(policies.can_open, queries.visible_room)
def open_session(room: Room) -> Any:
    with transaction():
        operations.open_session(actor=current_actor(), session=room.session, now=clock.now())
    return _back(room.session, _("La sesión está en vivo."))


@bp.post("/sesiones/<reference>/cierre")
@requires(policies.can_end, queries.visible_room)
def end_session(room: Room) -> Any:
    with transaction():
        operations.end_session(actor=current_actor(), session=room.session, now=clock.now())
    return _back(room.session, _("La sesión terminó. Todo lo que se dijo queda aquí."))


@bp.post("/sesiones/<reference>/mensajes")
@visible(queries.visible_room)
def post_message(room: Room) -> Any:
    """For those without scripts, or without a connection that lasts. The operation judges: the text comes back."""
    form = MessageForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.post_message(
                    actor=current_actor(),
                    session=room.session,
                    body=form.body.data or "",
                    client_key=form.client_key.data or "",
                    now=clock.now(),
                )
            return _back(room.session, _("Tu mensaje quedó publicado."))
        except CocreaError as error:
            form.reject(error)
            return _room(room, message_form=form), error.status
    return _room(room, message_form=form), 422


@bp.post("/sesiones/<reference>/intervenciones")
@requires(policies.can_record, queries.visible_room)
def record_in_person(room: Room) -> Any:
    form = InPersonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.record_in_person(
                    actor=current_actor(),
                    session=room.session,
                    body=form.body.data or "",
                    attribution=form.attribution.data or "",
                    client_key=form.client_key.data or "",
                    now=clock.now(),
                )
            return _back(room.session, _("Quedó registrado lo que se dijo en persona."))
        except CocreaError as error:
            form.reject(error)
    return _room(room, in_person_form=form), 422


@bp.post("/sesiones/<reference>/acuerdos")
@requires(policies.can_record, queries.visible_room)
def record_agreement(room: Room) -> Any:
    form = AgreementForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.record_agreement(
                    actor=current_actor(),
                    session=room.session,
                    body=form.body.data or "",
                    responsible=form.responsible.data or "",
                    due_at=_day_end(form.due.data, room.session.cycle),
                    client_key=form.client_key.data or "",
                    now=clock.now(),
                )
            return _back(room.session, _("El acuerdo ya es público."))
        except CocreaError as error:
            form.reject(error)
    return _room(room, agreement_form=form), 422


@bp.route("/sesiones/<reference>/mensajes/<int:seq>/ocultamiento", methods=["GET", "POST"])
@requires(policies.can_hide, queries.visible_message)
def hide_message(message: Message) -> Any:
    form, held = ReasonForm(), message.session
    if form.validate_on_submit():
        reason = form.reason.data or ""
        with transaction():
            operations.hide_message(actor=current_actor(), message=message, reason=reason, now=clock.now())
        return _back(held, _("El mensaje quedó oculto, con la razón a la vista."))
    page = render_template("tables/hide.html", cycle=held.cycle, session=held, message=message, form=form)
    return page, 422 if form.is_submitted() else 200


def _back(session: Session, words: str) -> Any:
    flash(words, "success")
    return redirect(url_for("tables.session", reference=session.reference), 303)


def _room(room: Room, **returned: Any) -> str:
    """The page of a session; `returned` are the forms that come back with errors, by their name in the template."""
    actor, now, held = current_actor(), clock.now(), room.session
    before = position("antes")
    forms = {"message_form": MessageForm, "in_person_form": InPersonForm, "agreement_form": AgreementForm}
    return render_template(
        "tables/room.html",
        cycle=held.cycle,
        table=held.table,
        session=held,
        before=before,
        page=queries.messages(held, before),
        agreements=queries.agreements_of(held),
        sectors=queries.sectors(held.table),
        ring_counts=ring_counts,
        facilitates=policies.facilitates(actor, held.table),
        may_post=policies.can_post(actor, room, now),
        may_open=policies.can_open(actor, room, now),
        may_end=policies.can_end(actor, room, now),
        may_record=policies.can_record(actor, room, now),
        **{name: returned.get(name) or form(formdata=None) for name, form in forms.items()},
    )


def _moment(local: datetime, cycle: Cycle) -> datetime:
    return local.replace(tzinfo=zone(cycle.timezone))


def _day_end(day: date | None, cycle: Cycle) -> datetime | None:
    return datetime.combine(day, time(23, 59), zone(cycle.timezone)) if day else None
