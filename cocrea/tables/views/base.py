"""The blueprint of tables, and what their pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _

from cocrea.accounts.models import Sector
from cocrea.core.i18n import day_in_words
from cocrea.tables.models import Agreement

bp = Blueprint("tables", __name__)


def ring_counts(sectors: dict[Sector | None, int]) -> dict[str, int]:
    return {sector.value: number for sector, number in sectors.items() if sector is not None}


def agreement_rows(agreements: list[Agreement]) -> list[tuple[Any, ...]]:
    return [
        (found.text, found.responsible or _("Sin responsable"), day_in_words(found.due_at) if found.due_at else "")
        for found in agreements
    ]
