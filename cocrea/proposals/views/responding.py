"""The answers of institutions."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Organisation
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.extensions import db
from cocrea.proposals import operations, policies, queries
from cocrea.proposals.models import Proposal, ResponseKind
from cocrea.proposals.views.base import bp, page_of, response_form


@bp.post("/propuestas/<reference>/respuestas")
@requires(policies.can_answer, queries.visible_proposal)
def respond(proposal: Proposal) -> Any:
    form = response_form(proposal)
    if form.validate_on_submit():
        organisation = db.session.get(Organisation, form.organisation.data)
        if organisation is None:
            raise NotFound
        try:
            with transaction():
                operations.respond(
                    actor=current_actor(),
                    proposal=proposal,
                    organisation=organisation,
                    kind=ResponseKind(form.kind.data),
                    reasons=form.reasons.data or "",
                    now=clock.now(),
                )
            flash(_("La respuesta ya es pública."), "success")
            return redirect(url_for("proposals.show", reference=proposal.reference), 303)
        except CocreaError as error:
            form.reject(error)
    return page_of(proposal, response_form=form), 422
