"""Accounts as whoever administers the platform finds them: looking one up, suspending it, lifting that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.accounts import operations, queries
from cocrea.accounts.forms import SuspensionForm
from cocrea.accounts.models import Person
from cocrea.accounts.policies import can_administer, can_suspend
from cocrea.accounts.views.base import bp
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError


def _account(actor: Any, person: str) -> Person | None:
    """The account, for those who may look it up; others learn nothing of it."""
    return queries.person_called(person) if actor.is_administrator else None


@bp.route("/administracion/cuentas", methods=["GET", "POST"])
@requires(can_administer)
def accounts() -> str:
    """Looking up is a POST, so that nobody's name or e-mail stays in an address or in a server's log."""
    wanted = request.form.get("q", "").strip()[:254]
    return render_template(
        "accounts/administration.html",
        wanted=wanted,
        found=queries.accounts_called(wanted) if wanted else [],
        suspensions=queries.suspended_people(),
    )


@bp.get("/administracion/cuentas/<person>")
@requires(can_suspend, _account)
def account(person: Person) -> str:
    return _page(person, SuspensionForm(formdata=None))


@bp.post("/administracion/cuentas/<person>/suspension")
@requires(can_suspend, _account)
def suspend(person: Person) -> Any:
    return _carry_out(person, operations.suspend, _("La cuenta quedó suspendida y sus sesiones, cerradas."))


@bp.post("/administracion/cuentas/<person>/suspension/retiro")
@requires(can_suspend, _account)
def reinstate(person: Person) -> Any:
    return _carry_out(person, operations.reinstate, _("La cuenta puede entrar de nuevo."))


def _carry_out(person: Person, operation: Callable[..., Any], done: str) -> Any:
    form = SuspensionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operation(actor=current_actor(), person=person, reason=form.reason.data, now=clock.now())
            flash(done, "success")
            return redirect(url_for("accounts.account", person=person.public_id), 303)
        except CocreaError as error:
            form.reject(error)
    return _page(person, form), 422


def _page(person: Person, form: SuspensionForm) -> str:
    return render_template(
        "accounts/account.html", person=person, suspensions=queries.suspensions_of(person), form=form
    )
