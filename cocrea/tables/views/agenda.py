"""The agenda in the room of a session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.tables import operations, policies, queries
from cocrea.tables.agendas import OF_FORUM, TEMPLATES
from cocrea.tables.forms import AgendaItemForm
from cocrea.tables.models import AgendaItem, Room
from cocrea.tables.views import panels
from cocrea.tables.views.base import bp
from cocrea.tables.views.sessions import room_page


@panels.panel("agenda")
def context(room: Room, agenda_form: AgendaItemForm | None = None, **_others: Any) -> Mapping[str, Any]:
    actor, now = current_actor(), clock.now()
    may_plan = policies.can_plan_agenda(actor, room, now)
    return {
        "agenda": queries.agenda(room.session),
        "may_plan": may_plan,
        "conducts": policies.facilitates(actor, room.session.table),
        "agenda_form": agenda_form or AgendaItemForm(formdata=None),
        "agenda_templates": TEMPLATES,
        "usual_template": OF_FORUM if room.session.table.is_plenary else None,
    }


@bp.post("/sesiones/<reference>/puntos")
@requires(policies.can_plan_agenda, queries.visible_room)
def add_item(room: Room) -> Any:
    form = AgendaItemForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.add_item(
                    actor=current_actor(),
                    session=room.session,
                    content=form.content(),
                    client_key=form.client_key.data or "",
                    now=clock.now(),
                )
            return panels.answer(room, "agenda", _("El punto está en el orden del día."))
        except CocreaError as error:
            form.reject(error)
    return panels.again(room, "agenda", room_page, agenda_form=form)


@bp.post("/sesiones/<reference>/puntos/plantilla")
@requires(policies.can_plan_agenda, queries.visible_room)
def use_agenda_template(room: Room) -> Any:
    template = TEMPLATES.get(request.form.get("template", ""))
    if template is None:
        raise NotFound
    with transaction():
        operations.use_template(actor=current_actor(), session=room.session, template=template, now=clock.now())
    return panels.answer(room, "agenda", _("Listo: ahora ajusta los puntos a tu sesión."))


@bp.route("/sesiones/<reference>/puntos/<int:item>/edicion", methods=["GET", "POST"])
@requires(policies.can_edit_item, queries.visible_item)
def edit_item(item: AgendaItem) -> Any:
    form, session = AgendaItemForm(obj=item), item.session
    if form.validate_on_submit():
        try:
            with transaction():
                operations.edit_item(actor=current_actor(), item=item, content=form.content(), now=clock.now())
            return panels.answer(queries.room(current_actor(), session), "agenda", _("Guardamos el punto."))
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.documents.data = item.documents_source
    page = render_template("tables/agenda_item.html", cycle=session.cycle, session=session, item=item, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post("/sesiones/<reference>/puntos/<int:item>/lugar")
@requires(policies.can_edit_item, queries.visible_item)
def move_item(item: AgendaItem) -> Any:
    up = request.form.get("direction") == "up"
    return _done(item, _("Cambió el orden de los puntos."), operations.move_item, up=up)


@bp.post("/sesiones/<reference>/puntos/<int:item>/retiro")
@requires(policies.can_edit_item, queries.visible_item)
def remove_item(item: AgendaItem) -> Any:
    return _done(item, _("Quitaste el punto."), operations.remove_item)


@bp.post("/sesiones/<reference>/puntos/<int:item>/inicio")
@requires(policies.can_start_item, queries.visible_item)
def start_item(item: AgendaItem) -> Any:
    return _done(item, _("La sesión pasó a este punto."), operations.start_item)


@bp.post("/sesiones/<reference>/puntos/<int:item>/fin")
@requires(policies.can_end_item, queries.visible_item)
def end_item(item: AgendaItem) -> Any:
    return _done(item, _("El punto terminó."), operations.end_item)


def _done(item: AgendaItem, words: str, operation: Any, **said: Any) -> Any:
    actor, session = current_actor(), item.session
    with transaction():
        operation(actor=actor, item=item, now=clock.now(), **said)
    return panels.answer(queries.room(actor, session), "agenda", words)
