"""The information pack of a table, in versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.consultation.models import PackVersion
from cocrea.consultation.operations import publish_version, told
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.packs import PackContent
from cocrea.tables import policies
from cocrea.tables.models import Table
from cocrea.tables.operations.history import note_table


def publish_pack(*, actor: Any, table: Table, content: PackContent, now: datetime) -> PackVersion:
    """Publish the next version of a table's pack, as `publish_version` of consultation does."""
    enforce(policies.can_edit_pack, actor, lock(table), now)
    made = publish_version(actor=actor, about=table.scope, content=content, now=now)
    new, why = told(made), made.changes
    note_table(actor, table, table.reference, "table.pack_published", now, new=new, reason=why, subject_id=table.id)
    return made
