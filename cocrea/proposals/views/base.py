"""What the pages of proposals share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from cocrea.core import clock, readability
from cocrea.core.access import current_actor
from cocrea.core.errors import NotFound
from cocrea.core.forms import pairs
from cocrea.discussion import queries as discussion
from cocrea.discussion.models import Visibility
from cocrea.proposals import panels, policies, queries
from cocrea.proposals.forms import ReasonForm, ResponseForm, ReviewForm
from cocrea.proposals.models import Proposal

bp = Blueprint("proposals", __name__)


def own_proposal(actor: Any, reference: str) -> Proposal:
    """A proposal of this person's own; anyone else's does not exist here."""
    proposal = queries.visible_proposal(actor, reference)
    if not policies.is_author(actor, proposal):
        raise NotFound
    return proposal


def page_of(proposal: Proposal, **forms: Any) -> str:
    """The page of a proposal; `forms` are those that come back with errors, by their name in the template."""
    actor, now = current_actor(), clock.now()
    offered: dict[str, Any] = {
        "review_form": ReviewForm(formdata=None),
        "reason_form": ReasonForm(formdata=None),
    }
    if policies.can_answer(actor, proposal, now):
        offered["response_form"] = response_form(formdata=None)
    return render_template(
        "proposals/show.html",
        cycle=proposal.cycle,
        proposal=proposal,
        responses=queries.responses(proposal),
        comments=discussion.comments(proposal),
        supported=discussion.supported_ids(actor, [proposal.id]),
        panels=[] if proposal.is_tombstone else panels.of(actor, proposal, now),
        may_edit=policies.can_edit(actor, proposal, now),
        reading=readability.read(proposal.plain_text) if proposal.visibility is Visibility.DRAFT else None,
        may_withdraw=policies.can_withdraw(actor, proposal, now),
        may_review=policies.can_review(actor, proposal, now),
        **{**offered, **forms},
    )


def response_form(**kwargs: Any) -> ResponseForm:
    form = ResponseForm(**kwargs)
    form.organisation.choices = pairs((found.id, found.name) for found in queries.institutions_of(current_actor()))
    return form
