"""Opening an account and confirming its e-mail."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from cocrea.accounts import links, operations, passwords, queries
from cocrea.accounts.forms import EmailForm, RegistrationForm
from cocrea.accounts.links import Purpose
from cocrea.accounts.views.base import bp, by_email, was_accepted
from cocrea.core import clock
from cocrea.core.access import current_actor, public
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.settings import current_settings
from cocrea.extensions import limiter


@bp.route("/registro", methods=["GET", "POST"])
@public
@limiter.limit("100 per hour", methods=["POST"])  # a whole workshop may register from one address
@limiter.limit("5 per hour", key_func=by_email, methods=["POST"], deduct_when=was_accepted)
def register() -> Any:
    """Open an account. The answer is the same whether or not the e-mail has one."""
    if current_actor().is_authenticated:
        return redirect(url_for("accounts.profile"))
    form = RegistrationForm()
    if form.validate_on_submit() and _registered(form):
        return redirect(url_for("accounts.check_mail"), 303)
    names = queries.organisation_names()
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/register.html", form=form, organisations=names), status


def _registered(form: RegistrationForm) -> bool:
    try:
        password = passwords.accept(form.password.data, about=[form.email.data, form.name.data])
        with transaction():
            operations.register(
                email=form.email.data,
                password=password,
                profile=form.profile(str(get_locale())),
                now=clock.now(),
            )
    except Invalid as error:
        form.reject(error)
        return False
    return True


@bp.get("/registro/revisa-tu-correo")
@public
def check_mail() -> str:
    """What comes next after asking for any link; says where the file is when e-mails go to files."""
    settings = current_settings()
    is_in_files = settings.mail_backend == "file" and not settings.is_production
    return render_template("accounts/check_mail.html", mail_folder=settings.mail_folder if is_in_files else None)


@bp.route("/registro/reenvio", methods=["GET", "POST"])
@public
@limiter.limit("20 per hour", methods=["POST"])
@limiter.limit("5 per hour", key_func=by_email, methods=["POST"])
def resend_confirmation() -> Any:
    """Send the confirmation link again."""
    form = EmailForm()
    if form.validate_on_submit():
        with transaction():
            operations.resend_confirmation(email=form.email.data, now=clock.now())
        return redirect(url_for("accounts.check_mail"), 303)
    return render_template("accounts/resend.html", form=form), 422 if form.errors else 200


@bp.route("/registro/confirmacion/<token>", methods=["GET", "POST"])
@public
@limiter.limit("60 per hour")
def confirm(token: str) -> Any:
    """Confirm an e-mail. A click shows whose account it is and only the button confirms: mail scanners click too."""
    claim = links.read(Purpose.CONFIRM, token, clock.now())
    credential = queries.credential_of(claim.person_id) if claim else None
    if claim is None or credential is None or not claim.is_current(credential):
        return render_template("accounts/dead_link.html", again=url_for("accounts.resend_confirmation")), 410
    if request.method == "GET":
        return render_template("accounts/confirm.html", token=token, credential=credential)
    try:
        with transaction():
            operations.confirm_email(claim=claim, now=clock.now())
    except Conflict:
        return render_template("accounts/dead_link.html", again=url_for("accounts.resend_confirmation")), 410
    flash(_("Tu correo quedó confirmado. Ya puedes aportar."), "success")
    return redirect(url_for("accounts.profile" if current_actor().is_authenticated else "accounts.sign_in"), 303)


@bp.get("/privacidad")
@public
def privacy() -> str:
    """The privacy notice: what is kept, why, for how long, and how to take it away."""
    return render_template("accounts/privacy.html")


@bp.get("/reglas")
@public
def rules() -> str:
    """The rules of conduct."""
    return render_template("accounts/rules.html")
