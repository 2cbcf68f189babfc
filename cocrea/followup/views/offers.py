"""Offering evidence for an activity, and deciding on what was offered."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _

from cocrea.core import clock, files
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.followup import operations, policies, queries
from cocrea.followup.forms import DeclineForm, OfferForm
from cocrea.followup.models import Activity, EvidenceOffer
from cocrea.followup.views.activity import activity_page
from cocrea.followup.views.base import bp


@bp.post("/actividades/<reference>/ofrecida")
@requires(policies.can_offer, queries.visible_activity)
def offer_evidence(found: Activity) -> Any:
    form = OfferForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.offer_evidence(
                    actor=current_actor(),
                    activity=found,
                    title=form.title.data or "",
                    url=form.url.data or "",
                    upload=form.upload.data or None,
                    now=clock.now(),
                )
            flash(_("Gracias. La facilitación la revisa y aquí verás qué decidió."), "success@ofrecida")
            return _back(found)
        except CocreaError as error:
            form.reject(error)
    return activity_page(found, offer_form=form), 422


@bp.post("/actividades/<reference>/ofrecida/<int:offer_id>/aceptar")
@requires(policies.can_accept_offer, queries.visible_offer)
def accept_offer(offer: EvidenceOffer) -> Any:
    with transaction():
        operations.accept_offer(actor=current_actor(), offer=offer, now=clock.now())
    flash(_("La evidencia ya se muestra en la actividad."), "success@ofrecida")
    return _back(offer.activity)


@bp.post("/actividades/<reference>/ofrecida/<int:offer_id>/rechazar")
@requires(policies.can_decide_offer, queries.visible_offer)
def decline_offer(offer: EvidenceOffer) -> Any:
    form = DeclineForm(offer.id)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.decline_offer(
                    actor=current_actor(), offer=offer, reason=form.reason.data or "", now=clock.now()
                )
            flash(_("Quien la ofreció leerá tu razón."), "success@ofrecida")
            return _back(offer.activity)
        except CocreaError as error:
            form.reject(error)
    return activity_page(offer.activity, declined=form), 422


@bp.get("/actividades/<reference>/ofrecida/<int:offer_id>")
@visible(queries.offered_file)
def offered_file(offer: EvidenceOffer) -> Response:
    """The file, as a download, for who offered it and for the facilitation."""
    return files.send(offer.file)


def _back(activity: Activity) -> Any:
    return redirect(url_for("followup.activity", reference=activity.reference, _anchor="ofrecida"), 303)
