"""Printed sheets of a workshop: one per topic, with a code that leads to the form to write the same online, and one to
support topics and answer statements on."""

from __future__ import annotations

from typing import Any

import segno
from flask import Response, render_template, request, url_for

from cocrea.consultation import policies, queries
from cocrea.consultation.models import Answer, Topic, Workshop
from cocrea.consultation.rules import supports_per_person
from cocrea.consultation.views.base import bp
from cocrea.core import clock, pdf
from cocrea.core.access import requires
from cocrea.core.errors import NotFound
from cocrea.core.settings import current_settings


@bp.get("/jornadas/<reference>/hojas.pdf")
@requires(policies.can_run_workshop, queries.visible_workshop)
def workshop_sheets(workshop: Workshop) -> Response:
    paper = pdf.PAPERS.get(request.args.get("papel", "carta"))
    if paper is None:
        raise NotFound
    topics = queries.topics(workshop.cycle)
    page = render_template(
        "consultation/workshop_sheets.html",
        workshop=workshop,
        sheets=[_sheet(workshop, topic) for topic in topics],
        topics=topics,
        sentences=queries.sentences(workshop.cycle).values(),
        answers=list(Answer),
        each=supports_per_person(workshop.cycle.stages, clock.now()),
    )
    document = pdf.render(page, sheet="workshop-sheets", paper=paper)
    name = f"{workshop.reference}-{paper.lower()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(document, mimetype="application/pdf", headers=headers)


def _sheet(workshop: Workshop, topic: Topic) -> dict[str, Any]:
    path = url_for("consultation.new_problem", slug=workshop.cycle.slug, tema=topic.slug, jornada=workshop.reference)
    address = current_settings().public_url + path
    code = segno.make(address, error="m", micro=False).svg_data_uri(scale=4, dark="#000", light="#fff", border=3)
    return {"axis": topic.axis, "title": topic.title, "address": address, "code": code}
