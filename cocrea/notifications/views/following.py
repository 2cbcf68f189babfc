"""What one follows: the list, and the button on the pages of what can be followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.core import clock
from cocrea.core.access import current_actor, is_signed_in, requires
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, NotFound
from cocrea.core.http import safe_next
from cocrea.notifications import operations, queries, things
from cocrea.notifications.forms import LettersForm
from cocrea.notifications.models import Letters
from cocrea.notifications.views.base import bp


@dataclass(frozen=True)
class Following:
    """Whether the reader follows what a page is of, and what following it brings."""

    scope: str
    promise: Any
    follows: bool


@bp.get("/lo-que-sigo")
@requires(is_signed_in)
def followed() -> str:
    return _followed(LettersForm(formdata=None, letters=queries.preference(current_actor()).value))


@bp.post("/lo-que-sigo")
@requires(is_signed_in)
def follow() -> Response:
    """Follow what the form names, and go back to where its button was."""
    thing = things.thing(request.form.get("scope", ""))
    if thing is None:
        raise NotFound
    try:
        with transaction():
            operations.follow(actor=current_actor(), thing=thing, now=clock.now())
    except Conflict as error:
        flash(error.message, "error")
    else:
        flash(_("Ya sigues «%(title)s». %(promise)s", title=thing.title, promise=thing.promise), "success")
    return _back()


@bp.post("/lo-que-sigo/retiro")
@requires(is_signed_in)
def unfollow() -> Response:
    with transaction():
        operations.unfollow(person=current_actor(), scope=request.form.get("scope", ""))
    flash(_("Ya no lo sigues. Los avisos que tenías siguen en su lugar."), "success")
    return _back()


@bp.post("/lo-que-sigo/correos")
@requires(is_signed_in)
def choose_letters() -> Any:
    form = LettersForm()
    if not form.validate_on_submit():
        return _followed(form), 422
    with transaction():
        operations.choose_letters(person=current_actor(), letters=Letters(form.letters.data), now=clock.now())
    flash(_("Guardamos cuándo escribirte."), "success")
    return redirect(url_for("notifications.followed"), 303)


@bp.app_template_global()
def follow_of(subject: Any) -> Following:
    """For the page of what can be followed."""
    scope = things.scope_of(subject)
    return Following(scope, things.promise(subject), queries.follows(current_actor(), scope))


def _followed(form: LettersForm) -> str:
    return render_template("notifications/followed.html", page=queries.followed(current_actor()), form=form)


def _back() -> Response:
    return redirect(safe_next(request.form.get("next"), url_for("notifications.followed")), 303)
