"""What the public history keeps of topics and workshops, always under their own reference."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.audit.operations import record
from cocrea.consultation.models import Topic, Workshop


def note(actor: Any, subject: Topic | Workshop, action: str, now: datetime, **details: Any) -> None:
    """One history record about a topic or a workshop; `details` as in `audit.record`."""
    record(
        actor=actor,
        action=action,
        subject=subject.reference,
        scope=f"cycle:{subject.cycle_id}",
        now=now,
        subject_id=subject.id,
        **details,
    )
