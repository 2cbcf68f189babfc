"""A published version of the plan to take along: the bytes that its fingerprint is of, and a document to print."""

from __future__ import annotations

from flask import Response, render_template, request

from cocrea.audit.canonical import canonical_json
from cocrea.commitments import plans, queries
from cocrea.commitments.models import PlanVersion
from cocrea.commitments.views.base import bp
from cocrea.commitments.views.plan import shown
from cocrea.core import pdf
from cocrea.core.access import visible
from cocrea.core.errors import NotFound
from cocrea.core.settings import current_settings
from cocrea.cycles.models import Cycle
from cocrea.extensions import limiter


@bp.get("/ciclos/<slug>/plan/versiones/<int:number>.json")
@visible(plans.visible_version)
def plan_version_file(found: tuple[Cycle, PlanVersion, PlanVersion | None]) -> Response:
    """The exact bytes whose SHA-256 is the fingerprint of the version."""
    cycle, version, _before = found
    return _attached(canonical_json(version.content).encode(), "application/json", cycle, version, "json")


@bp.get("/ciclos/<slug>/plan/versiones/<int:number>.pdf")
@visible(plans.visible_version)
@limiter.limit("10 per minute; 100 per hour")
def printed_plan(found: tuple[Cycle, PlanVersion, PlanVersion | None]) -> Response:
    """The version as an accessible PDF, on `?papel=carta` or `a4`."""
    cycle, version, _before = found
    paper = pdf.PAPERS.get(request.args.get("papel", "carta"))
    if paper is None:
        raise NotFound
    page = render_template(
        "commitments/plan_pdf.html",
        cycle=cycle,
        version=version,
        site=current_settings().public_url,
        **shown(cycle, version.content, queries.in_plan(cycle)),
    )
    document = pdf.render(page, sheet="plan", paper=paper)
    return _attached(document, "application/pdf", cycle, version, "pdf")


def _attached(body: bytes, media_type: str, cycle: Cycle, version: PlanVersion, extension: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={cycle.slug}-plan-{version.number}.{extension}"}
    return Response(body, mimetype=media_type, headers=headers)
