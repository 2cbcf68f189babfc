"""The public page of an institution: what it answered and the commitments it leads."""

from __future__ import annotations

from flask import render_template

from cocrea.accounts.models import Organisation
from cocrea.core.access import visible
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.notifications import queries
from cocrea.notifications.views.base import bp


@bp.get("/instituciones/<slug>")
@same_for_visitors
@visible(queries.visible_institution)
def institution(found: Organisation) -> str:
    return render_template(
        "notifications/institution.html",
        institution=found,
        answers=queries.answers_of(found),
        commitments=queries.led_by(found),
    )
