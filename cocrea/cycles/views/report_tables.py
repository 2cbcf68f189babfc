"""The tables of a report as they are shown: on the page of the stage and in the PDF."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from cocrea.accounts.models import Gender, Sector
from cocrea.core import territories
from cocrea.core.i18n import day_in_words
from cocrea.cycles import figures, report_sections
from cocrea.cycles.report_sections import Column, Section, Sections

SHOWN = 50  # rows of a table on the page; downloads have all


def received(counted: figures.Figures) -> dict[str, Any]:
    """What came in: `rows` by channel, and `groups` of people."""
    return {"rows": figures.rows(counted), "groups": _groups(counted)}


def tables(kept: Sections, *, most: int = SHOWN, links: bool = True) -> list[dict[str, Any]]:
    """The tables of a report to be shown: words for codes, titles for references, and how many rows are left out."""
    told = [(section, rows[:most], len(rows)) for section, rows in report_sections.told(kept)]
    names = report_sections.names([(section, rows) for section, rows, _all in told])
    return [
        {
            "section": section,
            "headers": [column.label for column in section.columns],
            "numeric": [place for place, column in enumerate(section.columns) if column.is_number],
            "rows": [_shown(section, row, names, links) for row in rows],
            "left_out": whole - len(rows),
        }
        for section, rows, whole in told
    ]


def _shown(section: Section, row: list[Any], names: Mapping[str, Any], links: bool) -> list[Any]:
    return [_cell(column, value, names, links) for column, value in zip(section.columns, row, strict=True)]


def _cell(column: Column, value: Any, names: Mapping[str, Any], links: bool) -> Any:
    if value is None:
        return "—"
    if column.key == "day":
        return day_in_words(date.fromisoformat(value))
    if not column.endpoint:
        return column.words.get(value, value)
    said = f"{names[value]} ({value})" if value in names else value
    address = url_for(column.endpoint, reference=value)
    return Markup('<a href="{}" dir="auto">{}</a>').format(address, said) if links else said


def _groups(counted: figures.Figures) -> list[tuple[Any, list[Any], list[tuple[Any, ...]]]]:
    """Per way of grouping people: its name, the headers of its table and the rows."""
    names = {
        "sector": (_("Sector"), {sector.value: sector.label for sector in Sector}),
        "gender": (_("Género"), {gender.value: gender.label for gender in Gender}),
        "territory": (_("Entidad"), territories.names()),
    }
    return [
        (title, [title, *(figures.LABELS.get(kind, kind) for kind in counted)], rows)
        for key, (title, labels) in names.items()
        if (rows := _group_rows(counted, key, labels))
    ]


def _group_rows(counted: figures.Figures, key: str, labels: dict[str, Any]) -> list[tuple[Any, ...]]:
    cells = {kind: groups.get(key, {}) for kind, groups in counted.items()}
    present = [name for name in (*labels, figures.REST) if any(name in counts for counts in cells.values())]
    rest = _("Otros grupos, juntos para no señalar a nadie")
    return [(labels.get(name, rest), *(counts.get(name, "—") for counts in cells.values())) for name in present]
