"""A comment on a passage of a commitment that is being drafted."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.commitments import operations, passages, policies, queries
from cocrea.commitments.forms import PassageCommentForm
from cocrea.commitments.models import Commitment
from cocrea.commitments.sections import LABELS
from cocrea.commitments.views.base import bp
from cocrea.core import clock, text
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.discussion.queries import institutions_of


def _field(actor: Any, reference: str, field: str) -> tuple[Commitment, str]:
    commitment = queries.visible_commitment(actor, reference)
    if field not in passages.FIELDS or not passages.present(commitment, field):
        raise NotFound
    return commitment, field


@bp.route("/compromisos/<reference>/pasajes/<field>", methods=["GET", "POST"])
@requires(policies.can_comment_passage, _field)
def comment_passage(found: tuple[Commitment, str]) -> Any:
    commitment, key = found
    form = PassageCommentForm.of(institutions_of(current_actor()), text.block(request.args.get("pasaje")))
    if form.validate_on_submit():
        try:
            with transaction():
                made = operations.comment_on_passage(
                    actor=current_actor(),
                    commitment=commitment,
                    key=key,
                    words=form.passage.data or "",
                    body=form.body.data or "",
                    institution_id=form.chosen_institution,
                    form_key=form.key.data or "",
                    now=clock.now(),
                )
                reference = made.reference
            flash(_("Tu comentario ya está publicado."), f"success@{reference}")
            return redirect(url_for("discussion.place", reference=reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "commitments/comment_passage.html",
        cycle=commitment.cycle,
        commitment=commitment,
        label=LABELS[key],
        said=passages.present(commitment, key),
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


@bp.app_template_global()
def passage_links(commitment: Commitment) -> dict[str, str]:
    """Where the reader comments on a passage of each field; none where they may not."""
    actor, now = current_actor(), clock.now()
    return {
        key: url_for("commitments.comment_passage", reference=commitment.reference, field=key)
        for key in passages.FIELDS
        if policies.can_comment_passage(actor, (commitment, key), now)
    }
