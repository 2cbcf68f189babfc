"""What is given as evidence: read, compared with what an activity has, and added to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from cocrea.audit.operations import record
from cocrea.core import files, text
from cocrea.core.db import add
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.models import StoredFile
from cocrea.extensions import db
from cocrea.followup.models import Activity, Evidence, EvidenceOffer

URL_LIMIT = 500


@dataclass(frozen=True)
class Proof:
    """A web address or a kept file; `digest` is of the address or of the bytes."""

    title: str
    url: str
    file: StoredFile | None
    digest: str


def read(title: str, url: str, upload: Any, now: datetime) -> Proof:
    """What somebody gives, its file kept. Raises `Invalid` unless it is one of the two, and says what it shows."""
    for wrong in problems(title, url, upload):
        raise wrong
    address = text.plain(url)
    stored = files.store(upload, now=now) if upload else None
    return Proof(text.plain(title), address, stored, stored.sha256 if stored else text.fingerprint(address))


def problems(title: str, url: str, upload: Any) -> Iterator[Invalid]:
    """All that keeps something from being evidence, each with the field it belongs to."""
    address = text.plain(url)
    if not text.plain(title):
        yield Invalid(_l("Di qué muestra esta evidencia."), "title")
    if bool(address) == bool(upload):
        yield Invalid(_l("Da un enlace o un archivo, uno de los dos."), "url")
    elif address and not _is_of_the_web(address):
        yield Invalid(_l("El enlace debe empezar con https:// o http:// y caber en 500 caracteres."), "url")
    elif upload:
        try:
            files.check(upload)
        except Invalid as error:
            yield Invalid(error.message, "upload")


def of_offer(offer: EvidenceOffer) -> Proof:
    return Proof(offer.title, offer.url, offer.file, offer.digest)


def known(activity: Activity, digest: str) -> Evidence | None:
    """The same evidence, where the activity has it already."""
    found: Evidence | None = db.session.scalar(
        sa.select(Evidence).where(Evidence.activity_id == activity.id, Evidence.digest == digest)
    )
    return found


def add_to(activity: Activity, proof: Proof, *, author: Any, by: Any, now: datetime) -> Evidence:
    """Make it public as `author`'s; the history says that `by` added it."""
    evidence = add(
        Evidence(
            activity_id=activity.id,
            digest=proof.digest,
            title=proof.title,
            url=proof.url,
            file_id=proof.file.id if proof.file else None,
            author_id=author.id,
            created_at=now,
        )
    )
    note(by, activity, "activity.evidence_added", now, new={"evidence": proof.digest})
    return evidence


def note(actor: Any, activity: Activity, action: str, now: datetime, **details: Any) -> None:
    """Write something that happened to an activity into the public history."""
    record(
        actor=actor,
        action=action,
        subject=activity.reference,
        scope=f"cycle:{activity.key_action.commitment.cycle_id}",
        now=now,
        subject_id=activity.id,
        **details,
    )


def _is_of_the_web(address: str) -> bool:
    """Whether it is an address of some host, without credentials in it."""
    try:
        parts = urlsplit(address)
        fits = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc and " " not in address
    except ValueError:
        return False
    return bool(fits) and len(address) <= URL_LIMIT
