"""Answering statements: one at a time, and again later."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.consultation import operations, policies, queries
from cocrea.consultation.models import Answer, Statement
from cocrea.consultation.rules import takes_anonymous_answers
from cocrea.consultation.views.base import bp
from cocrea.core import clock
from cocrea.core.access import ALLOW, current_actor, is_signed_in, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_contribute
from cocrea.cycles.queries import visible_cycle
from cocrea.extensions import limiter

COOKIE, NINETY_DAYS = "afirmaciones", 90 * 24 * 3600
TOKEN_BYTES, TOKEN_LENGTH = 24, 32
# Where an answer was given, and the page to go back to: the value of the hidden field `from`.
BACK = {"lista": "consultation.own_answers", "afirmacion": "consultation.statement"}


def _has_account() -> bool:
    return bool(current_actor().is_authenticated)


@bp.get("/ciclos/<slug>/afirmaciones/responder")
@visible(visible_cycle)
def answer_statements(cycle: Cycle) -> str:
    """One statement and three ways to answer it. Everyone reads it; who may not answer is told why."""
    actor, now = current_actor(), clock.now()
    anonymous = not actor.is_authenticated and takes_anonymous_answers(cycle, now)
    return render_template(
        "consultation/statement_answer.html",
        cycle=cycle,
        progress=queries.answering(actor, cycle, visitor()),
        may_answer=ALLOW if anonymous else can_contribute(actor, cycle, Action.ANSWER_STATEMENT, now),
        anonymous=anonymous,
        may_propose=policies.can_propose(actor, cycle, now),
        stage=cycle.stage_that_opens(Action.ANSWER_STATEMENT, now),
        answers=list(Answer),
    )


@bp.get("/ciclos/<slug>/afirmaciones/mis-respuestas")
@requires(is_signed_in)
def own_answers(slug: str) -> str:
    """What one answered, each to be changed while the stage is open."""
    actor = current_actor()
    cycle = visible_cycle(actor, slug)
    return render_template(
        "consultation/statement_answers.html",
        cycle=cycle,
        page=queries.own_answers(actor, cycle),
        may_answer=can_contribute(actor, cycle, Action.ANSWER_STATEMENT, clock.now()),
        answers=list(Answer),
    )


@bp.post("/afirmaciones/<reference>/respuesta")
@requires(policies.can_give_answer, queries.visible_statement)
@limiter.limit("40 per minute; 400 per day", exempt_when=_has_account)  # a whole workshop may share one address
def answer_statement(statement: Statement) -> Response:
    actor, slug, reference = current_actor(), statement.cycle.slug, statement.reference
    token = "" if actor.is_authenticated else _token() or secrets.token_urlsafe(TOKEN_BYTES)
    try:
        with transaction():
            given: dict[str, Any] = {"actor": actor, "statement": statement, "answer": _answer(), "now": clock.now()}
            if token:
                operations.answer_anonymously(visitor=_digest(token), **given)
            else:
                operations.answer_statement(**given)
    except CocreaError as error:
        flash(error.message, "warning")
        return redirect(_back(slug, reference), 303)
    if request.form.get("from") in BACK:
        flash(_("Guardamos tu respuesta."), "success")
    return _remembered(redirect(_back(slug, reference), 303), token)


def visitor() -> str:
    """The digest of this browser's token, by which its answers without an account are found; empty before the first."""
    return _digest(_token())


def _token() -> str:
    """What this browser keeps to know its answers again; empty before the first one, or when it is not ours."""
    token = request.cookies.get(COOKIE, "")
    return token if len(token) == TOKEN_LENGTH else ""


def _digest(token: str) -> str:
    """What is stored of a token."""
    return sha256(token.encode()).hexdigest() if token else ""


def _remembered(response: Response, token: str) -> Response:
    """Keep the token in the browser, for whoever answers without an account."""
    if token:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(COOKIE, token, max_age=NINETY_DAYS, httponly=True, samesite="Lax", secure=secure)
    return response


def _answer() -> Answer:
    given = request.form.get("answer", "")
    if given not in list(Answer):
        raise Invalid(_l("Elige una de las tres respuestas."))
    return Answer(given)


def _back(slug: str, reference: str) -> str:
    """The page that the answer was given on; by default the next statement."""
    endpoint = BACK.get(request.form.get("from", ""))
    if endpoint == BACK["lista"]:
        return url_for(endpoint, slug=slug, _anchor=reference)
    if endpoint:
        return url_for(endpoint, reference=reference)
    return url_for("consultation.answer_statements", slug=slug, _anchor="pregunta")
