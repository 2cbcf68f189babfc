"""What the pages of proposals share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _

from cocrea.accounts.models import Role
from cocrea.core import clock, readability, sdg
from cocrea.core.access import Decision, current_actor
from cocrea.core.errors import NotFound
from cocrea.cycles.policies import can_facilitate
from cocrea.discussion import attachments
from cocrea.discussion.conversations import conversation
from cocrea.discussion.models import Visibility
from cocrea.discussion.queries import supported_ids
from cocrea.proposals import feeding, panels, policies, queries, rules
from cocrea.proposals.forms import BackForm, ReasonForm, review_form
from cocrea.proposals.models import Proposal, RearrangementState, Response, Routing
from cocrea.proposals.standing import NEXT

bp = Blueprint("proposals", __name__)


def own_proposal(actor: Any, reference: str) -> Proposal:
    """A proposal that this person writes, alone or with others, or recorded; anyone else's does not exist here."""
    proposal = queries.visible_proposal(actor, reference)
    if not policies.speaks_for(actor, proposal):
        raise NotFound
    return proposal


def status_of(form: Any) -> int:
    """Of a page with a form: what was sent and refused is a 422."""
    return 422 if form.is_submitted() else 200


def page_of(proposal: Proposal, **forms: Any) -> str:
    """The page of a proposal; `forms` are those that come back with errors, by their name in the template."""
    actor, now = current_actor(), clock.now()
    offered: dict[str, Any] = {
        "review_form": review_form(rules.criteria(proposal.cycle), rules.asked(proposal.cycle), formdata=None),
        "reason_form": ReasonForm(formdata=None),
    }
    routings, responses = queries.routed_and_answered(proposal)
    counts, origin = queries.counts_and_origin(proposal)
    is_read = proposal.has_text or not proposal.is_tombstone
    return render_template(
        "proposals/show.html",
        cycle=proposal.cycle,
        proposal=proposal,
        next_step=NEXT,
        responses=responses,
        routings=routings,
        named=feeding.named(proposal.cycle, responses),
        correctable=[found.id for found in responses if policies.can_correct(actor, found, now)],
        back=_back(actor, responses, now, forms.pop("back_form", None)),
        own_routings=_own(actor, routings, responses, now),
        routing_states=_routing_states(routings, responses, now),
        due_at={found.organisation_id: found.due_at for found in routings},
        places=_places(actor, proposal, now),
        amendments=counts if proposal.is_public else {},
        origin=origin,
        chips=sdg.chips(sdg.with_goals(proposal.codes)),
        causes=queries.causes(proposal),
        attachments=attachments.of(proposal) if proposal.has_files and is_read else [],
        comments=conversation(actor, proposal, now),
        supported=supported_ids(actor, [proposal.id]),
        panels=[] if proposal.is_tombstone else panels.of(actor, proposal, now),
        writes=policies.is_author(actor, proposal),
        offer=None if policies.is_author(actor, proposal) else policies.offer_to(actor, proposal, now),
        editable_until=rules.editable_until(proposal),
        reading=readability.read(proposal.plain_text) if proposal.visibility is Visibility.DRAFT else None,
        **_allowed(actor, proposal, now),
        **{**offered, **forms},
    )


def _allowed(actor: Any, proposal: Proposal, now: datetime) -> dict[str, Decision]:
    """What this reader may do with the proposal, by its name in the template."""
    return {
        "may_route": policies.can_route(actor, proposal, now),
        "may_rearrange": policies.can_rearrange(actor, proposal, now),
        "may_amend": policies.can_amend(actor, proposal, now),
        "may_edit": policies.can_edit(actor, proposal, now),
        "may_withdraw": policies.can_withdraw(actor, proposal, now),
        "may_review": policies.can_review(actor, proposal, now),
    }


def _places(actor: Any, proposal: Proposal, now: datetime) -> list[queries.Place]:
    """The merges and splits that this proposal is in, those that are public or concern this reader."""
    involved = policies.is_author(actor, proposal) or can_facilitate(actor, proposal.cycle, now)
    return [
        place
        for place in queries.places_of(proposal)
        if place.rearrangement.state is RearrangementState.DONE
        or place.is_undone
        or (involved and place.rearrangement.is_pending(now))
    ]


def _back(
    actor: Any, responses: list[Response], now: datetime, sent: tuple[int, Any] | None
) -> dict[int, dict[str, Any]]:
    """What this reader may say back about each answer: where it goes and its form, the sent one with its errors."""
    found: dict[int, dict[str, Any]] = {}
    for response in responses:
        asks = response.question is None and policies.can_ask_back(actor, response, now)
        replies = response.question and not response.question.replied_at and policies.can_reply(actor, response, now)
        if asks or replies:
            form = sent[1] if sent and sent[0] == response.id else BackForm(response.id, formdata=None)
            found[response.id] = {"form": form, "asks": bool(asks), "until": policies.asked_until(response)}
    return found


def _own(actor: Any, routings: list[Routing], responses: list[Response], now: datetime) -> list[Routing]:
    """What this reader's institutions are still to answer, and can."""
    served = actor.organisation_ids(Role.OFFICIAL) - {found.organisation_id for found in responses}
    own = [found for found in routings if found.organisation_id in served]
    return [found for found in own if policies.can_prepare(actor, found, now)]


def _routing_states(routings: list[Routing], responses: list[Response], now: datetime) -> dict[int, Any]:
    """What came of each institution's turn, in words and with the shape of their mark."""
    answered = {found.organisation_id for found in responses}
    waiting = {True: (_("Con retraso"), "danger"), False: (_("Por responder"), "planned")}
    states = {found.organisation_id: waiting[found.due_at <= now] for found in routings}
    return states | dict.fromkeys(answered, (_("Respondió"), "success"))
