"""Photographs of the sheets of a workshop: evidence that only the facilitation sees and whose trace is public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from PIL.Image import Image

from cocrea.consultation import policies
from cocrea.consultation.models import Workshop, WorkshopPhoto
from cocrea.consultation.operations.history import note
from cocrea.core import files, images, text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.models import StoredFile
from cocrea.extensions import db

MOST_PHOTOS = 80


def add_photos(
    *, actor: Any, workshop: Workshop, uploads: Sequence[Any], caption: str, now: datetime
) -> list[WorkshopPhoto]:
    """Keep photographs of the sheets, all or none; `caption` says what is on them. Returns those that are new.

    What is kept is the picture alone: neither where nor with what it was taken. Each leaves its SHA-256 in the public
    history, so that nobody can exchange it later unseen. Raises `Invalid` naming the file that is no photograph.
    """
    enforce(policies.can_count_people, actor, lock(workshop), now)
    pictures = [_picture(upload) for upload in uploads if upload.filename]
    if not pictures:
        raise Invalid(_l("Elige al menos una foto."), "photos")
    known = set(db.session.scalars(sa.select(WorkshopPhoto.digest).where(WorkshopPhoto.workshop_id == workshop.id)))
    fresh = {digest: picture for digest, picture in pictures if digest not in known}
    if len(known) + len(fresh) > MOST_PHOTOS:
        raise Invalid(_l("Caben %(most)s fotos por jornada.", most=MOST_PHOTOS), "photos")
    return [_keep(actor, workshop, digest, picture, text.plain(caption), now) for digest, picture in fresh.items()]


def remove_photo(*, actor: Any, photo: WorkshopPhoto, reason: str, now: datetime) -> None:
    """Take a photograph away for good, saying why in public; its SHA-256 and the reason stay. The bytes go when
    uploads are next swept."""
    enforce(policies.can_see_photos, actor, lock(photo.workshop), now)
    why = text.plain(reason)
    if not why:
        raise Invalid(_l("Di por qué se quita: tu razón queda en el historial público."), "reason")
    db.session.refresh(photo)
    if photo.removed_at:
        raise Conflict(_l("Esta foto ya se quitó."))
    gone = [photo.file_id, photo.thumbnail_id]
    photo.file_id = photo.thumbnail_id = None
    photo.removed_at, photo.removal_reason = now, why
    db.session.flush()
    db.session.execute(sa.delete(StoredFile).where(StoredFile.id.in_(gone)))
    note(actor, photo.workshop, "workshop.photo_removed", now, old={"fingerprint": photo.digest}, reason=why)


def _picture(upload: Any) -> tuple[str, tuple[Image, bytes]]:
    """The digest of what would be kept, the picture and its bytes."""
    try:
        picture = images.photograph(files.read(upload))
    except Invalid as error:
        raise Invalid(_l("«%(name)s»: %(wrong)s", name=upload.filename, wrong=error.message), "photos") from None
    data = images.as_jpeg(picture)
    return sha256(data).hexdigest(), (picture, data)


def _keep(
    actor: Any, workshop: Workshop, digest: str, taken: tuple[Image, bytes], caption: str, now: datetime
) -> WorkshopPhoto:
    picture, data = taken
    photo = add(
        WorkshopPhoto(
            workshop_id=workshop.id,
            digest=digest,
            caption=caption,
            file_id=_stored(data, workshop, now),
            thumbnail_id=_stored(images.as_jpeg(images.thumbnail(picture)), workshop, now),
            added_by_id=actor.id,
            created_at=now,
        )
    )
    note(actor, workshop, "workshop.photo_added", now, new={"fingerprint": digest})
    return photo


def _stored(data: bytes, workshop: Workshop, now: datetime) -> int:
    return files.keep(data, "image/jpeg", f"{workshop.reference}.jpg", now=now).id
