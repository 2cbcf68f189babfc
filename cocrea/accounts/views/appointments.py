"""Who answers for the platform, its spaces and its organisations: inviting people, and taking functions back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from cocrea.accounts import operations, queries
from cocrea.accounts.forms import AppointmentForm, DismissalForm
from cocrea.accounts.offices import Office, key_of, offices
from cocrea.accounts.policies import can_administer
from cocrea.accounts.views.base import bp
from cocrea.core import clock
from cocrea.core.access import current_actor, enforce, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.extensions import limiter


@dataclass(frozen=True)
class _Held:
    """A function that someone holds, or was offered."""

    office: Office
    by: Any


def _held(actor: Any, grant_id: int) -> _Held:
    return _find(actor, grant_id, queries.holders)


def _offered(actor: Any, invitation_id: int) -> _Held:
    return _find(actor, invitation_id, lambda scopes: queries.invitations_in(scopes, clock.now()))


def _find(actor: Any, wanted: int, rows: Any) -> _Held:
    """The row, for those who may know of it; others are refused before they learn whether there is one."""
    enforce(can_administer, actor, None, clock.now())
    known = {office.key: office for office in offices()}
    for row in rows({office.post.scope for office in known.values()}):
        if row.id == wanted and key_of(row) in known:
            return _Held(known[key_of(row)], row)
    raise NotFound


@bp.route("/administracion/funciones", methods=["GET", "POST"])
@requires(can_administer)
@limiter.limit("60 per hour", methods=["POST"])
def appointments() -> Any:
    """Who holds what, what was offered, and offering more: one answer, whether or not the address has an account."""
    form, known = AppointmentForm(), offices()
    form.office.choices = [
        SelectChoice("", _("Elige una")),
        *(SelectChoice(office.key, str(office.place), optgroup=str(office.post.role.label)) for office in known),
    ]
    if form.validate_on_submit():
        office = next(office for office in known if office.key == form.office.data)
        try:
            with transaction():
                operations.invite(
                    actor=current_actor(),
                    email=form.email.data or "",
                    post=office.post,
                    place=str(office.place),
                    now=clock.now(),
                )
            return _done(_("Enviamos la invitación a ese correo. La función empieza cuando la acepte."))
        except CocreaError as error:
            form.reject(error)
    return _page(form, known), 422 if form.errors else 200


@bp.route("/administracion/funciones/<int:grant_id>/retiro", methods=["GET", "POST"])
@requires(can_administer, _held)
def dismiss(held: _Held) -> Any:
    form = DismissalForm()
    if form.validate_on_submit():
        post, person = held.office.post, held.by.person
        try:
            with transaction():
                operations.revoke_role(
                    actor=current_actor(),
                    person=person,
                    role=post.role,
                    scope=post.scope,
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            return _done(_("Retiraste la función. Queda en el historial público."))
        except CocreaError as error:
            form.reject(error)
    page = render_template("accounts/dismiss.html", held=held, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post("/administracion/invitaciones/<int:invitation_id>/retiro")
@requires(can_administer, _offered)
def withdraw_invitation(offered: _Held) -> Any:
    actor, offered_id = current_actor(), offered.by.id
    with transaction():
        operations.withdraw_invitation(actor=actor, invitation=_offered(actor, offered_id).by, now=clock.now())
    return _done(_("Retiraste la invitación."))


def _page(form: AppointmentForm, known: list[Office]) -> str:
    places = {office.key: office.place for office in known}
    scopes = {office.post.scope for office in known}
    return render_template(
        "accounts/appointments.html",
        form=form,
        places=places,
        key=key_of,
        holders=[grant for grant in queries.holders(scopes) if key_of(grant) in places],
        invitations=[offer for offer in queries.invitations_in(scopes, clock.now()) if key_of(offer) in places],
    )


def _done(words: str) -> Any:
    flash(words, "success")
    return redirect(url_for("accounts.appointments"), 303)
