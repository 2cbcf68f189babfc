"""How acts on tables and their sessions are written into the history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.audit.operations import record
from cocrea.core import text
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.tables.models import Table


def note_table(actor: Any, table: Table, subject: str, action: str, now: datetime, **details: Any) -> None:
    """Write a history record in the scope of the table's cycle. `subject` is the reference of what changed."""
    record(actor=actor, action=action, subject=subject, scope=table.cycle.scope, now=now, **details)


def public_reason(reason: str, name: str, missing: Any) -> str:
    """A reason as the history keeps it for ever: there must be one (else `missing` is said), without that `name`."""
    why = text.plain(reason)[:500]
    if not why:
        raise Invalid(missing, "reason")
    if name and text.fold(name) in text.fold(why):
        raise Invalid(
            _l("Escribe la razón sin el nombre de la persona: es pública y se queda para siempre."), "reason"
        )
    return why
