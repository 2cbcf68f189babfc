"""Progress after the signatures: officials report it with evidence, the counterpart verifies or disputes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from cocrea.audit.operations import record
from cocrea.core import files, text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.models import StoredFile
from cocrea.extensions import db
from cocrea.followup import policies
from cocrea.followup.models import BACKWARD, Activity, ActivityStatus, Evidence

URL_LIMIT = 500


def set_status(
    *, actor: Any, activity: Activity, status: ActivityStatus, now: datetime, reason: str = ""
) -> Activity:
    """Take one step of the table of transitions. A step back needs its reason; `verified` is not reached from here."""
    enforce(policies.can_report, actor, lock(activity), now)
    allowed = policies.can_move(activity, status)
    if not allowed:
        raise Conflict(allowed.reason)
    old, note = activity.status, text.plain(reason)
    if (old, status) in BACKWARD and not note:
        raise Invalid(_l("Di por qué retrocede: la razón es pública."), "reason")
    activity.status, activity.status_note = status, note
    if status is ActivityStatus.COMPLETE:
        activity.dispute_reason = ""
    _note(actor, activity, f"activity.{status}", now, old={"status": old}, new={"status": status}, reason=note)
    return activity


def add_evidence(
    *, actor: Any, activity: Activity, title: str, now: datetime, url: str = "", upload: Any = None
) -> Evidence:
    """Add a means of verification: a web address or a file, not both. The same one twice is kept once."""
    enforce(policies.can_report, actor, lock(activity), now)
    name, address = text.plain(title), text.plain(url)
    if not name:
        raise Invalid(_l("Di qué muestra esta evidencia."), "title")
    if bool(address) == bool(upload):
        raise Invalid(_l("Da un enlace o un archivo, uno de los dos."), "url")
    if address:
        _refuse_other_schemes(address)
    stored = files.store(upload, now=now) if upload else None
    digest = stored.sha256 if stored else text.fingerprint(address)
    known = _known(activity, digest)
    if known is None:
        return _add(actor, activity, name, address, stored, digest, now)
    if stored:
        db.session.delete(stored)
    return known


def verify(*, actor: Any, activity: Activity, now: datetime) -> Activity:
    """The counterpart finds that the evidence shows what was promised. Final."""
    enforce(policies.can_verify, actor, lock(activity), now)
    if not _evidence_count(activity):
        raise Invalid(_l("Todavía no hay evidencia que verificar. Objeta para pedirla, o espera a que la agreguen."))
    _judge(actor, activity, ActivityStatus.VERIFIED, "activity.verified", "", now)
    return activity


def dispute(*, actor: Any, activity: Activity, reason: str, now: datetime) -> Activity:
    """The counterpart finds that it is not complete: back to started, with the reason in public."""
    enforce(policies.can_verify, actor, lock(activity), now)
    why = text.plain(reason)
    if not why:
        raise Invalid(_l("Di qué falta: la institución y el público leerán tu razón."), "reason")
    _judge(actor, activity, ActivityStatus.STARTED, "activity.disputed", why, now)
    return activity


def _judge(actor: Any, activity: Activity, status: ActivityStatus, action: str, why: str, now: datetime) -> None:
    old = activity.status
    activity.status, activity.dispute_reason, activity.status_note = status, why, ""
    _note(actor, activity, action, now, old={"status": old}, new={"status": status}, reason=why)


def _refuse_other_schemes(address: str) -> None:
    """Only web addresses of some host, without credentials in them."""
    try:
        parts = urlsplit(address)
        fits = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc and " " not in address
    except ValueError:
        fits = False
    if not fits or len(address) > URL_LIMIT:
        raise Invalid(_l("El enlace debe empezar con https:// o http:// y caber en 500 caracteres."), "url")


def _known(activity: Activity, digest: str) -> Evidence | None:
    found: Evidence | None = db.session.scalar(
        sa.select(Evidence).where(Evidence.activity_id == activity.id, Evidence.digest == digest)
    )
    return found


def _add(
    actor: Any, activity: Activity, title: str, url: str, stored: StoredFile | None, digest: str, now: datetime
) -> Evidence:
    evidence = add(
        Evidence(
            activity_id=activity.id,
            digest=digest,
            title=title,
            url=url,
            file_id=stored.id if stored else None,
            author_id=actor.id,
            created_at=now,
        )
    )
    _note(actor, activity, "activity.evidence_added", now, new={"evidence": digest})
    return evidence


def _evidence_count(activity: Activity) -> int:
    statement = sa.select(sa.func.count()).where(Evidence.activity_id == activity.id)
    return db.session.scalar(statement) or 0


def _note(actor: Any, activity: Activity, action: str, now: datetime, **details: Any) -> None:
    record(
        actor=actor,
        action=action,
        subject=activity.reference,
        scope=f"cycle:{activity.key_action.commitment.cycle_id}",
        now=now,
        subject_id=activity.id,
        **details,
    )
