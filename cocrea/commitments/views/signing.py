"""Signing a commitment: the whole text read back, and a code of the signer's authenticator."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.accounts import queries as accounts
from cocrea.commitments import operations, policies, queries, roadmap, texts
from cocrea.commitments.forms import SignForm
from cocrea.commitments.models import Commitment, Party
from cocrea.commitments.views.base import PARTY_SLUGS, bp, quality, text_parts
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.extensions import limiter

FEW = "20 per hour"  # codes that one account may try


def by_signer() -> str:
    """Counts codes per account, whatever is signed."""
    return f"signer:{current_actor().id}"


limited = limiter.shared_limit(FEW, scope="signatures", key_func=by_signer, methods=["POST"])


def code_state() -> dict[str, bool]:
    """What `commitments/_code.html` needs: whether this person is asked for a code, and has what makes it."""
    actor = current_actor()
    if not actor.is_authenticated:
        return {"asks_code": True, "has_factor": False}
    return {"asks_code": accounts.asks_code(actor), "has_factor": accounts.has_second_factor(actor)}


def _commitment_and_party(actor: Any, reference: str, party: str) -> tuple[Commitment, Party]:
    if party not in PARTY_SLUGS:
        raise NotFound
    return queries.visible_commitment(actor, reference), PARTY_SLUGS[party]


@bp.route("/compromisos/<reference>/firmas/<party>", methods=["GET", "POST"])
@requires(policies.can_sign, _commitment_and_party)
@limited
def sign(subject: tuple[Commitment, Party]) -> Any:
    commitment, party = subject
    form = SignForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.sign(
                    actor=current_actor(),
                    commitment=commitment,
                    party=party,
                    base=form.base.data or "",
                    code=form.code.data or "",
                    now=clock.now(),
                )
            flash(_("Tu firma quedó registrada en el historial público."), "success")
            return redirect(url_for("commitments.show", reference=commitment.reference), 303)
        except CocreaError as error:
            form.reject(error)
    return _sign_page(commitment, party, form), 422 if form.is_submitted() else 200


def _sign_page(commitment: Commitment, party: Party, form: SignForm) -> str:
    actions = roadmap.of(commitment)
    content = texts.whole(commitment, actions)
    if not form.is_submitted() or form.form_errors:
        form.base.data = texts.fingerprint(content)
    form.code.data = ""
    return render_template(
        "commitments/sign.html",
        cycle=commitment.cycle,
        commitment=commitment,
        party=party,
        form=form,
        content=content,
        fingerprint=texts.fingerprint(content),
        **code_state(),
        **quality(commitment, actions, is_linked=bool(queries.problems_behind(commitment))),
        **text_parts(),
    )
