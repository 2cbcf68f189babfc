"""Answering the offer of a role."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.accounts import operations, queries
from cocrea.accounts.models import Invitation, Role
from cocrea.accounts.views.base import bp
from cocrea.core import clock
from cocrea.core.access import current_actor, is_signed_in, requires
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied


def _own(actor: Any, invitation_id: int) -> Any:
    return queries.own_invitation(actor, invitation_id, clock.now()) if actor.is_authenticated else None


@bp.get("/invitaciones/<int:invitation_id>")
@requires(is_signed_in, load=_own)
def invitation(offered: Invitation) -> str:
    """What is offered, by whom and what it obliges to."""
    return render_template("accounts/invitation.html", invitation=offered)


@bp.post("/invitaciones/<int:invitation_id>/aceptacion")
@requires(is_signed_in, load=_own)
def accept_invitation(offered: Invitation) -> Any:
    actor, offered_id, role, text = current_actor(), offered.id, offered.role, offered.text
    try:
        with transaction():
            operations.accept(actor=actor, invitation=_own(actor, offered_id), now=clock.now())
    except (Conflict, Denied) as error:
        page = render_template("accounts/invitation.html", invitation=offered, problem=error.message)
        return page, error.status
    flash(_accepted(role), "success")
    return redirect(url_for("proposals.show", reference=text) if text else url_for("cycles.home"), 303)


def _accepted(role: Role) -> str:
    if role in {Role.TITULAR, Role.ALTERNATE}:
        return str(_("Ya ocupas tu asiento en el foro. Sus sesiones aparecerán aquí, en «Por hacer»."))
    if role is Role.MEMBER:
        return str(_("Ya tienes tu asiento en la mesa. Sus sesiones en vivo aparecerán aquí, en «Por hacer»."))
    if role is Role.COAUTHOR:
        return str(
            _("Ya escribes esta propuesta. Si la apoyabas, retiramos ese apoyo: tu voz cuenta por escribirla.")
        )
    return str(_("Aceptaste la función. Queda en el historial público."))


@bp.post("/invitaciones/<int:invitation_id>/rechazo")
@requires(is_signed_in, load=_own)
def decline_invitation(offered: Invitation) -> Any:
    actor, offered_id = current_actor(), offered.id
    with transaction():
        operations.decline(invitation=_own(actor, offered_id))
    flash(_("Rechazaste la invitación. No guardamos nada de ella."), "success")
    return redirect(url_for("cycles.home"), 303)
