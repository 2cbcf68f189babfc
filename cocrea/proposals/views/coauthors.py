"""Who writes a proposal: inviting others, taking an invitation back, leaving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Invitation
from cocrea.core import clock
from cocrea.core.access import Decision, current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.extensions import limiter
from cocrea.proposals import operations, policies, queries
from cocrea.proposals.forms import CoauthorForm
from cocrea.proposals.models import Proposal
from cocrea.proposals.views.base import bp, own_proposal


@dataclass(frozen=True)
class _Offer:
    """An invitation to write a proposal."""

    proposal: Proposal
    invitation: Invitation


def _offer(actor: Any, reference: str, invitation_id: int) -> _Offer:
    """One that waits, for the authors of the proposal; to anyone else it is not there."""
    proposal = own_proposal(actor, reference)
    for invitation in queries.standing_offers(proposal, clock.now()):
        if invitation.id == invitation_id:
            return _Offer(proposal, invitation)
    raise NotFound


@bp.app_template_global()
def offered_heading(invitation: Invitation) -> str:
    """What the proposal is called that one is invited to write; nothing where it may not be read any more."""
    proposal = queries.offered_proposal(invitation.scope)
    return proposal.heading if policies.can_read(current_actor(), proposal, clock.now()) else ""


def _may_see(actor: Any, offer: _Offer, now: datetime) -> Decision:
    return policies.can_see_coauthors(actor, offer.proposal, now)


@bp.route("/propuestas/<reference>/coautoria", methods=["GET", "POST"])
@requires(policies.can_see_coauthors, own_proposal)
@limiter.limit("20 per hour", methods=["POST"])
def coauthors(proposal: Proposal) -> Any:
    """Who writes it and who was invited; inviting more, with one answer whoever has the address."""
    form, actor, reference = CoauthorForm(), current_actor(), proposal.reference
    if form.validate_on_submit():
        try:
            with transaction():
                operations.invite_coauthor(
                    actor=actor, proposal=proposal, email=form.email.data or "", now=clock.now()
                )
            flash(_("Enviamos la invitación a ese correo. Escribe contigo cuando la acepte."), "success")
            return redirect(url_for("proposals.coauthors", reference=reference), 303)
        except CocreaError as error:
            form.reject(error)
    now = clock.now()
    page = render_template(
        "proposals/coauthors.html",
        cycle=proposal.cycle,
        proposal=proposal,
        form=form,
        offers=queries.standing_offers(proposal, now),
        may_invite=policies.can_invite(actor, proposal, now),
        may_leave=policies.can_leave(actor, proposal, now),
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/propuestas/<reference>/coautoria/invitaciones/<int:invitation_id>/retiro")
@requires(_may_see, _offer)
def withdraw_coauthor_offer(offer: _Offer) -> Any:
    actor, reference, offered_id = current_actor(), offer.proposal.reference, offer.invitation.id
    with transaction():
        found = _offer(actor, reference, offered_id)
        operations.withdraw_offer(actor=actor, proposal=found.proposal, invitation=found.invitation, now=clock.now())
    flash(_("Retiraste la invitación."), "success")
    return redirect(url_for("proposals.coauthors", reference=reference), 303)


@bp.post("/propuestas/<reference>/coautoria/salida")
@requires(policies.can_leave, own_proposal)
def leave(proposal: Proposal) -> Any:
    is_draft, slug = not proposal.published_at, proposal.cycle.slug
    with transaction():
        operations.leave(actor=current_actor(), proposal=proposal, now=clock.now())
    flash(_("Ya no escribes esta propuesta. Lo que escribiste se queda en ella."), "success")
    if is_draft:
        return redirect(url_for("proposals.index", slug=slug), 303)
    return redirect(url_for("proposals.show", reference=proposal.reference), 303)
