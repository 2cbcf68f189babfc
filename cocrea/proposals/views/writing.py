"""Pages of those who write proposals."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from cocrea.accounts.operations import drop_draft
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion import suggesting
from cocrea.discussion.models import ContributionKind
from cocrea.proposals import operations, policies, queries
from cocrea.proposals.drafts import of_new, of_text
from cocrea.proposals.forms import ProposalForm, ReasonForm
from cocrea.proposals.models import Proposal
from cocrea.proposals.views import desk, drafts
from cocrea.proposals.views.base import bp, own_proposal, page_of, status_of


@bp.route("/ciclos/<slug>/propuestas/nueva", methods=["GET", "POST"])
@requires(policies.can_write, visible_cycle)
def create(cycle: Cycle) -> Any:
    form = drafts.drafted(of_new(cycle.id)) or ProposalForm()
    if not form.is_submitted():
        form.problems.data = [*(form.problems.data or []), *request.args.getlist("problematica")]
    chosen = desk.offer(cycle, form)
    if suggesting.was_pressed():
        near, status = suggesting.looked_for(cycle, ContributionKind.PROPOSAL, form, queries.visible_proposal)
        return desk.page(cycle, form, chosen, near=near), status
    if desk.was_asked():
        return desk.page(cycle, form, chosen)
    if form.validate_on_submit():
        try:
            with transaction():
                proposal = operations.draft(
                    actor=current_actor(),
                    cycle=cycle,
                    content=form.content(),
                    problems=chosen,
                    form_key=form.key.data or "",
                    now=clock.now(),
                )
                reference = proposal.reference
                drop_draft(person=current_actor(), form=of_new(cycle.id))
            flash(_("Guardamos tu borrador. Revísalo y publícalo cuando esté listo."), "success")
            return redirect(url_for("proposals.show", reference=reference), 303)
        except CocreaError as error:
            form.reject(error)
    return desk.page(cycle, form, chosen), status_of(form)


@bp.route("/propuestas/<reference>/edicion", methods=["GET", "POST"])
@requires(policies.can_edit, own_proposal)
def edit(proposal: Proposal) -> Any:
    form, there = _begun(proposal)
    chosen = desk.offer(proposal.cycle, form)
    if desk.was_asked():
        return desk.page(proposal.cycle, form, chosen, proposal=proposal)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.revise(
                    actor=current_actor(),
                    proposal=proposal,
                    content=form.content(),
                    base=form.base.data or "",
                    why=form.why.data or "",
                    problems=chosen,
                    now=clock.now(),
                )
                drop_draft(person=current_actor(), form=of_text(proposal.id))
            flash(_("Guardamos tus cambios."), "success")
            return redirect(url_for("proposals.show", reference=proposal.reference), 303)
        except Conflict as error:
            form.reject(error)
            form.base.data, there = proposal.edition, proposal
        except CocreaError as error:
            form.reject(error)
    return desk.page(proposal.cycle, form, chosen, proposal=proposal, there=there), status_of(form)


def _begun(proposal: Proposal) -> tuple[ProposalForm, Proposal | None]:
    """The form that changes a proposal, with what this person had begun to write; and the proposal, where it says
    something else by now than what that was begun from."""
    form = drafts.drafted(of_text(proposal.id))
    if form is None:
        form = ProposalForm(obj=proposal)
        if not form.is_submitted():
            form.start_from(proposal)
        return form, None
    there = proposal if form.base.data != proposal.edition else None
    form.base.data = proposal.edition
    return form, there


@bp.post("/propuestas/<reference>/publicacion")
@requires(policies.can_edit, own_proposal)
def publish(proposal: Proposal) -> Any:
    with transaction():
        operations.publish(actor=current_actor(), proposal=proposal, now=clock.now())
    own = _("Tu propuesta ya es pública. La facilitación la revisará y te diremos qué se decidió y por qué.")
    recorded = _("La propuesta ya es pública. Qué se decida al revisarla, y por qué, se leerá en su página.")
    flash(recorded if proposal.recorded_by_id else own, "success")
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
