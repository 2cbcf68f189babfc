"""Pages of proposals."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.accounts.models import Organisation
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, NotFound
from cocrea.core.forms import pairs
from cocrea.core.i18n import day_in_words
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion import queries as discussion
from cocrea.extensions import db
from cocrea.proposals import operations, panels, policies, queries, words
from cocrea.proposals.forms import ProposalForm, ReasonForm, ResponseForm, ReviewForm
from cocrea.proposals.models import Proposal, ProposalStatus, ResponseKind

__all__ = ["bp", "words"]

bp = Blueprint("proposals", __name__)


def _own(actor: Any, reference: str) -> Proposal:
    """A proposal of this person's own; anyone else's does not exist here."""
    proposal = queries.visible_proposal(actor, reference)
    if not policies.is_author(actor, proposal):
        raise NotFound
    return proposal


@bp.get("/ciclos/<slug>/propuestas")
@same_for_visitors
@visible(visible_cycle)
def index(cycle: Cycle) -> str:
    status = request.args.get("estado", "")
    chosen = ProposalStatus(status) if status in list(ProposalStatus)[1:] else None
    return render_template(
        "proposals/index.html",
        cycle=cycle,
        page=queries.listing(cycle, status=chosen),
        chosen=chosen,
        status_links=[_status_link(cycle, status, chosen) for status in list(ProposalStatus)[1:]],
        row_meta=_row_meta,
        may_write=policies.can_write(current_actor(), cycle, clock.now()),
    )


@bp.route("/ciclos/<slug>/propuestas/nueva", methods=["GET", "POST"])
@requires(policies.can_write, visible_cycle)
def create(cycle: Cycle) -> Any:
    form = _form(cycle)
    if form.validate_on_submit():
        try:
            with transaction():
                proposal = operations.draft(
                    actor=current_actor(),
                    cycle=cycle,
                    content=form.content(),
                    problems=queries.problems_by_reference(cycle, form.problems.data or []),
                    form_key=form.key.data or "",
                    now=clock.now(),
                )
                reference = proposal.reference
            flash(_("Guardamos tu borrador. Revísalo y publícalo cuando esté listo."), "success")
            return redirect(url_for("proposals.show", reference=reference), 303)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.problems.data = request.args.getlist("problematica")
    return render_template("proposals/form.html", cycle=cycle, form=form), 422 if form.is_submitted() else 200


@bp.get("/propuestas/<reference>")
@same_for_visitors
@visible(queries.visible_proposal)
def show(proposal: Proposal) -> str:
    return _show(proposal)


@bp.route("/propuestas/<reference>/edicion", methods=["GET", "POST"])
@requires(policies.can_edit, _own)
def edit(proposal: Proposal) -> Any:
    form = _form(proposal.cycle, obj=proposal)
    there: Proposal | None = None
    if form.validate_on_submit():
        try:
            with transaction():
                operations.revise(
                    actor=current_actor(),
                    proposal=proposal,
                    content=form.content(),
                    base=form.base.data or "",
                    now=clock.now(),
                )
            flash(_("Guardamos tus cambios."), "success")
            return redirect(url_for("proposals.show", reference=proposal.reference), 303)
        except Conflict as error:
            form.reject(error)
            form.start_from(proposal)
            there = proposal
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.body.data = proposal.body_source
        form.start_from(proposal)
    status = 422 if form.is_submitted() else 200
    return render_template(
        "proposals/form.html", cycle=proposal.cycle, proposal=proposal, there=there, form=form
    ), status


@bp.post("/propuestas/<reference>/publicacion")
@requires(policies.can_edit, _own)
def publish(proposal: Proposal) -> Any:
    with transaction():
        operations.publish(actor=current_actor(), proposal=proposal, now=clock.now())
    flash(
        _("Tu propuesta ya es pública. La facilitación la revisará y te diremos qué se decidió y por qué."), "success"
    )
    return redirect(url_for("proposals.show", reference=proposal.reference), 303)


@bp.post("/propuestas/<reference>/retiro")
@requires(policies.can_withdraw, _own)
def withdraw(proposal: Proposal) -> Any:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _show(proposal, reason_form=form), 422
    with transaction():
        operations.withdraw(actor=current_actor(), proposal=proposal, reason=form.reason.data or "", now=clock.now())
    flash(_("Retiraste tu propuesta. Su página queda como constancia, sin el texto."), "success")
    return redirect(url_for("proposals.show", reference=proposal.reference), 303)


@bp.post("/propuestas/<reference>/revision")
@requires(policies.can_review, queries.visible_proposal)
def review(proposal: Proposal) -> Any:
    form = ReviewForm()
    if form.validate_on_submit():
        decide = operations.admit if form.decision.data == "admit" else operations.reject
        try:
            with transaction():
                decide(actor=current_actor(), proposal=proposal, reason=form.reason.data or "", now=clock.now())
            flash(_("Quedó registrada la decisión."), "success")
            return redirect(url_for("proposals.show", reference=proposal.reference), 303)
        except CocreaError as error:
            form.reject(error)
    return _show(proposal, review_form=form), 422


@bp.post("/propuestas/<reference>/respuestas")
@requires(policies.can_answer, queries.visible_proposal)
def respond(proposal: Proposal) -> Any:
    form = _response_form()
    if form.validate_on_submit():
        organisation = db.session.get(Organisation, form.organisation.data)
        if organisation is None:
            raise NotFound
        try:
            with transaction():
                operations.respond(
                    actor=current_actor(),
                    proposal=proposal,
                    organisation=organisation,
                    kind=ResponseKind(form.kind.data),
                    reasons=form.reasons.data or "",
                    now=clock.now(),
                )
            flash(_("La respuesta ya es pública."), "success")
            return redirect(url_for("proposals.show", reference=proposal.reference), 303)
        except CocreaError as error:
            form.reject(error)
    return _show(proposal, response_form=form), 422


def _status_link(cycle: Cycle, status: ProposalStatus, chosen: ProposalStatus | None) -> dict[str, Any]:
    href = url_for("proposals.index", slug=cycle.slug, estado=status.value)
    return {"label": status.label, "href": href, "current": status is chosen}


def _row_meta(row: Any) -> list[Any]:
    """Who, when and how, under the title of a card."""
    who = _("Persona que se retiró") if row.author_withdrawn_at else row.author_name or row.attribution
    shown = [who, day_in_words(row.published_at)]
    if row.comment_count:
        shown.append(ngettext("%(num)s comentario", "%(num)s comentarios", row.comment_count))
    return shown


def _form(cycle: Cycle, obj: Proposal | None = None) -> ProposalForm:
    form = ProposalForm(obj=obj)
    form.problems.choices = pairs(queries.problem_choices(cycle))
    return form


def _response_form(**kwargs: Any) -> ResponseForm:
    form = ResponseForm(**kwargs)
    form.organisation.choices = pairs((found.id, found.name) for found in queries.institutions_of(current_actor()))
    return form


def _show(proposal: Proposal, **forms: Any) -> str:
    """The page of a proposal; `forms` are those that come back with errors, by their name in the template."""
    actor, now = current_actor(), clock.now()
    offered: dict[str, Any] = {
        "review_form": ReviewForm(formdata=None),
        "reason_form": ReasonForm(formdata=None),
    }
    if policies.can_answer(actor, proposal, now):
        offered["response_form"] = _response_form(formdata=None)
    return render_template(
        "proposals/show.html",
        cycle=proposal.cycle,
        proposal=proposal,
        versions=queries.versions(proposal),
        responses=queries.responses(proposal),
        comments=discussion.comments(proposal),
        supported=discussion.supported_ids(actor, [proposal.id]),
        panels=[] if proposal.is_tombstone else panels.of(actor, proposal, now),
        may_edit=policies.can_edit(actor, proposal, now),
        may_withdraw=policies.can_withdraw(actor, proposal, now),
        may_review=policies.can_review(actor, proposal, now),
        **{**offered, **forms},
    )
