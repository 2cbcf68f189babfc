"""The answers of institutions: prepared privately, published for one proposal or for many at once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.accounts.models import Role
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import after_commit, transaction
from cocrea.core.errors import CocreaError, Conflict, NotFound
from cocrea.core.i18n import in_words
from cocrea.core.pagination import HIGHEST
from cocrea.proposals import jobs, operations, policies, queries
from cocrea.proposals.forms import AnswerForm, NoteForm
from cocrea.proposals.models import AnswerDraft, Routing
from cocrea.proposals.operations import AT_ONCE
from cocrea.proposals.views.base import bp


@bp.get("/respuestas-pendientes/<int:routing_id>")
@requires(policies.can_prepare, queries.own_routing)
def prepare(routing: Routing) -> Any:
    draft = queries.draft_of(routing)
    form = AnswerForm(obj=draft)
    form.start_from(draft)
    return _desk(routing, form, draft)


@bp.post("/respuestas-pendientes/<int:routing_id>")
@requires(policies.can_prepare, queries.own_routing)
def respond(routing: Routing) -> Any:
    """Keep the draft, publish it or set it to be published, by the button that was pressed."""
    form = AnswerForm()
    publishes = "publish" in request.form
    if form.validate_on_submit():
        try:
            if publishes:
                return _publish_prepared(routing, form)
            if "schedule" in request.form:
                return _schedule(routing, form)
            with transaction():
                operations.prepare(
                    actor=current_actor(),
                    routing=routing,
                    answer=form.answer(),
                    base=form.base.data or "",
                    now=clock.now(),
                )
            flash(_("Guardamos el borrador. Solo lo ven quienes responden por tu institución."), "success")
            return redirect(url_for("proposals.prepare", routing_id=routing.id), 303)
        except Conflict as error:
            form.reject(error)
            there = queries.draft_of(routing)
            form.start_from(there)
            return _desk(routing, form, there, clashes=True), 422
        except CocreaError as error:
            form.reject(error)
    return _desk(routing, form, queries.draft_of(routing)), 422


@bp.post("/respuestas-pendientes/<int:routing_id>/notas")
@requires(policies.can_prepare, queries.own_routing)
def write_note(routing: Routing) -> Any:
    form = NoteForm()
    if form.validate_on_submit():
        with transaction():
            operations.write_note(actor=current_actor(), routing=routing, body=form.body.data or "", now=clock.now())
        flash(_("Tu nota quedó para tus colegas. No es pública."), "success")
        return redirect(url_for("proposals.prepare", routing_id=routing.id), 303)
    draft = queries.draft_of(routing)
    answer_form = AnswerForm(formdata=None, obj=draft)
    answer_form.start_from(draft)
    return _desk(routing, answer_form, draft, note_form=form), 422


@bp.route("/respuestas-pendientes/comun", methods=["GET", "POST"])
@requires(policies.can_see_queue)
def respond_to_many() -> Any:
    """One common answer to the proposals that were marked in the list."""
    routings = _marked()
    if not routings:
        flash(_("Marca primero las propuestas que llevan la misma respuesta."), "warning")
        return redirect(url_for("proposals.queue"), 303)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            return _publish_common([routing.id for routing in routings], form)
        except CocreaError as error:
            form.reject(error)
    status = 422 if form.is_submitted() else 200
    return render_template("proposals/respond_to_many.html", routings=routings, form=form), status


def _marked() -> list[Routing]:
    """What was marked and can be answered by this official; anything else is not there."""
    ids = {number for number in request.values.getlist("turno", type=int) if 0 < number <= HIGHEST}
    if len(ids) > AT_ONCE:
        raise NotFound
    found = queries.routings_of(sorted(ids), current_actor().organisation_ids(Role.OFFICIAL))
    if len(found) < len(ids):
        raise NotFound
    return found


def _publish_prepared(routing: Routing, form: AnswerForm) -> Any:
    with transaction():
        made = operations.publish_prepared(
            actor=current_actor(),
            routing=routing,
            answer=form.answer(),
            base=form.base.data or "",
            now=clock.now(),
        )
        after_commit(jobs.tell_of_answers, [made.id])
    flash(_("La respuesta ya es pública. Avisamos a quien propuso y a quienes apoyan."), "success")
    return redirect(url_for("proposals.show", reference=routing.proposal.reference) + "#respuestas", 303)


def _schedule(routing: Routing, form: AnswerForm) -> Any:
    with transaction():
        kept = operations.schedule(
            actor=current_actor(),
            routing=routing,
            answer=form.answer(),
            publish_at=form.publish_at(routing.proposal.cycle.timezone),
            base=form.base.data or "",
            now=clock.now(),
        )
        when = in_words(kept.publish_at or clock.now(), routing.proposal.cycle.timezone)
    flash(_("La respuesta se publicará sola el %(when)s. Hasta entonces puedes cambiarla.", when=when), "success")
    return redirect(url_for("proposals.prepare", routing_id=routing.id), 303)


def _publish_common(routings: list[int], form: AnswerForm) -> Any:
    with transaction():
        made = operations.respond_to_each(
            actor=current_actor(), routings=routings, answer=form.answer(), now=clock.now()
        )
        after_commit(jobs.tell_of_answers, [response.id for response in made])
    told = ngettext(
        "%(num)s respuesta ya es pública. Avisamos a quienes propusieron y a quienes apoyan.",
        "%(num)s respuestas ya son públicas. Avisamos a quienes propusieron y a quienes apoyan.",
        len(made),
    )
    flash(told, "success")
    return redirect(url_for("proposals.queue"), 303)


def _desk(
    routing: Routing, form: AnswerForm, draft: AnswerDraft | None, *, clashes: bool = False, **forms: Any
) -> str:
    """Where an institution prepares one answer."""
    given = queries.responses(routing.proposal)
    return render_template(
        "proposals/prepare.html",
        cycle=routing.proposal.cycle,
        proposal=routing.proposal,
        routing=routing,
        form=form,
        draft=draft,
        clashes=clashes and draft is not None,
        notes=queries.notes_of(routing),
        answered=next((found for found in given if found.of(routing)), None),
        is_late=routing.due_at <= clock.now(),
        **{"note_form": NoteForm(formdata=None), **forms},
    )
