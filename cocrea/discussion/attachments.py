"""Files beside a contribution: documents and pictures that its authors add. Which ones may do so, and when, each domain
decides; it also locks the contribution and writes its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from cocrea.core import files, images, text
from cocrea.core.db import add
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.models import StoredFile
from cocrea.discussion.models import Attachment, Coauthor, Contribution, Visibility
from cocrea.extensions import db

MOST = 10  # of one contribution
LONGEST_DESCRIPTION = 300


@dataclass(frozen=True)
class Upload:
    """A file as it is to be kept: its bytes, their type and the name that it came with."""

    data: bytes
    media_type: str
    name: str

    @property
    def digest(self) -> str:
        return sha256(self.data).hexdigest()


def prepared(upload: Any) -> Upload:
    """What would be kept of an upload: of a picture nothing but the picture, not where, when and with what it was
    taken.

    Slow for large pictures, so to be called before the transaction. Raises `Invalid` for what is not accepted.
    """
    if not upload or not upload.filename:
        raise Invalid(_l("Elige un archivo."), "upload")
    try:
        data, media_type = files.check(upload)
        if media_type in files.INLINE:
            stem = upload.filename.rpartition(".")[0] or upload.filename
            return Upload(images.photograph(data).legible, "image/jpeg", f"{stem}.jpg")
    except Invalid as error:
        raise Invalid(error.message, "upload") from None
    return Upload(data, media_type, upload.filename)


def of(contribution: Contribution) -> list[Attachment]:
    """All that were ever added to what is published, the first one first; of the removed only what is left of them."""
    own = sa.select(Attachment).where(Attachment.contribution_id == contribution.id)
    return list(db.session.scalars(own.order_by(Attachment.id)))


def attach(*, actor: Any, contribution: Contribution, upload: Upload, description: str, now: datetime) -> Attachment:
    """Keep a file with what it shows, said for those who cannot see it."""
    said = text.plain(description)
    if not said or len(said) > LONGEST_DESCRIPTION:
        raise Invalid(_l("Di qué contiene, para quien no puede verlo."), "description")
    present = [each for each in of(contribution) if not each.is_removed]
    if len(present) >= MOST:
        raise Invalid(_l("Caben %(most)s archivos. Quita uno para agregar otro.", most=MOST), "upload")
    if upload.digest in {each.digest for each in present}:
        raise Invalid(_l("Ese archivo ya está aquí."), "upload")
    stored = files.keep(upload.data, upload.media_type, upload.name, now=now)
    return add(
        Attachment(
            contribution_id=contribution.id,
            author_id=actor.id,
            name=stored.name,
            description=said,
            media_type=stored.media_type,
            size=stored.size,
            digest=stored.sha256,
            file_id=stored.id,
            created_at=now,
        )
    )


def remove(*, attachment: Attachment, reason: str, now: datetime) -> None:
    """Take a file away for good: its kind, size and SHA-256 stay with the reason, its name and description do not. The
    bytes go when uploads are next swept."""
    if attachment.is_removed:
        raise Conflict(_l("Este archivo ya se quitó."))
    gone, attachment.file_id = attachment.file_id, None
    attachment.name = attachment.description = ""
    attachment.removed_at, attachment.removal_reason = now, text.plain(reason)
    db.session.flush()
    db.session.execute(sa.delete(StoredFile).where(StoredFile.id == gone))


def drop(attachment: Attachment) -> None:
    """Take a file of a draft away, of which nobody has learned: nothing stays."""
    gone = attachment.file_id
    db.session.delete(attachment)
    db.session.flush()
    db.session.execute(sa.delete(StoredFile).where(StoredFile.id == gone))


def forget_drafts(person: Any) -> None:
    """Drop the files of drafts that somebody who deletes their account wrote or added to, and that nobody else writes:
    nobody will publish them."""
    joined = sa.select(Coauthor.contribution_id).where(Coauthor.person_id == person.id)
    involved = sa.or_(
        Attachment.author_id == person.id, Contribution.author_id == person.id, Contribution.id.in_(joined)
    )
    own = sa.select(Attachment, Contribution).join(Contribution, Contribution.id == Attachment.contribution_id)
    drafts = own.where(involved, Contribution.visibility == Visibility.DRAFT)
    for attachment, draft in db.session.execute(drafts).all():
        if not _is_written_without(person, draft):
            drop(attachment)


def _is_written_without(person: Any, draft: Contribution) -> bool:
    """Whether anybody else who is still here writes it, or it was recorded for its authors: then others go on."""
    writers = [draft.author, *(one.person for one in draft.coauthors)]
    stays = any(one is not None and one.id != person.id and one.withdrawn_at is None for one in writers)
    return stays or draft.recorded_by_id is not None
