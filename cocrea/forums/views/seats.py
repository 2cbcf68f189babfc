"""Seats of a forum: given, held by people, and how many of them make a quorum."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask_babel import gettext as _
from wtforms import SelectChoice

from cocrea.accounts.queries import organisation_called, organisation_names, people_called
from cocrea.core import clock
from cocrea.core.access import current_actor, enforce, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, Invalid, NotFound
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import limiter
from cocrea.forums import operations, policies, queries
from cocrea.forums.forms import HolderForm, QuorumForm, RelievingForm, SeatForm
from cocrea.forums.models import Forum, HolderKind, Offer, Seat, SeatHolder
from cocrea.forums.views.base import bp, form_page, to_space


@bp.route("/foros/<slug>/asientos", methods=["GET", "POST"])
@requires(policies.can_steer_forum, queries.visible_forum)
def seat(forum: Forum) -> Any:
    form = SeatForm()
    form.organisation.choices = organisation_names()
    if form.validate_on_submit():
        try:
            _add_seat(forum, form)
            flash(_("El asiento ya aparece en el foro."), "success")
            return to_space(forum.space)
        except CocreaError as error:
            form.reject(error)
    return form_page(forum.space, form, _("Dar un asiento en «%(forum)s»", forum=forum.name), _("Dar el asiento"))


def _add_seat(forum: Forum, form: SeatForm) -> None:
    with transaction():
        organisation = organisation_called(form.organisation.data)
        if organisation is None:
            raise Invalid(_l("Elige una organización de la lista."), "organisation")
        operations.add_seat(actor=current_actor(), forum=forum, organisation=organisation, now=clock.now())


@bp.route("/foros/<slug>/quorum", methods=["GET", "POST"])
@requires(policies.can_steer_forum, queries.visible_forum)
def quorum(forum: Forum) -> Any:
    form = QuorumForm(data={"seats": forum.quorum_seats, "of_each": forum.quorum_each})
    if form.validate_on_submit():
        try:
            with transaction():
                operations.set_quorum(
                    actor=current_actor(),
                    forum=forum,
                    seats=form.seats.data,
                    of_each=form.of_each.data,
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            flash(_("El foro decide desde ahora con ese quórum."), "success")
            return to_space(forum.space)
        except CocreaError as error:
            form.reject(error)
    return form_page(forum.space, form, _("Quórum de «%(forum)s»", forum=forum.name), _("Guardar el quórum"))


@bp.route("/foros/<slug>/asientos/<int:seat>/<kind>", methods=["GET", "POST"])
@requires(policies.can_name_holder, queries.visible_place)
@limiter.limit("60 per hour", methods=["POST"])
def name_holder(place: tuple[Seat, HolderKind]) -> Any:
    """Name someone who takes part already, found by name; or invite an address, with one answer whoever has it."""
    form, (seat, kind) = HolderForm(), place
    if form.validate_on_submit():
        try:
            done = _invite(seat, kind, form) if "@" in form.who.data else _name(seat, kind, form)
            if done is not None:
                return done
        except CocreaError as error:
            form.reject(error)
    title = _("%(kind)s del asiento de %(organisation)s", kind=kind.label, organisation=seat.organisation.name)
    button = _("Nombrar") if form.person.choices else _("Buscar o invitar")
    lead = _("Su nombre queda a la vista junto al asiento y en el historial público: aquí no se usa seudónimo.")
    if not form.person.choices:
        del form.person
    return form_page(seat.forum.space, form, title, button, lead)


@bp.route("/foros/<slug>/asientos/<int:seat>/<kind>/relevo", methods=["GET", "POST"])
@requires(policies.can_relieve, queries.visible_holder)
def relieve_holder(holder: SeatHolder) -> Any:
    seat, kind, person = holder.seat, holder.kind, holder.person
    form = RelievingForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.relieve_holder(
                    actor=current_actor(),
                    seat=seat,
                    kind=kind,
                    named=form.named.data or "",
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            flash(_("El lugar quedó libre. Lo que esa persona hizo se conserva."), "success")
            return to_space(seat.forum.space)
        except CocreaError as error:
            form.reject(error)
            there = seat.holder(kind)
            if isinstance(error, Conflict) and there is not None:  # whoever sends again has read who sits there now
                form.named.data, person = there.person.public_id, there.person
    elif not form.is_submitted():
        form.named.data = person.public_id
    return form_page(seat.forum.space, form, _("Relevar a %(name)s", name=person.label), _("Relevar"))


def _offer(actor: Any, slug: str, seat: int, kind: str, invitation_id: int) -> Offer:
    """The offer, for those who may make it: others are refused before they learn whether there is one."""
    found, of_kind = queries.visible_place(actor, slug, seat, kind)
    enforce(policies.can_steer_forum, actor, found.forum, clock.now())
    for offer in queries.offers([found], clock.now()):
        if offer.kind is of_kind and offer.invitation.id == invitation_id:
            return offer
    raise NotFound


@bp.post("/foros/<slug>/asientos/<int:seat>/<kind>/invitaciones/<int:invitation_id>/retiro")
@requires(policies.can_withdraw_offer, _offer)
def withdraw_offer(offer: Offer) -> Any:
    seat, of = offer.seat, (offer.seat.forum.slug, offer.seat.id, offer.kind.slug, offer.invitation.id)
    with transaction():
        operations.withdraw_offer(actor=current_actor(), offer=_offer(current_actor(), *of), now=clock.now())
    flash(_("Retiraste la invitación."), "success")
    return to_space(seat.forum.space)


def _invite(seat: Seat, kind: HolderKind, form: HolderForm) -> Any:
    space = seat.forum.space
    with transaction():
        operations.invite_to_hold(
            actor=current_actor(), seat=seat, kind=kind, email=form.who.data or "", now=clock.now()
        )
    flash(_("Enviamos la invitación a ese correo. El asiento se ocupa cuando la acepte."), "success")
    return to_space(space)


def _name(seat: Seat, kind: HolderKind, form: HolderForm) -> Any:
    """Name the person chosen among those found; None while somebody has yet to be chosen."""
    found = {person.public_id: person for person in people_called(form.who.data or "", queries.known_to(seat))}
    form.person.choices = [SelectChoice(public_id, person.label) for public_id, person in found.items()]
    chosen, space = found.get(form.person.data), seat.forum.space
    if not found:
        form.who.errors = [_("Nadie con ese nombre participa en este espacio. Escribe su correo para invitarle.")]
    if chosen is None:
        if found and form.shown.data == form.who.data:
            form.person.errors = [_("Elige a quién nombras.")]
        form.shown.data = form.who.data
        return None
    with transaction():
        operations.name_holder(actor=current_actor(), seat=seat, kind=kind, person=chosen, now=clock.now())
    flash(_("El asiento ya tiene quien lo ocupe. El historial público lo dice."), "success")
    return to_space(space)
