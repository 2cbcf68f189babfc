"""A published report to take along: its tables as CSV and JSON, and all of it as PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, render_template, request

from cocrea.core import exports, pdf
from cocrea.core.access import visible
from cocrea.core.errors import NotFound
from cocrea.cycles import figures, queries, report_sections
from cocrea.cycles.models import Stage
from cocrea.cycles.report_sections import Rows
from cocrea.cycles.views.base import bp, stage_url
from cocrea.cycles.views.report_tables import received, tables
from cocrea.cycles.views.stages import AT_STAGE
from cocrea.extensions import limiter

PRINTED = 300  # rows of a table in the PDF; downloads have all
RECEIVED = "received"
RECEIVED_COLUMNS = ("contribution", "by", "group", "number")


def _reported(actor: Any, slug: str, position: int) -> Stage:
    stage = queries.visible_stage(actor, slug, position)
    if stage.report is None:
        raise NotFound
    return stage


def _reported_part(actor: Any, slug: str, position: int, part: str, extension: str) -> tuple[Stage, str, str]:
    """A table that the report has, in a format there is."""
    stage = _reported(actor, slug, position)
    if extension not in exports.MEDIA_TYPES or part not in {RECEIVED, *_kept(stage)}:
        raise NotFound
    return stage, part, extension


@bp.get(f"{AT_STAGE}/informe/<part>.<extension>")
@visible(_reported_part)
def download_report(found: tuple[Stage, str, str]) -> Response:
    """One table of the report, whole."""
    stage, part, extension = found
    columns, rows = _part(stage, part)
    name = f"{stage.cycle.slug}-informe-{stage.position}-{part}"
    return _answer(stage, name, extension, columns, rows)


@bp.get(f"{AT_STAGE}/informe.json")
@visible(_reported)
def download_whole_report(stage: Stage) -> Response:
    """The text of the report and all its tables."""
    parts = {key: _part(stage, key) for key in (RECEIVED, *_kept(stage))}
    items: Rows = [
        ["text", stage.report.source if stage.report else ""],
        *([key, [dict(zip(columns, row, strict=True)) for row in rows]] for key, (columns, rows) in parts.items()),
    ]
    return _answer(stage, f"{stage.cycle.slug}-informe-{stage.position}", "json", ["part", "content"], items)


@bp.get(f"{AT_STAGE}/informe.pdf")
@visible(_reported)
@limiter.limit("10 per minute; 100 per hour")
def printed_report(stage: Stage) -> Response:
    paper = pdf.PAPERS.get(request.args.get("papel", "carta"))
    if paper is None or stage.report is None:
        raise NotFound
    page = render_template(
        "cycles/report_pdf.html",
        stage=stage,
        cycle=stage.cycle,
        tables=tables(stage.report.sections, most=PRINTED, links=False),
        withheld=report_sections.withheld(stage.report.sections),
        **received(stage.report.figures),
    )
    document = pdf.render(page, sheet="report", paper=paper)
    name = f"{stage.cycle.slug}-informe-{stage.position}.pdf"
    return Response(
        document,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-cache"},
    )


def _answer(stage: Stage, name: str, extension: str, columns: list[str], rows: Rows) -> Response:
    title = f"{stage.cycle.title} · {stage.title}"
    return exports.answer(name, extension, columns, rows, title=title, source=stage_url("cycles.report", stage))


def _kept(stage: Stage) -> list[str]:
    """The tables of the report in order; not those that were withheld."""
    return [section.key for section, _rows in report_sections.told(stage.report.sections)] if stage.report else []


def _part(stage: Stage, part: str) -> tuple[list[str], Rows]:
    """The columns and rows of a table as data: codes, references, and the titles of what can be read today."""
    if stage.report is None:
        raise NotFound
    if part == RECEIVED:
        return list(RECEIVED_COLUMNS), list(_received(stage.report.figures))
    told = [found for found in report_sections.told(stage.report.sections) if found[0].key == part]
    names = report_sections.names(told)
    [(section, rows)] = told
    titled = [(place, column) for place, column in enumerate(section.columns) if column.is_titled]
    columns = [column.key for column in section.columns] + [f"{column.key}_title" for _place, column in titled]
    return columns, [[*row, *(_title(names, row[place]) for place, _column in titled)] for row in rows]


def _received(counted: figures.Figures) -> Iterator[list[Any]]:
    for kind, cells in counted.items():
        for by, counts in cells.items():
            for group, number in counts.items():
                yield [kind, by, group, number]


def _title(names: Mapping[str, Any], reference: str | None) -> str:
    return str(names.get(reference, "")) if reference else ""
