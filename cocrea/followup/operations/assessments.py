"""What independent evaluators find of a commitment: kept apart from its own status, and never changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from cocrea.audit.operations import record
from cocrea.commitments.models import Commitment
from cocrea.core import files, text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action
from cocrea.extensions import db
from cocrea.followup import policies
from cocrea.followup.models import Assessment, Completion, EarlyResults, Potential

PDF = "application/pdf"
REASONS_LIMIT = 4000


@dataclass(frozen=True)
class Coding:
    """What an evaluator says of a commitment, code by code, and why."""

    is_verifiable: bool
    has_open_government_lens: bool
    potential: Potential
    completion: Completion
    early_results: EarlyResults
    reasons: str


def coding_of(assessment: Assessment) -> Coding:
    return Coding(**{name: getattr(assessment, name) for name in Coding.__dataclass_fields__})


def assess(*, actor: Any, commitment: Commitment, coding: Coding, now: datetime, upload: Any = None) -> Assessment:
    """Publish what an evaluator finds, with a PDF report if there is one; the earlier ones stay as they were.

    The very same coding with the same report, sent again by the same evaluator while the stage for it lasts, is kept
    once; in a later stage it says that nothing changed.
    """
    enforce(policies.can_assess, actor, lock(commitment), now)
    clean, report = _clean(coding), _checked(upload)
    digest = sha256(report).hexdigest() if report else ""
    mine = _last(commitment, Assessment.evaluator_id == actor.id, Assessment.assessed_at >= _begun(commitment, now))
    if mine and coding_of(mine) == clean and _digest(mine) == digest:
        return mine
    last = _last(commitment)
    stored = files.keep(report, PDF, upload.filename, now=now) if report else None
    made = add(
        Assessment(
            commitment_id=commitment.id,
            number=last.number + 1 if last else 1,
            evaluator_id=actor.id,
            assessed_at=now,
            report_id=stored.id if stored else None,
            **asdict(clean),
        )
    )
    _note(actor, commitment, made, now)
    return made


def _begun(commitment: Commitment, now: datetime) -> datetime:
    """When the stage in which it is assessed now began; of several the last one."""
    stages = [stage for stage in commitment.cycle.open_stages(now) if Action.ASSESS in stage.opens]
    return max(stage.starts_at for stage in stages if stage.starts_at)


def _last(commitment: Commitment, *conditions: Any) -> Assessment | None:
    statement = sa.select(Assessment).where(Assessment.commitment_id == commitment.id, *conditions)
    found: Assessment | None = db.session.scalar(statement.order_by(Assessment.number.desc()).limit(1))
    return found


def _clean(coding: Coding) -> Coding:
    reasons = text.block(coding.reasons)
    if not reasons:
        raise Invalid(_l("Di en qué te basas: las razones son públicas."), "reasons")
    if len(reasons) > REASONS_LIMIT:
        raise Invalid(_l("Escribe como máximo %(limit)s caracteres.", limit=REASONS_LIMIT), "reasons")
    return replace(coding, reasons=reasons)


def _checked(upload: Any) -> bytes:
    """What the report holds, empty where there is none; anything but a PDF is `Invalid`."""
    if not upload:
        return b""
    data = files.read(upload)
    if files.sniff(data) != PDF:
        raise Invalid(_l("El informe se entrega en PDF."), "report")
    return data


def _note(actor: Any, commitment: Commitment, made: Assessment, now: datetime) -> None:
    """Into the history go the codes as they are, and of the texts only their fingerprints."""
    told = {**asdict(coding_of(made)), "reasons": text.fingerprint(made.reasons)}
    if made.report:
        told["report"] = made.report.sha256
    record(
        actor=actor,
        action="commitment.assessed",
        subject=commitment.reference,
        scope=f"cycle:{commitment.cycle_id}",
        now=now,
        subject_id=commitment.id,
        new=told,
    )


def _digest(assessment: Assessment) -> str:
    return assessment.report.sha256 if assessment.report else ""
