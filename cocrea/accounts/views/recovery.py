"""Forgotten and changed passwords."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.accounts import links, operations, passwords, queries
from cocrea.accounts.forms import ChangePasswordForm, EmailForm, NewPasswordForm
from cocrea.accounts.links import Claim, Purpose
from cocrea.accounts.models import Credential
from cocrea.accounts.views.base import FEW, bp, by_email, by_person, leave
from cocrea.core import clock
from cocrea.core.access import current_actor, is_signed_in, public, requires
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Invalid
from cocrea.extensions import limiter


@bp.route("/contrasena/olvidada", methods=["GET", "POST"])
@public
@limiter.limit("20 per hour", methods=["POST"])
@limiter.limit("5 per hour", key_func=by_email, methods=["POST"])
def forgot_password() -> Any:
    """Ask for a link to choose another password; the answer never tells whether the e-mail has an account."""
    form = EmailForm()
    if form.validate_on_submit():
        with transaction():
            operations.request_reset(email=form.email.data, now=clock.now())
        return redirect(url_for("accounts.check_mail"), 303)
    return render_template("accounts/forgot_password.html", form=form), 422 if form.errors else 200


@bp.route("/contrasena/nueva/<token>", methods=["GET", "POST"])
@public
@limiter.limit("60 per hour")
def reset_password(token: str) -> Any:
    """Choose another password by an e-mailed link."""
    claim = links.read(Purpose.RESET, token, clock.now())
    credential = queries.credential_of(claim.person_id) if claim else None
    if claim is None or credential is None or not claim.is_current(credential):
        return _dead_link()
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            _reset(form, claim, credential)
        except Invalid as error:
            form.reject(error)
        except Conflict:
            return _dead_link()
        else:
            leave()
            flash(_("Tu contraseña cambió y cerramos todas tus sesiones. Entra con la nueva."), "success")
            return redirect(url_for("accounts.sign_in"), 303)
    return render_template("accounts/reset_password.html", form=form, token=token), 422 if form.errors else 200


@bp.route("/cuenta/contrasena", methods=["GET", "POST"])
@requires(is_signed_in)
@limiter.limit(FEW, key_func=by_person, methods=["POST"])
def change_password() -> Any:
    """Change one's password, given the present one."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            _change(form)
        except Invalid as error:
            form.reject(error)
        else:
            flash(_("Tu contraseña cambió. Cerramos tus sesiones en otros dispositivos."), "success")
            return redirect(url_for("accounts.profile"), 303)
    return render_template("accounts/change_password.html", form=form), 422 if form.errors else 200


def _reset(form: NewPasswordForm, claim: Claim, credential: Credential) -> None:
    password = passwords.accept(form.password.data, about=[credential.email, credential.person.name])
    with transaction():
        operations.reset_password(claim=claim, password=password, now=clock.now())


def _change(form: ChangePasswordForm) -> None:
    actor = current_actor()
    email = queries.email_of(actor)
    proof = queries.prove_password(email, form.current_password.data)
    password = passwords.accept(form.password.data, about=[email, actor.name])
    with transaction():
        operations.change_password(actor=actor, proof=proof, password=password, now=clock.now())


def _dead_link() -> Any:
    return render_template("accounts/dead_link.html", again=url_for("accounts.forgot_password")), 410
