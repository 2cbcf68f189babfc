"""Reading the information pack of a table."""

from __future__ import annotations

from typing import Any

from cocrea.consultation.models import PackItem
from cocrea.consultation.queries import Told, pack_document, pack_version
from cocrea.tables.models import Table
from cocrea.tables.queries.tables import visible_table


def visible_pack_version(actor: Any, reference: str, number: int) -> tuple[Table, Told]:
    """A version of the pack of a table that this actor may read."""
    table = visible_table(actor, reference)
    return table, pack_version(table.scope, number)


def visible_pack_item(actor: Any, reference: str, number: int, position: int) -> PackItem:
    """A document of a version of a table's pack."""
    return pack_document(visible_table(actor, reference).scope, number, position)
