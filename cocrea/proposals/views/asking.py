"""Asking back about an answer, and replying."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.proposals import operations, policies, queries
from cocrea.proposals.forms import BackForm
from cocrea.proposals.models import Response
from cocrea.proposals.views.base import bp, page_of


@bp.post("/respuestas/<int:response_id>/repregunta")
@requires(policies.can_ask_back, queries.visible_response)
def ask_back(response: Response) -> Any:
    return _say(response, operations.ask_back, _("Tu pregunta ya es pública y avisamos a la institución."))


@bp.post("/respuestas/<int:response_id>/replica")
@requires(policies.can_reply, queries.visible_response)
def reply(response: Response) -> Any:
    return _say(response, operations.reply, _("La réplica ya es pública y avisamos a quien preguntó."))


def _say(response: Response, operation: Any, told: str) -> Any:
    form, reference = BackForm(response.id), response.proposal.reference
    if form.validate_on_submit():
        try:
            with transaction():
                operation(actor=current_actor(), response=response, body=form.body.data or "", now=clock.now())
            flash(told, "success")
            return redirect(url_for("proposals.show", reference=reference) + "#respuestas", 303)
        except CocreaError as error:
            form.reject(error)
    return page_of(response.proposal, back_form=(response.id, form)), 422
