"""The page of an activity: its status, its evidence, and what the counterpart says of it."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cocrea.audit.queries import history_of
from cocrea.commitments.policies import can_edit
from cocrea.core import clock, files
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.followup import operations, policies, queries
from cocrea.followup.forms import DeclineForm, OfferForm, VerdictForm
from cocrea.followup.models import Activity, Evidence
from cocrea.followup.views.base import KINDS, bp


@bp.get("/actividades/<reference>")
@same_for_visitors
@visible(queries.visible_activity)
def activity(found: Activity) -> str:
    return activity_page(found)


@bp.post("/actividades/<reference>/veredicto")
@requires(policies.can_verify, queries.visible_activity)
def judge(found: Activity) -> Any:
    form = VerdictForm()
    if form.validate_on_submit():
        try:
            with transaction():
                _judge(found, form)
            flash(_("Tu veredicto ya es público."), "success")
            return redirect(url_for("followup.activity", reference=found.reference), 303)
        except CocreaError as error:
            form.reject(error)
    return activity_page(found, verdict_form=form), 422


@bp.get("/actividades/<reference>/evidencia/<int:evidence_id>")
@visible(queries.visible_evidence)
def evidence_file(found: Evidence) -> Response:
    """The file itself, as a download, for whoever may read the activity."""
    if found.file is None:
        raise NotFound
    return files.send(found.file)


def _judge(found: Activity, form: VerdictForm) -> None:
    actor, now = current_actor(), clock.now()
    if form.verdict.data == "verify":
        operations.verify(actor=actor, activity=found, now=now)
    else:
        operations.dispute(actor=actor, activity=found, reason=form.reason.data or "", now=now)


def activity_page(found: Activity, declined: DeclineForm | None = None, **forms: Any) -> str:
    """The page of an activity; `forms` are those that come back with errors, by their name in the template."""
    actor, now = current_actor(), clock.now()
    offers = queries.offers(actor, found, now)
    decided = [offer for offer in offers if policies.can_decide_offer(actor, offer, now)]
    declines = {offer.id: DeclineForm(offer.id, formdata=None) for offer in decided}
    if declined:
        declines[declined.offer_id] = declined
    commitment = found.key_action.commitment
    offered = {
        "verdict_form": VerdictForm(formdata=None),
        "offer_form": OfferForm(formdata=None),
    }
    return render_template(
        "followup/activity.html",
        cycle=commitment.cycle,
        commitment=commitment,
        activity=found,
        kinds=KINDS,
        is_late=found.is_late(queries.today(commitment.cycle, now)),
        may_edit=can_edit(actor, commitment, now),
        may_report=policies.can_report(actor, found, now),
        may_verify=policies.can_verify(actor, found, now),
        may_offer=policies.can_offer(actor, found, now),
        offers=offers,
        declines=declines,
        sign_in=url_for("accounts.sign_in", next=request.path),
        history=history_of(found.reference, limit=20),
        **{**offered, **forms},
    )
