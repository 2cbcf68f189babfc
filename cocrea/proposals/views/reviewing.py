"""The review by the facilitation."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.proposals import operations, policies, queries, rules
from cocrea.proposals.forms import review_form
from cocrea.proposals.models import Proposal
from cocrea.proposals.views.base import bp, page_of


@bp.post("/propuestas/<reference>/revision")
@requires(policies.can_review, queries.visible_proposal)
def review(proposal: Proposal) -> Any:
    asked = rules.asked(proposal.cycle)
    form = review_form(rules.criteria(proposal.cycle), asked)
    if form.validate_on_submit():
        decide = operations.admit if form.decision.data == "admit" else operations.reject
        try:
            with transaction():
                decide(
                    actor=current_actor(),
                    proposal=proposal,
                    findings=form.findings(),
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            flash(_("Quedó registrada la decisión."), "success")
            return redirect(url_for("proposals.show", reference=proposal.reference), 303)
        except CocreaError as error:
            form.reject(error)
    form.asked.data = asked
    return page_of(proposal, review_form=form), 422
