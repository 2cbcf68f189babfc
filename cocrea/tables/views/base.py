"""The blueprint of tables, and what their pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from cocrea.accounts.models import Sector
from cocrea.core import clock
from cocrea.core.i18n import day_in_words
from cocrea.tables.models import Agreement, Table

bp = Blueprint("tables", __name__)


def to_table(table: Table, words: str) -> Any:
    """Back to the table's page, with what was done in words."""
    flash(words, "success")
    return redirect(url_for("tables.show", reference=table.reference), 303)


def ring_counts(sectors: dict[Sector | None, int]) -> dict[str, int]:
    return {sector.value: number for sector, number in sectors.items() if sector is not None}


def agreement_rows(agreements: list[Agreement]) -> list[tuple[Any, ...]]:
    """What was agreed, who owes it, by when, and how it stands: a row for each thing owed."""
    return [row for found in agreements for row in _rows(found, found.session.cycle.timezone)]


def _rows(agreement: Agreement, tz: str) -> list[tuple[Any, ...]]:
    nobody, now = _("Sin responsable"), clock.now()
    return [
        (
            f"{agreement.text} · {duty.what}" if duty.what else agreement.text,
            duty.owed_by or nobody,
            day_in_words(duty.due_at, tz) if duty.due_at else "",
            duty.state(now).label,
        )
        for duty in agreement.duties
    ] or [(agreement.text, nobody, "", agreement.step.label)]
