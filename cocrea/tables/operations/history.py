"""How acts on tables and their sessions are written into the history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.audit.operations import record
from cocrea.tables.models import Table


def note_table(actor: Any, table: Table, subject: str, action: str, now: datetime, **details: Any) -> None:
    """Write a history record in the scope of the table's cycle. `subject` is the reference of what changed."""
    record(actor=actor, action=action, subject=subject, scope=table.cycle.scope, now=now, **details)
