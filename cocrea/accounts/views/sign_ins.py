"""Entering, leaving, and the list of one's devices."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from cocrea.accounts import operations, queries
from cocrea.accounts.forms import CodeForm, SignInForm
from cocrea.accounts.models import SignIn
from cocrea.accounts.operations import Entry
from cocrea.accounts.views.base import bp, by_email, device_name, enter, leave
from cocrea.core import clock
from cocrea.core.access import current_actor, is_signed_in, public, requires
from cocrea.core.db import transaction
from cocrea.core.errors import Denied
from cocrea.core.http import safe_next
from cocrea.core.i18n import in_words
from cocrea.core.settings import current_settings
from cocrea.extensions import limiter

HALF_WAY = "half_way"  # who proved a password and still owes a code: person, until when, where to
HALF_WAY_SECONDS = 600


@bp.route("/entrar", methods=["GET", "POST"])
@public
@limiter.limit("20 per minute; 200 per hour", methods=["POST"])
@limiter.limit("30 per hour", key_func=by_email, methods=["POST"])
def sign_in() -> Any:
    """Enter with e-mail and password. Every refusal reads the same and takes as long."""
    target = _target()
    if current_actor().is_authenticated:
        return redirect(target)
    form = SignInForm()
    if not form.validate_on_submit():
        return _page(form, target, 422 if form.errors else 200)
    proof = queries.prove_password(form.email.data, form.password.data)
    try:
        with transaction():
            entry = operations.sign_in(proof=proof, device=device_name(), now=clock.now())
    except Denied as error:
        form.form_errors.append(error.message)
        return _page(form, target, 403)
    if entry.awaits_code_of:
        session[HALF_WAY] = [entry.awaits_code_of, int(clock.now().timestamp()) + HALF_WAY_SECONDS, target]
        return redirect(url_for("accounts.enter_code"), 303)
    if entry.token is None:
        form.form_errors.append(_refusal(entry, _("El correo o la contraseña no coinciden. Revisa los dos.")))
        return _page(form, target, 422)
    enter(entry.token)
    return redirect(target, 303)


@bp.route("/entrar/codigo", methods=["GET", "POST"])
@public
@limiter.limit("20 per minute; 200 per hour", methods=["POST"])
def enter_code() -> Any:
    """The second step of entering, for accounts with a second factor."""
    person_id, until, target = session.get(HALF_WAY, (None, 0, None))
    if person_id is None or clock.now().timestamp() >= until:
        session.pop(HALF_WAY, None)
        return redirect(url_for("accounts.sign_in"))
    form = CodeForm()
    if form.validate_on_submit():
        with transaction():
            entry = operations.complete_sign_in(
                person_id=person_id, code=form.code.data, device=device_name(), now=clock.now()
            )
        if entry.token:
            enter(entry.token)
            return redirect(safe_next(target, url_for("cycles.home")), 303)
        refusal = _refusal(entry, _("Ese código no es correcto o ya se usó. Espera al siguiente y escríbelo."))
        form.code.errors = [refusal]
    return render_template("accounts/enter_code.html", form=form), 422 if form.errors else 200


@bp.post("/salir")
@public
def sign_out() -> Any:
    """Leave on this device. Without a sign-in there is nothing to close, and that is fine too."""
    actor = current_actor()
    if actor.is_authenticated:
        with transaction():
            row = queries.own_sign_in(actor, actor.sign_in_id)
            operations.close_sign_in(sign_in=row, now=clock.now())
    leave()
    flash(_("Saliste de tu cuenta en este dispositivo."), "success")
    return redirect(url_for("cycles.home"), 303)


@bp.post("/demostracion/entrar")
@public
@limiter.limit("60 per minute")
def demo_sign_in() -> Any:
    """Enter as one of the invented people; only in the demonstration."""
    person = queries.demo_person(request.form.get("as", ""))
    with transaction():
        token = operations.open_sign_in(person=person, device=device_name(), now=clock.now())
    enter(token)
    return redirect(_target(), 303)


def _own(actor: Any, sign_in_id: int) -> SignIn | None:
    return queries.own_sign_in(actor, sign_in_id) if actor.is_authenticated else None


@bp.get("/cuenta/sesiones")
@requires(is_signed_in)
def sessions() -> str:
    """The devices on which one is signed in."""
    actor = current_actor()
    return render_template("accounts/sessions.html", sign_ins=queries.open_sign_ins(actor, clock.now()), actor=actor)


@bp.post("/cuenta/sesiones/<int:sign_in_id>/cierre")
@requires(is_signed_in, load=_own)
def close_session(row: SignIn) -> Any:
    """Sign one device out; the present one as well, if it is chosen."""
    is_this_one = row.id == current_actor().sign_in_id
    with transaction():
        operations.close_sign_in(sign_in=row, now=clock.now())
    if is_this_one:
        leave()
        return redirect(url_for("accounts.sign_in"), 303)
    flash(_("Esa sesión quedó cerrada."), "success")
    return redirect(url_for("accounts.sessions"), 303)


@bp.post("/cuenta/sesiones/cierre")
@requires(is_signed_in)
def close_other_sessions() -> Any:
    """Sign out every other device."""
    with transaction():
        operations.close_others(actor=current_actor(), now=clock.now())
    flash(_("Cerramos tus demás sesiones. Solo queda esta."), "success")
    return redirect(url_for("accounts.sessions"), 303)


def _target() -> str:
    return safe_next(request.values.get("next"), url_for("cycles.home"))


def _page(form: SignInForm, target: str, status: int) -> Any:
    return render_template("accounts/sign_in.html", form=form, target=target, demo=current_settings().demo), status


def _refusal(entry: Entry, otherwise: str) -> Any:
    if entry.locked_until is None:
        return otherwise
    return _(
        "Hubo muchos intentos fallidos. Vuelve a intentarlo después del %(when)s, o elige otra contraseña.",
        when=in_words(entry.locked_until),
    )
