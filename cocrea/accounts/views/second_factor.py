"""The second factor: one page that shows the step one is at."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.accounts import operations, queries, totp
from cocrea.accounts.forms import CodeForm, OwnPasswordForm
from cocrea.accounts.models import Credential
from cocrea.accounts.views.base import FEW, bp, by_person
from cocrea.core import clock
from cocrea.core.access import current_actor, is_signed_in, requires
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.core.http import safe_next
from cocrea.extensions import limiter


@bp.route("/cuenta/segundo-factor", methods=["GET", "POST"])
@requires(is_signed_in)
@limiter.limit(FEW, key_func=by_person, methods=["POST"])
def second_factor() -> Any:
    """Begin, confirm with a first code, or enter a code: whichever is due."""
    credential = queries.credential_of(current_actor().id)
    if credential is None:
        raise Denied(_("Esta cuenta no tiene correo ni contraseña."))
    form = CodeForm()
    if form.validate_on_submit():
        try:
            return _enter_pending() if credential.has_second_factor else _enrol(form)
        except Invalid as error:
            form.reject(error)
    return _page(form), 422 if form.errors else 200


@bp.post("/cuenta/segundo-factor/inicio")
@requires(is_signed_in)
@limiter.limit(FEW, key_func=by_person)
def begin_second_factor() -> Any:
    """Make the secret; the page then shows it until a code confirms it."""
    with transaction():
        operations.begin_enrolment(actor=current_actor(), now=clock.now())
    return redirect(url_for("accounts.second_factor", next=request.form.get("next")), 303)


@bp.post("/cuenta/segundo-factor/codigos")
@requires(is_signed_in)
@limiter.limit(FEW, key_func=by_person)
def renew_recovery_codes() -> Any:
    """New recovery codes, shown once."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            with transaction():
                codes = operations.renew_recovery_codes(actor=current_actor(), code=form.code.data, now=clock.now())
            return _codes_page(codes)
        except Invalid as error:
            form.reject(error)
    return _page(form), 422


@bp.route("/cuenta/segundo-factor/retiro", methods=["GET", "POST"])
@requires(is_signed_in)
@limiter.limit(FEW, key_func=by_person, methods=["POST"])
def remove_second_factor() -> Any:
    """Turn it off, given the password."""
    form = OwnPasswordForm()
    if form.validate_on_submit():
        actor = current_actor()
        proof = queries.prove_password(queries.email_of(actor), form.password.data)
        try:
            with transaction():
                operations.remove_second_factor(actor=actor, proof=proof, now=clock.now())
        except Invalid as error:
            form.reject(error)
        else:
            flash(_("Quitaste el segundo factor."), "success")
            return redirect(url_for("accounts.second_factor"), 303)
    return render_template("accounts/remove_second_factor.html", form=form), 422 if form.errors else 200


def _enrol(form: CodeForm) -> Any:
    with transaction():
        codes = operations.enrol(actor=current_actor(), code=form.code.data, now=clock.now())
    return _codes_page(codes)


def _enter_pending() -> Any:
    with transaction():
        operations.pass_second_factor(actor=current_actor(), code=request.form["code"], now=clock.now())
    return redirect(_target(), 303)


def _page(form: CodeForm) -> str:
    actor = current_actor()
    credential = queries.credential_of(actor.id)
    return render_template(
        "accounts/second_factor.html",
        form=form,
        actor=actor,
        credential=credential,
        picture=_picture(credential),
        target=request.values.get("next", ""),
    )


def _picture(credential: Credential | None) -> str | None:
    """The QR code, while the secret waits for its first code; never again after it."""
    if credential is None or not credential.totp_secret or credential.has_second_factor:
        return None
    return totp.picture(credential.totp_secret, credential.email)


def _codes_page(codes: list[str]) -> str:
    return render_template("accounts/recovery_codes.html", codes=codes, target=_target())


def _target() -> str:
    return safe_next(request.values.get("next"), url_for("accounts.profile"))
