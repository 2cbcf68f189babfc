"""The counterpart's judgement of what the institution reports as complete: verified, or disputed with the reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.followup import policies
from cocrea.followup.models import Activity, ActivityStatus, Evidence
from cocrea.followup.operations.proofs import note


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
    note(actor, activity, action, now, old={"status": old}, new={"status": status}, reason=why)


def _evidence_count(activity: Activity) -> int:
    statement = sa.select(sa.func.count()).where(Evidence.activity_id == activity.id)
    return db.session.scalar(statement) or 0
