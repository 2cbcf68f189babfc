"""The blueprint of accounts, and what happens around every request of a signed-in person."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, g, redirect, request, session, url_for
from flask_login import login_user, logout_user
from sqlalchemy.exc import SQLAlchemyError

from cocrea.accounts import operations, queries
from cocrea.accounts.models import Person
from cocrea.core import clock, logs
from cocrea.core.access import current_actor
from cocrea.core.db import transaction

bp = Blueprint("accounts", __name__)
log = logging.getLogger("cocrea.accounts")
PRESENCE_EVERY = timedelta(minutes=10)
# What a person may reach before passing a second factor that their role obliges.
BEFORE_SECOND_FACTOR = frozenset(
    {
        "static",
        "core.styles",
        "core.healthz",
        "core.readyz",
        "core.set_locale",
        "accounts.sign_out",
        "accounts.second_factor",
        "accounts.begin_second_factor",
        "accounts.rules",
        "accounts.privacy",
    }
)
FEW = "20 per hour"


def enter(token: str) -> None:
    """Begin a fresh session for a new sign-in: nothing of the one before survives it (session fixation)."""
    person = queries.signed_in_person(token)
    session.clear()
    session.permanent = True
    login_user(person)


def leave() -> None:
    """Empty the session of this browser."""
    logout_user()
    session.clear()


def device_name() -> str:
    """«Firefox · Linux»: enough to recognise one's own device, and no more than that."""
    agent = request.user_agent.string
    browsers = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")
    found = [next((name for name in names if name in agent), "") for names in (browsers, systems)]
    renamed = {"Edg": "Edge", "OPR": "Opera", "Mac OS X": "macOS"}
    return " · ".join(renamed.get(name, name) for name in found if name)


def by_email() -> str:
    """Counts attempts per typed e-mail, without keeping it."""
    typed = queries.normal_email(request.form.get("email", ""))
    return "email:" + sha256(typed.encode()).hexdigest()


def was_accepted(response: Response) -> bool:
    """Counts only what sent an e-mail, so that correcting a form costs nothing."""
    return response.status_code < 400


def by_person() -> str:
    """Counts attempts per account."""
    return f"person:{current_actor().id}"


@bp.before_app_request
def lead_to_second_factor() -> Any:
    """Who owes a second factor is led to it first. (Roles are withheld meanwhile: `Person.holds`.)"""
    if "_user_id" not in session or request.endpoint in BEFORE_SECOND_FACTOR:
        return None
    if not current_actor().second_factor_pending:
        return None
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.second_factor", next=wanted), 303)


@bp.after_app_request
def remember_presence(response: Response) -> Response:
    """Note that the device was used, when the request loaded its person anyway and the last note is old."""
    person, now = g.get("_login_user"), clock.now()
    if isinstance(person, Person) and _is_stale(person, now) and request.endpoint != "accounts.sign_out":
        try:
            with transaction():
                operations.note_presence(sign_in_id=person.sign_in_id, now=now)
        except SQLAlchemyError as error:
            logs.failure(log, "presence not noted", error)  # what was answered stays answered
    return response


def _is_stale(person: Person, now: datetime) -> bool:
    return person.last_seen_at is not None and now - person.last_seen_at >= PRESENCE_EVERY
