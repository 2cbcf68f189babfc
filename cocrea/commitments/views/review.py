"""The review of the plan: comments part by part, one with its answer, commenting, answering and correcting."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.commitments import jobs, operations, plans, policies, queries
from cocrea.commitments.forms import PlanAnswerForm, PlanCommentForm, PlanCorrectionForm
from cocrea.commitments.models import Commitment, Outcome, PlanAnswer, PlanComment, PlanPart
from cocrea.commitments.operations.review import AT_ONCE
from cocrea.commitments.views.base import bp
from cocrea.core import clock
from cocrea.core.access import current_actor, enforce, requires, visible
from cocrea.core.db import after_commit, transaction
from cocrea.core.errors import CocreaError, Conflict, NotFound
from cocrea.core.forms import pairs
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle

WAITING = "por-responder"


@bp.get("/ciclos/<slug>/plan/comentarios")
@same_for_visitors
@visible(visible_cycle)
def plan_comments(cycle: Cycle) -> str:
    """What was commented and what was answered: figures by part, and a page of the comments that are asked for."""
    actor, now, titles = current_actor(), clock.now(), queries.titles(cycle)
    only_waiting = request.args.get("estado") == WAITING
    chosen = queries.narrowed(request.args.get("parte", ""), titles, only_waiting)
    page = queries.comments(cycle, chosen)
    return render_template(
        "commitments/plan_comments.html",
        cycle=cycle,
        titles=titles,
        chosen=chosen,
        heard=queries.heard(queries.heard_now(cycle)),
        page=page,
        may_comment=policies.can_comment_plan(actor, cycle, now),
        answerable=[one for one in page if one.waits and policies.can_answer_comment(actor, one, now)],
    )


@bp.get("/comentarios-al-plan/<reference>")
@same_for_visitors
@visible(queries.visible_comment)
def plan_comment(comment: PlanComment) -> str:
    """One comment with its answer, and what that said before."""
    actor, now, answer = current_actor(), clock.now(), comment.answer
    return render_template(
        "commitments/plan_comment.html",
        cycle=comment.cycle,
        comment=comment,
        texts=answer.texts if answer else [],
        may_answer=comment.waits and policies.can_answer_comment(actor, comment, now),
        may_correct=answer and policies.can_correct_plan_answer(actor, answer, now),
    )


@bp.route("/ciclos/<slug>/plan/comentarios/nuevo", methods=["GET", "POST"])
@requires(policies.can_write_plan_comment, visible_cycle)
def comment_plan(cycle: Cycle) -> Any:
    actor, now = current_actor(), clock.now()
    parts = _parts(cycle)
    form = PlanCommentForm(part=request.args.get("parte", PlanPart.PLAN.slug))
    form.part.choices = pairs((place, label) for place, (label, _part, _on) in parts.items())
    if form.validate_on_submit():
        _label, part, commitment = parts[form.part.data]
        try:
            with transaction():
                made = operations.comment_plan(
                    actor=actor,
                    cycle=cycle,
                    part=part,
                    commitment=commitment,
                    body=form.body.data or "",
                    form_key=form.key.data or "",
                    now=now,
                )
                reference = made.reference
            flash(_("Tu comentario ya está publicado. Te escribiremos cuando lo respondan."), "success")
            return redirect(url_for("commitments.plan_comment", reference=reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "commitments/comment_plan.html",
        cycle=cycle,
        form=form,
        may_comment=policies.can_comment_plan(actor, cycle, now),
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/ciclos/<slug>/plan/respuestas/nueva", methods=["GET", "POST"])
@requires(policies.can_answer_review, queries.cycle_and_leads)
def answer_plan_comments(subject: tuple[Cycle, set[int]]) -> Any:
    """Where comments that were marked are answered with one text, which is read back before it is published."""
    cycle, _leads = subject
    comments = _marked(cycle)
    if not comments:
        flash(_("Marca primero los comentarios que llevan la misma respuesta."), "warning")
        return redirect(url_for("commitments.plan_comments", slug=cycle.slug, estado=WAITING), 303)
    form = PlanAnswerForm()
    if form.validate_on_submit() and "change" not in request.form:
        try:
            return _answer(cycle, comments, form)
        except CocreaError as error:
            form.reject(error)
    page = render_template("commitments/answer_plan_comments.html", cycle=cycle, comments=comments, form=form)
    return page, 422 if form.errors else 200


@bp.route("/respuestas-al-plan/<int:answer_id>/correccion", methods=["GET", "POST"])
@requires(policies.can_correct_plan_answer, queries.visible_answer)
def correct_plan_answer(answer: PlanAnswer) -> Any:
    form = PlanCorrectionForm(
        outcome=answer.outcome, reasons=answer.reasons, changed=answer.changed, base=str(answer.version)
    )
    first = answer.comments[0].reference
    if form.validate_on_submit():
        try:
            with transaction():
                made = operations.correct_plan_answer(
                    actor=current_actor(),
                    answer=answer,
                    reply=_reply(form),
                    reason=form.reason.data or "",
                    base=int(form.base.data) if (form.base.data or "").isdecimal() else 0,
                    now=clock.now(),
                )
                after_commit(jobs.tell_of_answer, answer.id, made.number)
            flash(_("La respuesta quedó corregida. Lo que decía antes se sigue leyendo."), "success")
            return redirect(url_for("commitments.plan_comment", reference=first), 303)
        except Conflict as error:
            form.reject(error)
            form.base.data = str(answer.version)
        except CocreaError as error:
            form.reject(error)
    page = render_template("commitments/correct_plan_answer.html", cycle=answer.cycle, answer=answer, form=form)
    return page, 422 if form.is_submitted() else 200


def _answer(cycle: Cycle, comments: list[PlanComment], form: PlanAnswerForm) -> Any:
    """The page that reads the answer back or, once that is confirmed, the answer published."""
    reply = _reply(form)
    if "confirmed" not in request.form:
        return render_template(
            "commitments/plan_answer_read_back.html", cycle=cycle, comments=comments, reply=reply, sent=form.typed()
        )
    with transaction():
        made = operations.answer_comments(
            actor=current_actor(), cycle=cycle, comments=comments, reply=reply, now=clock.now()
        )
        after_commit(jobs.tell_of_answer, made.id, 1)
    flash(
        ngettext(
            "La respuesta ya es pública. Avisamos a quien comentó.",
            "La respuesta a %(num)s comentarios ya es pública. Avisamos a quienes comentaron.",
            len(comments),
        ),
        "success",
    )
    return redirect(url_for("commitments.plan_comments", slug=cycle.slug, estado=WAITING), 303)


def _reply(form: PlanAnswerForm) -> operations.PlanReply:
    return operations.PlanReply.of(Outcome(form.outcome.data), form.reasons.data or "", form.changed.data or "")


def _marked(cycle: Cycle) -> list[PlanComment]:
    """The comments that were marked, all of which this person may answer; what is not of this plan is not there."""
    references = set(request.values.getlist("comentario"))
    if len(references) > AT_ONCE:
        raise NotFound
    found = queries.marked(cycle, references) if references else []
    for comment in found:
        enforce(policies.can_answer_comment, current_actor(), comment, clock.now())
    return found


def _parts(cycle: Cycle) -> dict[str, tuple[Any, PlanPart, Commitment | None]]:
    """What of the plan can be commented, in its order: words, part and commitment by how an address calls it."""
    listed = plans.ordered(queries.in_plan(cycle), plans.standing(cycle).texts.order)
    found: dict[str, tuple[Any, PlanPart, Commitment | None]] = {}
    for part in PlanPart:
        if part is not PlanPart.COMMITMENT:
            found[part.slug] = (part.label, part, None)
            continue
        for one in listed:
            if not one.left_out_reason:
                found[one.reference] = (_("Compromiso: %(title)s", title=one.title), part, one)
    return found
