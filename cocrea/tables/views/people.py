"""Who holds which function in a cycle and at its tables; naming people and taking functions back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms import SelectChoice

from cocrea.accounts import operations as accounts
from cocrea.accounts import queries as people
from cocrea.accounts.models import Grant, Invitation
from cocrea.accounts.offices import Office, key_of
from cocrea.accounts.policies import can_appoint
from cocrea.core import clock
from cocrea.core.access import Decision, current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.extensions import limiter
from cocrea.tables import policies, queries
from cocrea.tables.forms import DismissalForm, NamingForm
from cocrea.tables.offices import Staff
from cocrea.tables.views.base import bp


@dataclass(frozen=True)
class _Held:
    """A function that someone holds here, or was offered."""

    staff: Staff
    office: Office
    by: Any


def _held(actor: Any, slug: str, grant_id: int) -> _Held:
    """The grant, if it is one of this cycle's functions."""
    staff = queries.visible_staff(actor, slug)
    return _find(staff, grant_id, people.holders(staff.places), staff.offices())


def _offered(actor: Any, slug: str, invitation_id: int) -> _Held:
    """The offer, for those who may make it: nobody else is to know who was invited."""
    staff = queries.visible_staff(actor, slug)
    given = policies.may_give(actor, staff, clock.now())
    return _find(staff, invitation_id, people.invitations_in(staff.places, clock.now()), given)


def _find(staff: Staff, wanted: int, rows: Iterable[Grant | Invitation], offices: Iterable[Office]) -> _Held:
    by_key = {office.key: office for office in offices}
    for row in rows:
        if row.id == wanted and key_of(row) in by_key:
            return _Held(staff, by_key[key_of(row)], row)
    raise NotFound


def _may_give(actor: Any, held: _Held, now: datetime) -> Decision:
    return can_appoint(actor, held.office.post, now)


@bp.get("/ciclos/<slug>/personas")
@visible(queries.visible_staff)
def staff(staff: Staff) -> str:
    """Who leads this cycle and its tables: public, as every act of theirs is."""
    actor, now = current_actor(), clock.now()
    given = {office.key for office in policies.may_give(actor, staff, now)}
    return render_template(
        "tables/staff.html",
        cycle=staff.cycle,
        places=staff.places,
        holders=[grant for grant in people.holders(staff.places) if staff.office(key_of(grant))],
        invitations=[offer for offer in _waiting(staff) if key_of(offer) in given],
        given=given,
        key=key_of,
        may_name=bool(given),
    )


@bp.route("/ciclos/<slug>/personas/nombramiento", methods=["GET", "POST"])
@requires(policies.can_name, queries.visible_staff)
@limiter.limit("60 per hour", methods=["POST"])
def name(staff: Staff) -> Any:
    """Name someone who takes part already, found by name; or invite an address, with one answer whoever has it."""
    form = NamingForm()
    given = policies.may_give(current_actor(), staff, clock.now())
    form.office.choices = [SelectChoice(office.key, _label(staff, office)) for office in given]
    if form.validate_on_submit():
        office = next(office for office in given if office.key == form.office.data)
        try:
            answer = _invite(staff, office, form) if "@" in form.who.data else _appoint(staff, office, form)
            if answer is not None:
                return answer
        except CocreaError as error:
            form.reject(error)
    page = render_template("tables/name.html", cycle=staff.cycle, form=form)
    return page, 422 if form.errors else 200


@bp.route("/ciclos/<slug>/personas/<int:grant_id>/retiro", methods=["GET", "POST"])
@requires(_may_give, _held)
def dismiss(held: _Held) -> Any:
    form = DismissalForm()
    if form.validate_on_submit():
        post, slug, person = held.office.post, held.staff.cycle.slug, held.by.person
        with transaction():
            accounts.revoke_role(
                actor=current_actor(),
                person=person,
                role=post.role,
                scope=post.scope,
                within=post.within,
                reason=form.reason.data or "",
                now=clock.now(),
            )
        return _done(slug, _("Retiraste la función. Queda en el historial público."))
    page = render_template("tables/dismiss.html", cycle=held.staff.cycle, held=held, form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post("/ciclos/<slug>/personas/invitaciones/<int:invitation_id>/retiro")
@requires(_may_give, _offered)
def withdraw_invitation(held: _Held) -> Any:
    actor, slug, offered_id = current_actor(), held.staff.cycle.slug, held.by.id
    with transaction():
        offered = _offered(actor, slug, offered_id).by
        accounts.withdraw_invitation(actor=actor, invitation=offered, now=clock.now())
    return _done(slug, _("Retiraste la invitación."))


def _label(staff: Staff, office: Office) -> str:
    place = _("todo el ciclo") if office.post.scope == staff.cycle.scope else office.place
    return f"{office.post.role.label} · {place}"


def _waiting(staff: Staff) -> list[Invitation]:
    return people.invitations_in(staff.places, clock.now())


def _invite(staff: Staff, office: Office, form: NamingForm) -> Any:
    with transaction():
        accounts.invite(
            actor=current_actor(), email=form.who.data, post=office.post, place=office.place, now=clock.now()
        )
    return _done(staff.cycle.slug, _("Enviamos la invitación a ese correo. La función empieza cuando la acepte."))


def _appoint(staff: Staff, office: Office, form: NamingForm) -> Any:
    """Name the person chosen among those found; None while somebody has yet to be chosen."""
    found = {person.public_id: person for person in people.people_called(form.who.data, queries.known_in(staff))}
    form.person.choices = [SelectChoice(public_id, person.label) for public_id, person in found.items()]
    chosen = found.get(form.person.data)
    if not found:
        form.who.errors = [_("Nadie con ese nombre participa en este ciclo. Escribe su correo para invitarle.")]
    if chosen is None:
        return None
    post, slug = office.post, staff.cycle.slug
    with transaction():
        accounts.grant_role(
            actor=current_actor(),
            person=chosen,
            role=post.role,
            scope=post.scope,
            within=post.within,
            now=clock.now(),
        )
    return _done(slug, _("Quedó nombrada la persona. El historial público lo dice."))


def _done(slug: str, words: str) -> Any:
    flash(words, "success")
    return redirect(url_for("tables.staff", slug=slug), 303)
