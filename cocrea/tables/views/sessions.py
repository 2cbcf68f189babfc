"""Pages of sessions. The room works whole by plain HTTP; scripts only make it live."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.core import clock, live
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.pagination import position
from cocrea.tables import operations, policies, queries
from cocrea.tables.forms import InPersonForm, MessageForm, ReasonForm
from cocrea.tables.models import Message, Reaction, Room, Session
from cocrea.tables.views import panels
from cocrea.tables.views.base import bp, ring_counts


@bp.get("/sesiones/<reference>")
@visible(queries.visible_room)
def session(room: Room) -> str:
    return room_page(room)


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
            live.spend(current_actor())
            with transaction():
                event = operations.post_message(
                    actor=current_actor(),
                    session=room.session,
                    body=form.body.data or "",
                    parent=form.parent.data,
                    is_question=form.is_question.data,
                    client_key=form.client_key.data or "",
                    now=clock.now(),
                )
                at = f"m{event.seq}"
            return _back(room.session, _("Tu mensaje quedó publicado."), at)
        except CocreaError as error:
            form.reject(error)
            return room_page(room, message_form=form), error.status
    return room_page(room, message_form=form), 422


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
                    parent=form.parent.data,
                    is_question=form.is_question.data,
                    client_key=form.client_key.data or "",
                    now=clock.now(),
                )
            return _back(room.session, _("Quedó registrado lo que se dijo en persona."))
        except CocreaError as error:
            form.reject(error)
    return room_page(room, in_person_form=form), 422


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


@bp.post("/sesiones/<reference>/mensajes/<int:seq>/respuesta")
@requires(policies.can_mark_question, queries.visible_message)
def mark_answered(message: Message) -> Any:
    return _mark(message, _("La pregunta quedó como respondida."), answered=True)


@bp.post("/sesiones/<reference>/mensajes/<int:seq>/respuesta/retiro")
@requires(policies.can_mark_question, queries.visible_message)
def mark_unanswered(message: Message) -> Any:
    return _mark(message, _("La pregunta queda por responder."), answered=False)


def _mark(message: Message, words: str, *, answered: bool) -> Any:
    held, at = message.session, f"m{message.seq}"
    with transaction():
        operations.mark_question(actor=current_actor(), message=message, answered=answered, now=clock.now())
    return panels.done() or _back(held, words, at)


def _back(session: Session, words: str, at: str | None = None) -> Any:
    flash(words, "success")
    return redirect(url_for("tables.session", reference=session.reference, _anchor=at), 303)


def room_page(room: Room, **returned: Any) -> str:
    """The page of a session; `returned` are the forms that come back with errors, by their name in the template."""
    actor, now, held = current_actor(), clock.now(), room.session
    before, page = position("antes"), queries.messages(held, position("antes"), actor=actor)
    kinds = {"message_form": MessageForm, "in_person_form": InPersonForm}
    forms = {name: returned.get(name) or kind(formdata=None) for name, kind in kinds.items()}
    return render_template(
        "tables/room.html",
        cycle=held.cycle,
        table=held.table,
        session=held,
        before=before,
        page=page,
        reactions=list(Reaction),
        own_sector=room.member.sector.value if room.member and room.member.sector else "none",
        replying=_replying(held, page, forms["message_form"]),
        spoken_to=_replying(held, page, forms["in_person_form"]),
        ring_counts=ring_counts,
        facilitates=policies.facilitates(actor, held.table),
        may_post=policies.can_post(actor, room, now),
        may_open=policies.can_open(actor, room, now),
        may_edit=policies.can_edit_session(actor, room, now),
        may_cancel=policies.can_cancel_session(actor, room, now),
        may_see_link=policies.can_see_link(actor, room, now),
        may_end=policies.can_end(actor, room, now),
        may_minute=policies.can_minute(actor, room, now),
        has_minutes=room.has_minutes,
        **forms,
        **panels.contexts(room, returned),
    )


def _replying(session: Session, page: queries.MessagePage, form: Any) -> Message | None:
    """The message that is replied to by what is being written: as the form came back, else as a link asks for."""
    if not form.is_submitted():
        form.parent.data = position("responder")
    number = None if form.parent.errors else form.parent.data
    found = number and (page.by_number(number) or queries.message(session, number))
    form.parent.data, form.parent.raw_data = found.seq if found and found.is_public else None, None
    return found if form.parent.data else None
