"""Pages of those who write proposals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict
from cocrea.core.forms import pairs
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion import suggesting
from cocrea.discussion.models import ContributionKind
from cocrea.proposals import operations, policies, queries, rules
from cocrea.proposals.forms import ProposalForm, ReasonForm
from cocrea.proposals.models import Proposal
from cocrea.proposals.views.base import bp, own_proposal, page_of


@bp.route("/ciclos/<slug>/propuestas/nueva", methods=["GET", "POST"])
@requires(policies.can_write, visible_cycle)
def create(cycle: Cycle) -> Any:
    form = _form(cycle)
    if suggesting.was_pressed():
        near, status = suggesting.looked_for(cycle, ContributionKind.PROPOSAL, form, queries.visible_proposal)
        return _new_page(cycle, form, near), status
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
    return _new_page(cycle, form), 422 if form.is_submitted() else 200


@bp.route("/propuestas/<reference>/edicion", methods=["GET", "POST"])
@requires(policies.can_edit, own_proposal)
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
                    why=form.why.data or "",
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
        "proposals/form.html",
        cycle=proposal.cycle,
        proposal=proposal,
        there=there,
        form=form,
        criteria=rules.criteria(proposal.cycle),
        editable_until=rules.editable_until(proposal),
    ), status


@bp.post("/propuestas/<reference>/publicacion")
@requires(policies.can_edit, own_proposal)
def publish(proposal: Proposal) -> Any:
    with transaction():
        operations.publish(actor=current_actor(), proposal=proposal, now=clock.now())
    flash(
        _("Tu propuesta ya es pública. La facilitación la revisará y te diremos qué se decidió y por qué."), "success"
    )
    return redirect(url_for("proposals.show", reference=proposal.reference), 303)


@bp.post("/propuestas/<reference>/retiro")
@requires(policies.can_withdraw, own_proposal)
def withdraw(proposal: Proposal) -> Any:
    form = ReasonForm()
    if not form.validate_on_submit():
        return page_of(proposal, reason_form=form), 422
    with transaction():
        operations.withdraw(actor=current_actor(), proposal=proposal, reason=form.reason.data or "", now=clock.now())
    flash(_("Retiraste tu propuesta. Su página queda como constancia, sin el texto."), "success")
    return redirect(url_for("proposals.show", reference=proposal.reference), 303)


def _form(cycle: Cycle, obj: Proposal | None = None) -> ProposalForm:
    form = ProposalForm(obj=obj)
    form.problems.choices = pairs(queries.problem_choices(cycle))
    return form


def _new_page(cycle: Cycle, form: ProposalForm, near: Sequence[Any] | None = None) -> str:
    """The form of a new proposal; `near` are the similar ones that were looked for."""
    shown = {"criteria": rules.criteria(cycle), "edit_hours": rules.edit_hours(cycle)}
    return render_template("proposals/form.html", cycle=cycle, form=form, **shown, **suggesting.suggested(near))
