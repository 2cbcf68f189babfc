"""The answer of an institution to one proposal: prepared privately, published now or at a moment to come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import after_commit, transaction
from cocrea.core.errors import CocreaError, Conflict
from cocrea.core.i18n import in_words
from cocrea.proposals import feeding, jobs, operations, policies, queries
from cocrea.proposals.forms import AnswerForm, NoteForm
from cocrea.proposals.models import AnswerDraft, Routing
from cocrea.proposals.views import answering
from cocrea.proposals.views.base import bp


@bp.get("/respuestas-pendientes/<int:routing_id>")
@requires(policies.can_prepare, queries.own_routing)
def prepare(routing: Routing) -> Any:
    draft = queries.draft_of(routing)
    return _desk(routing, _form(routing, draft), draft)


@bp.post("/respuestas-pendientes/<int:routing_id>")
@requires(policies.can_prepare, queries.own_routing)
def respond(routing: Routing) -> Any:
    """What was pressed says whether it is kept, published or set for later; the latter two are read back first, and so
    is what is kept where that sets it anew."""
    form, there = AnswerForm(), None
    form.offer(feeding.commitments(routing.proposal.cycle))
    if form.validate_on_submit() and not answering.is_to_change():
        try:
            return _act(routing, form)
        except CocreaError as error:
            if isinstance(error, Conflict) and answering.is_public(form, [routing]):
                return _to_public(routing)
            form.reject(error)
            if isinstance(error, Conflict):
                there = queries.draft_of(routing)
                form.start_from(there)
    page = _desk(routing, form, there or queries.draft_of(routing), clashes=there is not None)
    return page, 422 if form.errors else 200


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
    return _desk(routing, _form(routing, draft), draft, note_form=form), 422


def _form(routing: Routing, draft: AnswerDraft | None) -> AnswerForm:
    """What there is, to be gone on with."""
    form = AnswerForm(formdata=None, obj=draft)
    form.offer(feeding.commitments(routing.proposal.cycle))
    form.go_on_with(draft, routing.proposal.cycle.timezone)
    return form


def _act(routing: Routing, form: AnswerForm) -> Any:
    tz, draft = routing.proposal.cycle.timezone, queries.draft_of(routing)
    moment = answering.moment_to_read_back(form, [draft] if draft else [], tz)
    if moment is None and ("save" in request.form or "unset" in request.form):
        return _save(routing, form)
    if "schedule" in request.form:
        moment = form.publish_at(tz)
    if not answering.is_confirmed():
        return answering.read_back(form, [routing], moment, url_for("proposals.respond", routing_id=routing.id))
    return _schedule(routing, form, moment) if moment else _publish_prepared(routing, form)


def _save(routing: Routing, form: AnswerForm) -> Any:
    before = _scheduled(routing, queries.draft_of(routing))
    with transaction():
        kept = operations.prepare(
            actor=current_actor(),
            routing=routing,
            answer=form.answer(),
            base=form.base.data or "",
            now=clock.now(),
            unset="unset" in request.form,
        )
    flash(_("Guardamos el borrador. Solo lo ven quienes responden por tu institución."), "success")
    answering.say_if_scheduled(before, _scheduled(routing, kept), routing.proposal.cycle.timezone)
    return redirect(url_for("proposals.prepare", routing_id=routing.id), 303)


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
    answering.say_if_late([routing], clock.now())
    return _to_public(routing)


def _to_public(routing: Routing) -> Any:
    return redirect(url_for("proposals.show", reference=routing.proposal.reference) + "#respuestas", 303)


def _schedule(routing: Routing, form: AnswerForm, moment: datetime) -> Any:
    with transaction():
        operations.schedule(
            actor=current_actor(),
            routing=routing,
            answer=form.answer(),
            publish_at=moment,
            base=form.base.data or "",
            now=clock.now(),
        )
    when = in_words(moment, routing.proposal.cycle.timezone)
    flash(_("La respuesta se publicará sola el %(when)s. Hasta entonces puedes cambiarla.", when=when), "success")
    answering.say_if_late([routing], moment)
    return redirect(url_for("proposals.prepare", routing_id=routing.id), 303)


def _scheduled(routing: Routing, draft: AnswerDraft | None) -> answering.Scheduled:
    return answering.scheduled([routing], [draft] if draft else [])


def _desk(
    routing: Routing, form: AnswerForm, draft: AnswerDraft | None, *, clashes: bool = False, **forms: Any
) -> str:
    """Where an institution prepares one answer."""
    given = queries.responses(routing.proposal)
    answered = next((found for found in given if found.of(routing)), None)
    return render_template(
        "proposals/prepare.html",
        cycle=routing.proposal.cycle,
        proposal=routing.proposal,
        routing=routing,
        form=form,
        draft=draft,
        scheduled=_scheduled(routing, draft),
        clashes=clashes and draft is not None,
        notes=queries.notes_of(routing),
        answered=answered,
        named=feeding.named(routing.proposal.cycle, [answered] if answered else []),
        may_correct=answered and policies.can_correct(current_actor(), answered, clock.now()),
        is_late=routing.due_at <= clock.now(),
        **{"note_form": NoteForm(formdata=None), **forms},
    )
