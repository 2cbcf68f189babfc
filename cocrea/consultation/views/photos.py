"""Photographs of the sheets of a workshop, for the facilitation alone."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.consultation import operations, policies, queries
from cocrea.consultation.forms.workshops import PhotosForm, RemovePhotoForm
from cocrea.consultation.models import Workshop, WorkshopPhoto
from cocrea.consultation.views.base import bp, status
from cocrea.core import clock, files
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.core.settings import current_settings


@bp.route("/jornadas/<reference>/fotos", methods=["GET", "POST"])
@requires(policies.can_see_photos, queries.visible_workshop)
def photos(workshop: Workshop) -> Any:
    form, actor, now = PhotosForm(), current_actor(), clock.now()
    if form.validate_on_submit():
        try:
            pictures = operations.photographs(form.photos.data or ())
            with transaction():
                added = operations.add_photos(
                    actor=actor, workshop=workshop, pictures=pictures, caption=form.caption.data or "", now=now
                )
            flash(_told(len(added)), "success")
            return redirect(url_for("consultation.photos", reference=workshop.reference), 303)
        except CocreaError as error:
            form.reject(error)
    form.ask_for_files()
    page = render_template(
        "consultation/workshop_photos.html",
        cycle=workshop.cycle,
        workshop=workshop,
        form=form,
        photos=queries.photos(workshop),
        most_bytes=current_settings().max_upload_bytes,
        may_add=policies.can_count_people(actor, workshop, now),
    )
    return page, status(form)


@bp.get("/jornadas/<reference>/fotos/<int:photo>")
@visible(queries.kept_photo)
def photo(photo: WorkshopPhoto) -> Response:
    return files.send(photo.file)


@bp.get("/jornadas/<reference>/fotos/<int:photo>/miniatura")
@visible(queries.kept_photo)
def photo_thumbnail(photo: WorkshopPhoto) -> Response:
    return files.send(photo.thumbnail)


@bp.route("/jornadas/<reference>/fotos/<int:photo>/retiro", methods=["GET", "POST"])
@visible(queries.kept_photo)
def remove_photo(photo: WorkshopPhoto) -> Any:
    form, workshop = RemovePhotoForm(), photo.workshop
    if form.validate_on_submit():
        try:
            with transaction():
                operations.remove_photo(
                    actor=current_actor(), photo=photo, reason=form.reason.data or "", now=clock.now()
                )
            flash(_("La foto se quitó. El historial de la jornada dice por qué."), "success")
            return redirect(url_for("consultation.photos", reference=workshop.reference), 303)
        except CocreaError as error:
            form.reject(error)
    page = render_template(
        "consultation/workshop_photo_remove.html", cycle=workshop.cycle, workshop=workshop, photo=photo, form=form
    )
    return page, status(form)


def _told(added: int) -> str:
    if not added:
        return str(_("Esas fotos ya estaban: no se repiten."))
    return str(ngettext("Se guardó %(num)s foto.", "Se guardaron %(num)s fotos.", added))
