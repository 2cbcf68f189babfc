"""Reading commitments."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from cocrea.audit.canonical import canonical_json
from cocrea.audit.queries import history_of
from cocrea.commitments import panels, policies, queries, roadmap, texts
from cocrea.commitments.models import AmendmentState, Commitment, Party
from cocrea.commitments.views.amendments import amended
from cocrea.commitments.views.base import SLUG_OF, bp, quality, steps, text_parts
from cocrea.core import clock
from cocrea.core.access import current_actor, visible
from cocrea.core.errors import NotFound
from cocrea.core.text import to_html
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles.models import Cycle
from cocrea.cycles.queries import visible_cycle
from cocrea.discussion.conversations import conversation
from cocrea.proposals.models import ProposalStatus
from cocrea.proposals.queries import with_status


@bp.get("/ciclos/<slug>/compromisos")
@same_for_visitors
@visible(visible_cycle)
def index(cycle: Cycle) -> str:
    actor, now = current_actor(), clock.now()
    plan = queries.plan_of(cycle)
    selected = with_status(cycle, ProposalStatus.SELECTED) if plan is None else []
    return render_template(
        "commitments/index.html",
        cycle=cycle,
        rows=queries.listing(cycle),
        plan=plan,
        waiting=[proposal for proposal in selected if policies.can_draft_from(actor, proposal, now)],
        may_propose=plan is None and policies.can_propose(actor, cycle, now),
        may_import=plan is None and policies.can_import(actor, cycle, now),
    )


@bp.get("/compromisos/<reference>")
@same_for_visitors
@visible(queries.visible_commitment)
def show(commitment: Commitment) -> str:
    if commitment.is_tombstone:
        return render_template("commitments/tombstone.html", cycle=commitment.cycle, commitment=commitment)
    actor, now = current_actor(), clock.now()
    actions = () if commitment.is_signed else roadmap.of(commitment)
    may_edit = policies.can_edit(actor, commitment, now)
    problems = queries.problems_behind(commitment)
    changed_by = amended(actor, commitment, now)
    changed = [one.text for one in changed_by["amendments"] if one.state is AmendmentState.ADOPTED]
    stands = dict(commitment.signed_text or {}) if commitment.is_signed else texts.whole(commitment, actions)
    content: dict[str, Any] = changed[-1] if changed else stands
    return render_template(
        "commitments/show.html",
        cycle=commitment.cycle,
        commitment=commitment,
        content=content,
        body_html=to_html(content["body"]) if changed else commitment.body_html,
        **changed_by,
        problems=problems,
        **({} if commitment.is_signed else quality(commitment, actions, is_linked=bool(problems))),
        signing=[(party, SLUG_OF[party], policies.can_sign(actor, (commitment, party), now)) for party in Party],
        may_endorse=policies.can_endorse(actor, commitment, now),
        may_edit=may_edit,
        writing=queries.turns(commitment, now) if may_edit else {},
        is_member=policies.is_member(actor, commitment),
        steps=[] if commitment.is_signed else steps(commitment, actions),
        panels=panels.of(actor, commitment, now),
        history=history_of(commitment.reference, limit=20),
        comments=conversation(actor, commitment, now),
        **text_parts(),
    )


@bp.get("/compromisos/<reference>/texto.json")
@visible(queries.visible_commitment)
def text_file(commitment: Commitment) -> Response:
    """The exact bytes whose SHA-256 is the fingerprint that signatures name."""
    if commitment.is_tombstone:
        raise NotFound
    body = canonical_json(texts.current(commitment)).encode()
    disposition = f"attachment; filename={commitment.reference}.json"
    return Response(body, mimetype="application/json", headers={"Content-Disposition": disposition})
