"""The facilitation sets booths up, changes and annuls them, and gives shifts."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Person
from cocrea.accounts.queries import credential_by_email
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.moments import moment
from cocrea.extensions import limiter
from cocrea.voting import operations, policies, queries
from cocrea.voting.forms import AnnulForm, BoothForm, PlainForm, ShiftForm, booth_form
from cocrea.voting.models import Booth, Contest, Shift, ShiftKind
from cocrea.voting.views.base import bp


def _facilitator() -> str:
    return str(current_actor().id)


@bp.get("/votaciones/<reference>/casillas")
@requires(policies.can_see_booths, queries.visible_contest)
def booths(contest: Contest) -> str:
    actor, now = current_actor(), clock.now()
    return render_template(
        "voting/booths.html",
        cycle=contest.cycle,
        contest=contest,
        booths=queries.booths(contest),
        on_paper=queries.on_paper(contest),
        may_set_up=policies.can_set_up_booths(actor, contest, now),
        is_counted=contest.counted_at is not None,
        now=now,
        kinds=ShiftKind,
    )


@bp.route("/votaciones/<reference>/casillas/nueva", methods=["GET", "POST"])
@requires(policies.can_set_up_booths, queries.visible_contest)
def create_booth(contest: Contest) -> Any:
    form = booth_form()
    if form.validate_on_submit():
        try:
            with transaction():
                booth = operations.create_booth(
                    actor=current_actor(),
                    contest=contest,
                    form_key=form.form_key.data or "",
                    now=clock.now(),
                    **_said(form, contest),
                )
            flash(_("La casilla quedó instalada. Ahora da turnos a quienes la atenderán."), "success")
            return redirect(_page("voting.assign", booth), 303)
        except CocreaError as error:
            form.reject(error)
    return _asking("voting/booth_form.html", contest, form)


@bp.route("/votaciones/<reference>/casillas/<int:number>/edicion", methods=["GET", "POST"])
@requires(policies.can_change_booth, queries.visible_booth)
def change_booth(booth: Booth) -> Any:
    form = booth_form(booth)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.change_booth(
                    actor=current_actor(),
                    booth=booth,
                    reason=form.reason.data or "",
                    now=clock.now(),
                    **_said(form, booth.contest),
                )
            return _back(booth, _("La casilla cambió. Escribimos a quienes pidieron votar ahí."))
        except CocreaError as error:
            form.reject(error)
    return _asking("voting/booth_form.html", booth.contest, form, booth=booth)


@bp.route("/votaciones/<reference>/casillas/<int:number>/anulacion", methods=["GET", "POST"])
@requires(policies.can_annul_booth, queries.visible_booth)
def annul_booth(booth: Booth) -> Any:
    form = AnnulForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.annul_booth(
                    actor=current_actor(), booth=booth, reason=form.reason.data or "", now=clock.now()
                )
            return _back(booth, _("La casilla se anuló. La razón quedó en el historial."))
        except CocreaError as error:
            form.reject(error)
    frees = clock.now() < booth.contest.closes_at
    return _asking("voting/booth_annul.html", booth.contest, form, booth=booth, frees=frees)


@bp.route("/votaciones/<reference>/casillas/<int:number>/turnos", methods=["GET", "POST"])
@requires(policies.can_assign, queries.visible_booth)
@limiter.limit("60 per hour", key_func=_facilitator, methods=["POST"])
def assign(booth: Booth) -> Any:
    form = ShiftForm()
    if form.validate_on_submit():
        tz = booth.contest.cycle.timezone
        try:
            person = _account(form.email.data or "")
            with transaction():
                operations.assign(
                    actor=current_actor(),
                    booth=booth,
                    person=person,
                    kind=ShiftKind(form.kind.data),
                    starts_at=moment(form.starts_at.data, tz, "starts_at"),
                    ends_at=moment(form.ends_at.data, tz, "ends_at"),
                    now=clock.now(),
                )
            return _back(booth, _("El turno quedó dado. Le escribimos con el lugar y la hora."))
        except CocreaError as error:
            form.reject(error)
    return _asking("voting/shift_form.html", booth.contest, form, booth=booth)


@bp.post("/votaciones/<reference>/casillas/<int:number>/turnos/<int:shift>/retiro")
@requires(policies.can_relieve, queries.visible_shift)
def relieve(shift: Shift) -> Any:
    booth = shift.booth
    if PlainForm().validate_on_submit():
        with transaction():
            operations.relieve(actor=current_actor(), shift=shift, now=clock.now())
        flash(_("El turno se retiró. Le escribimos."), "success")
    return redirect(url_for("voting.booths", reference=booth.contest.reference), 303)


def _said(form: BoothForm, contest: Contest) -> dict[str, Any]:
    days = form.days(contest.cycle.timezone)
    return {"place": form.place.data or "", "address": form.address.data or "", "days": days}


def _account(email: str) -> Person:
    """Whose confirmed account this is. Says no more than the registration of a late voter does."""
    credential = credential_by_email(email)
    if credential is None or not credential.person.is_verified or not credential.person.is_active:
        raise Invalid(_l("No hay una cuenta confirmada con ese correo."), "email")
    return credential.person


def _page(endpoint: str, booth: Booth) -> str:
    return url_for(endpoint, reference=booth.contest.reference, number=booth.number)


def _back(booth: Booth, message: str) -> Any:
    flash(message, "success")
    return redirect(url_for("voting.booths", reference=booth.contest.reference), 303)


def _asking(template: str, contest: Contest, form: Any, **more: Any) -> Any:
    page = render_template(template, cycle=contest.cycle, contest=contest, form=form, **more)
    return page, 422 if form.is_submitted() else 200
