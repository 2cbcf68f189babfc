"""Amendments of a signed commitment: read beside the original, proposed, signed by the other party or declined."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.commitments import amending, operations, policies, queries, roadmap, sections, texts
from cocrea.commitments.forms import AdoptForm, AmendForm, DeclineForm
from cocrea.commitments.models import Commitment, CommitmentAmendment, Party
from cocrea.commitments.views.base import PARTY_SLUGS, SLUG_OF, bp, text_parts
from cocrea.commitments.views.signing import code_state, limited
from cocrea.core import clock, text
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.core.visitor_pages import same_for_visitors

STATE_KINDS = {"proposed": "open", "adopted": "success", "declined": "closed", "withdrawn": "neutral"}


def amended(actor: Any, commitment: Commitment, now: datetime) -> dict[str, Any]:
    """What the page of a commitment shows of its amendments: the text in force, and each of them."""
    if not commitment.is_signed:
        return {"amendments": [], "proposing": []}
    found = queries.amendments(commitment)
    proposing = (
        []
        if any(one.is_open for one in found)
        else [SLUG_OF[party] for party in Party if policies.can_amend(actor, (commitment, party), now)]
    )
    return {"amendments": found, "proposing": proposing, "amendment_kinds": STATE_KINDS}


def _signed(actor: Any, reference: str) -> Commitment:
    commitment = queries.visible_commitment(actor, reference)
    if commitment.is_tombstone or not commitment.is_signed:
        raise NotFound
    return commitment


def _party(actor: Any, reference: str, party: str) -> tuple[Commitment, Party]:
    if party not in PARTY_SLUGS:
        raise NotFound
    return queries.visible_commitment(actor, reference), PARTY_SLUGS[party]


@bp.get("/compromisos/<reference>/enmiendas")
@same_for_visitors
@visible(_signed)
def amendments(commitment: Commitment) -> str:
    """The signed original for ever, each amendment, and how the text in force differs from the original."""
    original, present = dict(commitment.signed_text or {}), amending.in_force(commitment)
    return render_template(
        "commitments/amendments.html",
        cycle=commitment.cycle,
        commitment=commitment,
        original=original,
        original_html=text.to_html(original["body"]),
        present_fingerprint=texts.fingerprint(present),
        differences=amending.differences(original, present),
        **amended(current_actor(), commitment, clock.now()),
        **text_parts(),
    )


@bp.route("/compromisos/<reference>/enmiendas/nueva/<party>", methods=["GET", "POST"])
@requires(policies.can_amend, _party)
@limited
def propose_amendment(subject: tuple[Commitment, Party]) -> Any:
    commitment, party = subject
    present, references = amending.in_force(commitment), roadmap.references(commitment)
    form = AmendForm.of(present, references)
    if form.validate_on_submit():
        try:
            with transaction():
                made = operations.propose_amendment(
                    actor=current_actor(),
                    commitment=commitment,
                    party=party,
                    changes=form.changes(present, references),
                    reason=form.reason.data or "",
                    base=form.base.data or "",
                    code=form.code.data or "",
                    now=clock.now(),
                )
                address = _address(made)
            flash(_("Propusiste la enmienda y la firmaste. Falta que la otra parte la firme."), "success")
            return redirect(address, 303)
        except CocreaError as error:
            form.reject(error)
    if not form.is_submitted() or form.form_errors:
        form.base.data = texts.fingerprint(present)
    form.code.data = ""
    steps = [step for action in present["roadmap"] for step in action["activities"]]
    return render_template(
        "commitments/propose_amendment.html",
        cycle=commitment.cycle,
        commitment=commitment,
        party=party,
        form=form,
        parts=[(part, [key for key in part.keys if key in amending.KEYS]) for part in sections.SECTIONS],
        activities=[step["title"] for step in steps],
        **code_state(),
    ), 422 if form.is_submitted() else 200


@bp.get("/compromisos/<reference>/enmiendas/<int:number>")
@same_for_visitors
@visible(queries.visible_amendment)
def amendment(found: CommitmentAmendment) -> str:
    return _page(found)


@bp.post("/compromisos/<reference>/enmiendas/<int:number>/firma")
@requires(policies.can_answer_amendment, queries.visible_amendment)
@limited
def adopt_amendment(found: CommitmentAmendment) -> Any:
    form = AdoptForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.adopt_amendment(
                    actor=current_actor(),
                    amendment=found,
                    base=form.base.data or "",
                    code=form.code.data or "",
                    now=clock.now(),
                )
            flash(_("Firmaste la enmienda: su texto es el vigente. El original se sigue leyendo."), "success")
            return redirect(_address(found), 303)
        except CocreaError as error:
            form.reject(error)
    form.code.data = ""
    return _page(found, adopt_form=form), 422


@bp.post("/compromisos/<reference>/enmiendas/<int:number>/rechazo")
@requires(policies.can_answer_amendment, queries.visible_amendment)
def decline_amendment(found: CommitmentAmendment) -> Any:
    form = DeclineForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.decline_amendment(
                    actor=current_actor(), amendment=found, reason=form.reason.data or "", now=clock.now()
                )
            flash(_("No aceptaste la enmienda. Tu razón ya es pública y el texto vigente no cambia."), "success")
            return redirect(_address(found), 303)
        except CocreaError as error:
            form.reject(error)
    return _page(found, decline_form=form), 422


@bp.post("/compromisos/<reference>/enmiendas/<int:number>/retiro")
@requires(policies.can_withdraw_amendment, queries.visible_amendment)
def withdraw_amendment(found: CommitmentAmendment) -> Any:
    with transaction():
        operations.withdraw_amendment(actor=current_actor(), amendment=found, now=clock.now())
    flash(_("Retiraste la enmienda. Queda a la vista, sin efecto."), "success")
    return redirect(_address(found), 303)


def _page(found: CommitmentAmendment, **forms: Any) -> str:
    """The page of an amendment; `forms` are those that come back with errors."""
    actor, now, commitment = current_actor(), clock.now(), found.commitment
    adopt = AdoptForm(formdata=None)
    adopt.base.data = found.fingerprint
    return render_template(
        "commitments/amendment.html",
        cycle=commitment.cycle,
        commitment=commitment,
        amendment=found,
        kind=STATE_KINDS[found.state.value],
        differences=amending.differences(found.before, found.text),
        before_fingerprint=texts.fingerprint(found.before),
        may_answer=policies.can_answer_amendment(actor, found, now),
        may_withdraw=policies.can_withdraw_amendment(actor, found, now),
        **{"adopt_form": adopt, "decline_form": DeclineForm(formdata=None), **forms},
        **code_state(),
    )


def _address(found: CommitmentAmendment) -> str:
    return url_for("commitments.amendment", reference=found.commitment.reference, number=found.number)
