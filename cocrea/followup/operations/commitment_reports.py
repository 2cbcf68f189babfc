"""The three reports of a whole commitment: published in order, corrected by another text, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from cocrea.audit.operations import record
from cocrea.audit.reasons import public_reason
from cocrea.commitments.models import Commitment
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.followup import policies, progress, queries
from cocrea.followup.models import CommitmentReport, ReportKind

REPORT_LIMIT = 10_000


@dataclass(frozen=True)
class WholeReport:
    """What a report says. Both days are of its period; `body` is markdown."""

    kind: ReportKind
    starts_on: date
    ends_on: date
    body: str


def whole_report_of(published: CommitmentReport) -> WholeReport:
    return WholeReport(**{name: getattr(published, name) for name in WholeReport.__dataclass_fields__})


def report_whole(
    *, actor: Any, commitment: Commitment, content: WholeReport, now: datetime, reason: str = ""
) -> CommitmentReport:
    """Publish a report with how the roadmap stands now. One of a kind that there is already corrects it, for which it
    needs the public `reason`; the very same again is kept once. A kind comes after those before it.
    """
    enforce(policies.can_report_whole, actor, lock(commitment), now)
    clean = _clean(content, queries.today(commitment.cycle, now))
    published = _published(commitment)
    earlier = [one for one in published if one.kind is clean.kind]
    if earlier and whole_report_of(earlier[-1]) == clean:
        return earlier[-1]
    _refuse_early(clean.kind, published)
    why = public_reason(reason, _l("Di por qué se corrige: la razón es pública.")) if earlier else ""
    stands = progress.percentages(queries.progress_of(queries.key_actions(commitment)))
    made = add(
        CommitmentReport(
            commitment_id=commitment.id,
            number=len(published) + 1,
            reason=why,
            standing={one.status.value: one.value for one in stands},
            published_by_id=actor.id,
            published_at=now,
            **asdict(clean),
        )
    )
    _note(actor, commitment, made, now)
    return made


def _published(commitment: Commitment) -> Sequence[CommitmentReport]:
    statement = sa.select(CommitmentReport).where(CommitmentReport.commitment_id == commitment.id)
    return db.session.scalars(statement.order_by(CommitmentReport.number)).all()


def _clean(content: WholeReport, today: date) -> WholeReport:
    body = text.block(content.body)
    if not body:
        raise Invalid(_l("Escribe el informe: qué se hizo, qué falta y qué cambió."), "body")
    if len(body) > REPORT_LIMIT:
        raise Invalid(_l("Escribe como máximo %(limit)s caracteres.", limit=REPORT_LIMIT), "body")
    if content.ends_on < content.starts_on:
        raise Invalid(_l("El periodo termina antes de empezar."), "ends_on")
    if content.ends_on > today:
        raise Invalid(_l("Informa de lo que ya pasó: el periodo no puede terminar después de hoy."), "ends_on")
    return replace(content, body=body)


def _refuse_early(kind: ReportKind, published: Sequence[CommitmentReport]) -> None:
    there = {one.kind for one in published}
    for before in ReportKind:
        if before is kind:
            return
        if before not in there:
            raise Invalid(_l("Antes va otro: %(kind)s.", kind=before.label), "kind")


def _note(actor: Any, commitment: Commitment, made: CommitmentReport, now: datetime) -> None:
    """The history keeps the kind and the period, and of the text its fingerprint."""
    record(
        actor=actor,
        action="commitment.reported",
        subject=commitment.reference,
        scope=f"cycle:{commitment.cycle_id}",
        now=now,
        subject_id=commitment.id,
        new={
            "report_kind": made.kind,
            "period": f"{made.starts_on} / {made.ends_on}",
            "text": text.fingerprint(made.body),
        },
        reason=made.reason,
    )
