"""The forum's backing of a text: the words that ask for it, and the decision that gave it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.commitments import endorsing, operations, policies, queries, texts
from cocrea.commitments.forms import EndorseForm
from cocrea.commitments.models import Commitment
from cocrea.commitments.views.base import bp
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.tables.models import Agreement


@bp.route("/compromisos/<reference>/aval", methods=["GET", "POST"])
@requires(policies.can_endorse, queries.visible_commitment)
def endorse(commitment: Commitment) -> Any:
    fingerprint = texts.fingerprint(texts.current(commitment))
    found = queries.endorsing_decisions(commitment, fingerprint)
    form = EndorseForm()
    form.decision.choices = [(one.reference, _in_words(one)) for one in found]
    if form.validate_on_submit():
        try:
            with transaction():
                operations.endorse(
                    actor=current_actor(), commitment=commitment, decision=form.decision.data, now=clock.now()
                )
            flash(_("El aval del foro quedó registrado en el historial público."), "success")
            return redirect(url_for("commitments.show", reference=commitment.reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "commitments/endorse.html",
        cycle=commitment.cycle,
        commitment=commitment,
        form=form,
        found=found,
        wording=endorsing.wording(commitment.reference, fingerprint),
    )
    return page, 422 if form.is_submitted() else 200


def _in_words(decision: queries.Decision) -> str:
    said = decision.text if isinstance(decision, Agreement) else decision.question
    return f"{decision.reference} · {said}"
