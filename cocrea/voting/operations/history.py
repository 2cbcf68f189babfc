"""How contests write the public history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cocrea.audit.operations import record
from cocrea.voting.models import Booth, Contest


def note(actor: Any, contest: Contest, action: str, now: datetime, new: Mapping[str, Any], **more: Any) -> None:
    """One record about a contest; never about a ballot. `more`: `old` values and a `reason`."""
    record(
        actor=actor,
        action=action,
        subject=contest.reference,
        scope=f"cycle:{contest.cycle_id}",
        now=now,
        new=new,
        subject_id=contest.id,
        **more,
    )


def note_booth(actor: Any, booth: Booth, action: str, now: datetime, new: Mapping[str, Any], **more: Any) -> None:
    """One record about a booth, among those of its contest; never about a voter."""
    note(actor, booth.contest, action, now, {"booth": booth.number, **new}, **more)
