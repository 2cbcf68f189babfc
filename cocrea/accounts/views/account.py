"""One's own account: profile, data, deletion."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.accounts import operations, privacy, queries, shelf
from cocrea.accounts.forms import EditProfileForm, OwnPasswordForm
from cocrea.accounts.views.base import FEW, bp, by_person, leave
from cocrea.core import clock
from cocrea.core.access import current_actor, is_signed_in, requires
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.http import remember_locale
from cocrea.extensions import limiter


@bp.route("/cuenta", methods=["GET", "POST"])
@requires(is_signed_in)
def profile() -> Any:
    """What one shows and tells, each with its reason; the ways to security, data and leaving."""
    actor = current_actor()
    form = EditProfileForm.of(actor)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.update_profile(actor=actor, profile=form.profile(form.locale.data), now=clock.now())
        except Invalid as error:
            form.reject(error)
        else:
            flash(_("Guardamos tus datos."), "success")
            return remember_locale(redirect(url_for("accounts.profile"), 303), form.locale.data)
    page = render_template(
        "accounts/profile.html",
        form=form,
        credential=queries.credential_of(actor.id),
        organisations=queries.organisation_names(),
        leaves=shelf.LEAVES,
    )
    return page, 422 if form.errors else 200


@bp.get("/cuenta/datos.json")
@requires(is_signed_in)
@limiter.limit(FEW, key_func=by_person)
def download_data() -> Response:
    """Everything stored about the person who asks."""
    body = json.dumps(privacy.personal_data(current_actor()), ensure_ascii=False, indent=1)
    response = Response(body, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="cocrea-mis-datos.json"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.route("/cuenta/retiro", methods=["GET", "POST"])
@requires(is_signed_in)
@limiter.limit(FEW, key_func=by_person, methods=["POST"])
def withdraw() -> Any:
    """Delete one's account, after saying what goes and what stays."""
    form = OwnPasswordForm()
    if form.validate_on_submit():
        actor = current_actor()
        proof = queries.prove_password(queries.email_of(actor), form.password.data)
        try:
            with transaction():
                operations.withdraw(actor=actor, proof=proof, now=clock.now())
        except Invalid as error:
            form.reject(error)
        except Conflict as error:
            form.form_errors.append(error.message)
        else:
            leave()
            flash(_("Tu cuenta se borró. Lo que aportaste sigue aquí, sin tu nombre."), "farewell")
            return redirect(url_for("cycles.home"), 303)
    return render_template("accounts/withdraw.html", form=form), 422 if form.errors else 200
