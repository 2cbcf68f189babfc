"""Closing a stage for good, with its report."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles import figures, policies, report_sections
from cocrea.cycles.models import Stage, StageReport
from cocrea.cycles.operations import history
from cocrea.extensions import db


def publish_report(*, actor: Any, stage: Stage, source: str, now: datetime) -> StageReport:
    """Publish what a finished stage produced. Text, figures, tables and the stage's dates no longer change."""
    enforce(policies.can_report, actor, lock(stage), now)
    source = text.block(source)
    if not source:
        raise Invalid(_l("Escribe qué se recibió, qué se decidió y por qué, y qué sigue."), "source")
    counted = figures.gather(stage.cycle, stage)
    sections = report_sections.gather(stage, now)
    report = add(
        StageReport(
            stage_id=stage.id,
            source=source,
            html=text.to_html(source),
            figures=counted,
            sections=sections,
            author_id=actor.id,
            published_at=now,
        )
    )
    db.session.refresh(stage)
    received = {kind: figures.total(counted, kind) for kind in counted}
    tables = json.dumps(sections, ensure_ascii=False, sort_keys=True)
    new = {"text": text.fingerprint(source), "figures": received, "tables": text.fingerprint(tables)}
    history.note_stage(actor, stage, "stage.reported", now, new=new)
    return report
