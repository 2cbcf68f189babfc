"""Convening tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from cocrea.consultation.models import Topic
from cocrea.core import references, text
from cocrea.core.access import enforce
from cocrea.core.db import add
from cocrea.core.errors import Invalid
from cocrea.core.i18n import DEFAULT_LOCALE, in_language
from cocrea.core.i18n import lazy as _l
from cocrea.core.packs import PackContent
from cocrea.cycles.models import Cycle
from cocrea.tables import policies
from cocrea.tables.models import Table
from cocrea.tables.operations.history import note_table
from cocrea.tables.operations.packs import publish_pack


def create_table(
    *,
    actor: Any,
    cycle: Cycle,
    name: str,
    purpose: str,
    now: datetime,
    topic: Topic | None = None,
    information: str = "",
) -> Table:
    """Convene a table. `information` is the first version of its pack: what one should know before sitting down."""
    enforce(policies.can_create, actor, cycle, now)
    title, aim, source = text.plain(name), text.block(purpose), text.block(information)
    if not title or not aim:
        raise Invalid(_l("Una mesa lleva nombre y propósito."), "purpose" if title else "name")
    table = add(
        Table(
            reference=references.allot(cycle.prefix, "MES"),
            cycle_id=cycle.id,
            topic_id=topic.id if topic else None,
            name=title,
            purpose=aim,
            created_at=now,
        )
    )
    note_table(
        actor, table, table.reference, "table.created", now, new={"text": text.fingerprint(title, aim, source)}
    )
    if source:
        with in_language(DEFAULT_LOCALE):
            first = str(_("Primera versión."))
        publish_pack(actor=actor, table=table, content=PackContent(source, first), now=now)
    return table
