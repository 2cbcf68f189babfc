"""Putting into the history that stages opened and closed. The dates open and close them; this only says so."""

from __future__ import annotations

from datetime import datetime

from cocrea.core.db import add_once
from cocrea.cycles import queries
from cocrea.cycles.models import Stage, StageAnnouncement, Transition
from cocrea.cycles.operations import history


def announce(*, now: datetime) -> int:
    """Record every opening and closing not yet recorded; how many there were. Harmless to run twice or at once."""
    due = queries.unannounced(now)
    return sum(_announce(stage, transition, at, now) for stage, transition, at in due)


def _announce(stage: Stage, transition: Transition, at: datetime, now: datetime) -> bool:
    if not add_once(StageAnnouncement, stage_id=stage.id, transition=transition, at=at):
        return False
    new = {"kind": stage.kind, "moment": at}
    history.note_stage(None, stage, f"stage.{transition}", now, new=new)
    return True
