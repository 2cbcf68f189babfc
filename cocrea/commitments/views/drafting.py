"""Writing commitments: begun from a proposal or offered, written by sections, signed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.commitments import operations, policies, queries
from cocrea.commitments.content import LEADS
from cocrea.commitments.forms import LeadForm, ProactiveForm
from cocrea.commitments.views.base import bp, organisation
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.forms import pairs
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import is_facilitator
from cocrea.cycles.queries import visible_cycle
from cocrea.proposals.models import Proposal
from cocrea.proposals.queries import institutions_of, visible_proposal


@bp.route("/ciclos/<slug>/compromisos/nuevo", methods=["GET", "POST"])
@requires(policies.can_propose, visible_cycle)
def create(cycle: Cycle) -> Any:
    """An institution offers a commitment of its own accord."""
    form = ProactiveForm()
    form.lead.choices = pairs((found.id, found.name) for found in institutions_of(current_actor()))
    if form.validate_on_submit():
        try:
            with transaction():
                commitment = operations.draft_proactive(
                    actor=current_actor(),
                    cycle=cycle,
                    lead=organisation(form.lead.data),
                    title=form.title.data or "",
                    problem=form.problem.data or "",
                    form_key=form.key.data or "",
                    now=clock.now(),
                )
                reference = commitment.reference
            return _begun(reference)
        except CocreaError as error:
            form.reject(error)
    status = 422 if form.is_submitted() else 200
    return render_template("commitments/create.html", cycle=cycle, form=form), status


@bp.route("/propuestas/<reference>/compromiso", methods=["GET", "POST"])
@requires(policies.can_draft_from, visible_proposal)
def draft(proposal: Proposal) -> Any:
    """Turn a selected proposal into a commitment."""
    form = LeadForm()
    form.lead.choices = pairs(_lead_choices(proposal.cycle))
    if form.validate_on_submit():
        lead = organisation(form.lead.data) if form.lead.data else None
        try:
            with transaction():
                commitment = operations.draft_from_proposal(
                    actor=current_actor(), proposal=proposal, lead=lead, now=clock.now()
                )
                reference = commitment.reference
            return _begun(reference)
        except CocreaError as error:
            form.reject(error)
    status = 422 if form.is_submitted() else 200
    return render_template("commitments/draft.html", cycle=proposal.cycle, proposal=proposal, form=form), status


def _begun(reference: str) -> Any:
    flash(_("Empezó la redacción. Completa cada sección; todas las personas pueden leer el borrador."), "success")
    return redirect(url_for("commitments.show", reference=reference), 303)


def _lead_choices(cycle: Cycle) -> list[tuple[int, Any]]:
    if is_facilitator(current_actor(), cycle):
        return [(0, _("La nombraremos después")), *queries.organisations(LEADS)]
    return [(found.id, found.name) for found in institutions_of(current_actor())]
