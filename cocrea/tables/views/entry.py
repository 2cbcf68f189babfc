"""How one comes to a table: asking for a seat, answering those who ask, inviting, and arranging the seats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.accounts import operations as accounts
from cocrea.accounts.models import Invitation, Role
from cocrea.accounts.queries import invitations_in
from cocrea.core import clock
from cocrea.core.access import Decision, current_actor, enforce, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.extensions import limiter
from cocrea.tables import operations, policies, queries
from cocrea.tables.forms import DeclineForm, InviteForm, RequestForm, SeatingForm
from cocrea.tables.models import Place, SeatRequest, Table
from cocrea.tables.views.base import bp, to_table


@bp.route("/mesas/<reference>/solicitud", methods=["GET", "POST"])
@visible(queries.visible_place)
def ask_for_seat(place: Place) -> Any:
    """Asking twice is asking once: the operation judges, and who waits already is led back."""
    actor, now, table = current_actor(), clock.now(), place.table
    if place.request is not None and place.request.is_waiting:
        return to_table(table, _("Tu solicitud ya está en espera."))
    enforce(policies.can_request, actor, place, now)
    form = RequestForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.ask_for_seat(actor=actor, table=table, reason=form.reason.data or "", now=now)
            return to_table(table, _("Pediste tu lugar. La facilitación te responde por correo y en esta página."))
        except CocreaError as error:
            form.reject(error)
    page = render_template("tables/ask_for_seat.html", cycle=table.cycle, table=table, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post("/mesas/<reference>/solicitud/retiro")
@requires(policies.can_withdraw_request, queries.visible_place)
def withdraw_request(place: Place) -> Any:
    with transaction():
        operations.withdraw_request(actor=current_actor(), table=place.table, now=clock.now())
    return to_table(place.table, _("Retiraste tu solicitud. No guardamos nada de ella."))


@bp.route("/mesas/<reference>/entrada", methods=["GET", "POST"])
@requires(policies.can_arrange, queries.visible_table)
@limiter.limit("60 per hour", methods=["POST"])
def entry(table: Table) -> Any:
    """Who waits for a seat and who was offered one; and offering more, with one answer whoever has the address."""
    form, now = InviteForm(), clock.now()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.invite_to_seat(
                    actor=current_actor(), table=table, email=form.email.data or "", now=clock.now()
                )
            flash(_("Enviamos la invitación a ese correo. Toma su asiento cuando la acepte."), "success")
            return redirect(url_for("tables.entry", reference=table.reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "tables/entry.html",
        cycle=table.cycle,
        table=table,
        form=form,
        requests=queries.requests_of(table),
        balance=queries.balance(table),
        offers=_offers(table),
        may_invite=policies.can_invite(current_actor(), table, now),
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/mesas/<reference>/solicitudes/<person>/aceptacion")
@requires(policies.can_accept, queries.visible_request)
def accept_request(request: SeatRequest) -> Any:
    table = request.table
    with transaction():
        operations.accept_request(actor=current_actor(), table=table, person=request.person, now=clock.now())
    flash(_("Le diste su asiento. Si tiene correo, le avisamos."), "success")
    return redirect(url_for("tables.entry", reference=table.reference), 303)


@bp.route("/mesas/<reference>/solicitudes/<person>/rechazo", methods=["GET", "POST"])
@requires(policies.can_decline, queries.visible_request)
def decline_request(request: SeatRequest) -> Any:
    form, table = DeclineForm(), request.table
    if form.validate_on_submit():
        try:
            with transaction():
                operations.decline_request(
                    actor=current_actor(),
                    table=table,
                    person=request.person,
                    reason=form.reason.data or "",
                    may_ask_again=form.may_ask_again.data,
                    now=clock.now(),
                )
            flash(_("Respondiste que no. La persona lee tu razón."), "success")
            return redirect(url_for("tables.entry", reference=table.reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template("tables/decline.html", cycle=table.cycle, table=table, asking=request, form=form)
    return page, 422 if form.is_submitted() else 200


@dataclass(frozen=True)
class _Offer:
    """A seat that was offered at a table."""

    table: Table
    invitation: Invitation


def _offer(actor: Any, reference: str, invitation_id: int) -> _Offer:
    """The offer, for those who may make it: nobody else is to know who was invited."""
    table = queries.visible_table(actor, reference)
    enforce(policies.can_arrange, actor, table, clock.now())
    for offered in _offers(table):
        if offered.id == invitation_id:
            return _Offer(table, offered)
    raise NotFound


def _offers(table: Table) -> list[Invitation]:
    return [offered for offered in invitations_in({table.scope}, clock.now()) if offered.role is Role.MEMBER]


def _may_arrange(actor: Any, offer: _Offer, now: datetime) -> Decision:
    return policies.can_arrange(actor, offer.table, now)


@bp.post("/mesas/<reference>/invitaciones/<int:invitation_id>/retiro")
@requires(_may_arrange, _offer)
def withdraw_offer(offer: _Offer) -> Any:
    actor, reference, offered_id = current_actor(), offer.table.reference, offer.invitation.id
    with transaction():
        offered = _offer(actor, reference, offered_id).invitation
        accounts.withdraw_invitation(actor=actor, invitation=offered, now=clock.now())
    flash(_("Retiraste la invitación."), "success")
    return redirect(url_for("tables.entry", reference=reference), 303)


@bp.route("/mesas/<reference>/lugares", methods=["GET", "POST"])
@requires(policies.can_arrange, queries.visible_table)
def arrange(table: Table) -> Any:
    form = SeatingForm.of(table)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.arrange_seats(
                    actor=current_actor(),
                    table=table,
                    seating=form.seating(),
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            return to_table(table, _("Guardaste cómo se entra a la mesa y qué lugares busca."))
        except CocreaError as error:
            form.reject(error)
    page = render_template("tables/arrange.html", cycle=table.cycle, table=table, form=form)
    return page, 422 if form.is_submitted() else 200
