"""Reading commitments and the plan, and publishing it."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.audit.canonical import canonical_json
from cocrea.audit.queries import history_of
from cocrea.commitments import checks, operations, panels, policies, queries, roadmap, sections, texts
from cocrea.commitments.forms import PlanForm
from cocrea.commitments.models import Commitment, Party
from cocrea.commitments.views.base import SLUG_OF, bp, steps, text_parts
from cocrea.core import clock
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.cycles import figures
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
    )


@bp.get("/compromisos/<reference>")
@same_for_visitors
@visible(queries.visible_commitment)
def show(commitment: Commitment) -> str:
    if commitment.is_tombstone:
        return render_template("commitments/tombstone.html", cycle=commitment.cycle, commitment=commitment)
    actor, now = current_actor(), clock.now()
    actions = () if commitment.is_signed else roadmap.of(commitment)
    return render_template(
        "commitments/show.html",
        cycle=commitment.cycle,
        commitment=commitment,
        content=commitment.signed_text if commitment.is_signed else texts.whole(commitment, actions),
        problems=queries.problems_behind(commitment),
        findings=[] if commitment.is_signed else checks.findings(commitment, actions),
        signing=[(party, SLUG_OF[party], policies.can_sign(actor, (commitment, party), now)) for party in Party],
        may_edit=policies.can_edit(actor, commitment, now),
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


@bp.get("/compromisos/<reference>/versiones")
@same_for_visitors
@visible(queries.visible_commitment)
def versions(commitment: Commitment) -> str:
    """Every text that was ever saved: nothing anybody wrote is lost."""
    if commitment.is_tombstone:
        raise NotFound
    return render_template(
        "commitments/versions.html",
        cycle=commitment.cycle,
        commitment=commitment,
        versions=queries.versions(commitment),
        parts_of=_part_titles(),
        **text_parts(),
    )


@bp.get("/ciclos/<slug>/plan")
@same_for_visitors
@visible(visible_cycle)
def plan(cycle: Cycle) -> str:
    found = queries.in_plan(cycle)
    return render_template(
        "commitments/plan.html",
        cycle=cycle,
        plan=queries.plan_of(cycle),
        signed=[commitment for commitment in found if commitment.is_signed],
        unsigned=[commitment for commitment in found if not commitment.is_signed],
        figures=figures.rows(figures.gather(cycle)),
        may_publish=policies.can_publish_plan(current_actor(), cycle, clock.now()),
        **text_parts(),
    )


@bp.route("/ciclos/<slug>/plan/publicacion", methods=["GET", "POST"])
@requires(policies.can_publish_plan, visible_cycle)
def publish_plan(cycle: Cycle) -> Any:
    left_out = [commitment for commitment in queries.in_plan(cycle) if not commitment.is_signed]
    form = PlanForm.asking_why(left_out)
    if form.validate_on_submit():
        reasons = {commitment.reference: form[commitment.reference].data or "" for commitment in left_out}
        try:
            with transaction():
                operations.publish_plan(
                    actor=current_actor(),
                    cycle=cycle,
                    title=form.title.data or "",
                    introduction=form.introduction.data or "",
                    left_out=reasons,
                    now=clock.now(),
                )
            flash(_("El plan ya es público. Sigue el avance de cada compromiso en el tablero."), "success")
            return redirect(url_for("commitments.plan", slug=cycle.slug), 303)
        except CocreaError as error:
            form.reject(error)
    status = 422 if form.is_submitted() else 200
    return render_template("commitments/publish_plan.html", cycle=cycle, form=form, left_out=left_out), status


def _part_titles() -> dict[str, Any]:
    titles = {section.slug: section.title for section in sections.SECTIONS}
    return {**titles, sections.ROADMAP: _("Hoja de ruta"), operations.NEW: _("Primer borrador")}
