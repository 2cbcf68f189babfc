"""Pages of statements: the list, one of them, proposing one, and the facilitation's queue."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.consultation import operations, policies, queries
from cocrea.consultation.forms.statements import DeclineForm, StatementForm
from cocrea.consultation.models import Answer, Statement, StatementStatus
from cocrea.consultation.views.answering import visitor
from cocrea.consultation.views.base import bp, status
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict
from cocrea.core.i18n import day_in_words
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import can_facilitate, can_facilitate_in
from cocrea.cycles.queries import visible_cycle


@bp.get("/ciclos/<slug>/afirmaciones")
@same_for_visitors
@visible(visible_cycle)
def statements(cycle: Cycle) -> str:
    actor, now = current_actor(), clock.now()
    may_review = can_facilitate(actor, cycle, now)
    return render_template(
        "consultation/statements.html",
        cycle=cycle,
        page=queries.statements(cycle),
        own=queries.own_statements(actor, cycle),
        waiting=queries.number_waiting(cycle) if may_review else 0,
        may_review=may_review,
        may_propose=policies.can_propose(actor, cycle, now),
        row_meta=_row_meta,
    )


@bp.route("/ciclos/<slug>/afirmaciones/nueva", methods=["GET", "POST"])
@requires(policies.can_propose, visible_cycle)
def new_statement(cycle: Cycle) -> Any:
    form = StatementForm()
    if form.validate_on_submit():
        try:
            with transaction():
                made = operations.propose_statement(
                    actor=current_actor(),
                    cycle=cycle,
                    sentence=form.sentence.data or "",
                    form_key=form.key.data or "",
                    now=clock.now(),
                )
                reference = made.reference
            flash(_("La recibió la facilitación. Te avisaremos cuando decida; nadie más la lee todavía."), "success")
            return redirect(url_for("consultation.statement", reference=reference), 303)
        except CocreaError as error:
            form.reject(error)
    return render_template("consultation/statement_form.html", cycle=cycle, form=form), status(form)


@bp.get("/afirmaciones/<reference>")
@visible(queries.visible_statement)
def statement(statement: Statement) -> str:
    actor, now = current_actor(), clock.now()
    return render_template(
        "consultation/statement.html",
        cycle=statement.cycle,
        statement=statement,
        may_answer=policies.can_give_answer(actor, statement, now),
        given=queries.own_answer(actor, statement, visitor()),
        answers=list(Answer),
        may_read=policies.can_read_text(actor, statement, now),
        may_edit=policies.can_edit_statement(actor, statement, now),
        may_take_back=policies.can_take_back(actor, statement, now),
        may_decide=policies.can_decline(actor, statement, now),
    )


@bp.route("/afirmaciones/<reference>/edicion", methods=["GET", "POST"])
@requires(policies.can_edit_statement, queries.visible_statement)
def edit_statement(statement: Statement) -> Any:
    form = StatementForm(data={"sentence": statement.title})
    if form.validate_on_submit():
        try:
            with transaction():
                operations.edit_statement(
                    actor=current_actor(), statement=statement, sentence=form.sentence.data or "", now=clock.now()
                )
            flash(_("Guardamos tus cambios."), "success")
            return _to(statement)
        except CocreaError as error:
            form.reject(error)
    page = render_template("consultation/statement_form.html", cycle=statement.cycle, form=form, statement=statement)
    return page, status(form)


@bp.post("/afirmaciones/<reference>/devolucion")
@requires(policies.can_take_back, queries.visible_statement)
def take_back_statement(statement: Statement) -> Response:
    with transaction():
        operations.take_back_statement(actor=current_actor(), statement=statement, now=clock.now())
    flash(_("La retiraste: la facilitación ya no la verá en su lista."), "success")
    return redirect(url_for("consultation.statements", slug=statement.cycle.slug), 303)


@bp.get("/ciclos/<slug>/afirmaciones/revision")
@requires(can_facilitate, visible_cycle)
def review_statements(cycle: Cycle) -> str:
    """What waits for the facilitation, each with its two decisions."""
    return _queue(cycle)


@bp.post("/afirmaciones/<reference>/admision")
@requires(can_facilitate_in, queries.visible_statement)
def admit_statement(statement: Statement) -> Response:
    """Of two who decide at once, the second is led to what the first decided."""
    try:
        with transaction():
            operations.admit_statement(
                actor=current_actor(), statement=statement, read=request.form.get("read", ""), now=clock.now()
            )
        flash(_("La admitiste: ya se puede responder."), "success")
    except Conflict as error:
        flash(error.message, "warning")
        return _to_queue(statement) if statement.status is StatementStatus.PROPOSED else _to(statement)
    return _to_queue(statement)


@bp.route("/afirmaciones/<reference>/rechazo", methods=["GET", "POST"])
@requires(can_facilitate_in, queries.visible_statement)
def decline_statement(statement: Statement) -> Any:
    waits = policies.can_decline(current_actor(), statement, clock.now())
    if not waits:
        flash(waits.reason, "warning")
        return _to(statement)
    form = DeclineForm(data={"read": statement.fingerprint})
    if form.validate_on_submit():
        try:
            with transaction():
                operations.decline_statement(
                    actor=current_actor(),
                    statement=statement,
                    read=form.read.data or "",
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            flash(_("No la admitiste. Le dijimos tu razón a quien la escribió."), "success")
            return _to_queue(statement)
        except CocreaError as error:
            form.reject(error)
            form.read.data = statement.fingerprint
    page = render_template(
        "consultation/statement_decline.html", cycle=statement.cycle, form=form, statement=statement
    )
    return page, status(form)


def _queue(cycle: Cycle) -> str:
    return render_template(
        "consultation/statement_review.html", cycle=cycle, waiting=queries.waiting_statements(cycle)
    )


def _to(statement: Statement) -> Response:
    return redirect(url_for("consultation.statement", reference=statement.reference), 303)


def _to_queue(statement: Statement) -> Response:
    return redirect(url_for("consultation.review_statements", slug=statement.cycle.slug), 303)


def _row_meta(row: Any) -> list[Any]:
    """Who and when, under a statement."""
    who = _("Persona que se retiró") if row.author_withdrawn_at else row.author_name or row.attribution
    return [who, day_in_words(row.published_at)]
