"""The notice at the top of the room of a session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.tables import operations, policies, queries
from cocrea.tables.forms import NoticeForm
from cocrea.tables.models import Room
from cocrea.tables.views import panels
from cocrea.tables.views.base import bp
from cocrea.tables.views.sessions import room_page


@panels.panel("notice")
def context(room: Room, notice_form: NoticeForm | None = None, **_others: Any) -> Mapping[str, Any]:
    may_pin = policies.can_pin(current_actor(), room, clock.now())
    standing = {"notice": room.session.notice_source}
    return {"may_pin": may_pin, "notice_form": notice_form or NoticeForm(formdata=None, data=standing)}


@bp.post("/sesiones/<reference>/aviso")
@requires(policies.can_pin, queries.visible_room)
def pin_notice(room: Room) -> Any:
    form = NoticeForm()
    if form.validate_on_submit():
        body = form.notice.data or ""
        try:
            with transaction():
                operations.pin_notice(actor=current_actor(), session=room.session, body=body, now=clock.now())
            return panels.answer(room, "notice", _("El aviso está a la vista de todas las personas."))
        except CocreaError as error:
            form.reject(error)
    return panels.again(room, "notice", room_page, notice_form=form)


@bp.post("/sesiones/<reference>/aviso/retiro")
@requires(policies.can_pin, queries.visible_room)
def unpin_notice(room: Room) -> Any:
    with transaction():
        operations.unpin_notice(actor=current_actor(), session=room.session, now=clock.now())
    return panels.answer(room, "notice", _("Quitaste el aviso."))
