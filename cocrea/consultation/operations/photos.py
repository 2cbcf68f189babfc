"""Photographs of the sheets of a workshop: evidence that only the facilitation sees and whose trace is public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from cocrea.consultation import policies
from cocrea.consultation.models import Workshop, WorkshopPhoto
from cocrea.consultation.operations.history import note
from cocrea.core import files, images, text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.images import Photograph
from cocrea.core.models import StoredFile
from cocrea.extensions import db

MOST_PHOTOS = 80
FULL = _l("Caben %(most)s fotos por jornada.", most=MOST_PHOTOS)


def photographs(uploads: Sequence[Any]) -> list[Photograph]:
    """What would be kept of some uploads. Slow, so to be called before the transaction; changes nothing.

    Raises `Invalid` naming the file that is no photograph.
    """
    sent = [upload for upload in uploads if upload.filename]
    if not sent:
        raise Invalid(_l("Elige al menos una foto."), "photos")
    if len(sent) > MOST_PHOTOS:
        raise Invalid(FULL, "photos")
    return [_photograph(upload) for upload in sent]


def add_photos(
    *, actor: Any, workshop: Workshop, pictures: Sequence[Photograph], caption: str, now: datetime
) -> list[WorkshopPhoto]:
    """Keep photographs of the sheets, all or none; `caption` says what is on them. Returns those that are new.

    Each leaves its SHA-256 in the public history, so that nobody can exchange it later unseen.
    """
    enforce(policies.can_count_people, actor, lock(workshop), now)
    own = sa.select(WorkshopPhoto.digest, WorkshopPhoto.removed_at).filter_by(workshop_id=workshop.id)
    known = {row.digest: row.removed_at for row in db.session.execute(own)}
    offered = {sha256(picture.legible).hexdigest(): picture for picture in pictures}
    if any(known.get(digest) for digest in offered):
        raise Invalid(_l("Una de estas fotos se quitó con su razón: no se vuelve a guardar."), "photos")
    fresh = {digest: picture for digest, picture in offered.items() if digest not in known}
    if sum(removed is None for removed in known.values()) + len(fresh) > MOST_PHOTOS:
        raise Invalid(FULL, "photos")
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


def _photograph(upload: Any) -> Photograph:
    try:
        return images.photograph(files.read(upload))
    except Invalid as error:
        raise Invalid(_l("«%(name)s»: %(wrong)s", name=upload.filename, wrong=error.message), "photos") from None


def _keep(
    actor: Any, workshop: Workshop, digest: str, picture: Photograph, caption: str, now: datetime
) -> WorkshopPhoto:
    name = f"{workshop.reference}.jpg"
    legible, small = (files.keep(data, "image/jpeg", name, now=now) for data in picture)
    photo = add(
        WorkshopPhoto(
            workshop_id=workshop.id,
            digest=digest,
            caption=caption,
            file_id=legible.id,
            thumbnail_id=small.id,
            added_by_id=actor.id,
            created_at=now,
        )
    )
    note(actor, workshop, "workshop.photo_added", now, new={"fingerprint": digest})
    return photo
