"""The reports of a whole commitment."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, lazyload

from cocrea.commitments.models import Commitment
from cocrea.extensions import db
from cocrea.followup.models import CommitmentReport, ReportKind


def whole_reports(commitment: Commitment) -> dict[ReportKind, Sequence[CommitmentReport]]:
    """Every published text by kind; of each kind what holds first, then what it said before. One statement."""
    author = joinedload(CommitmentReport.published_by).options(lazyload("*"))
    statement = sa.select(CommitmentReport).where(CommitmentReport.commitment_id == commitment.id).options(author)
    order = list(ReportKind)
    found = sorted(db.session.scalars(statement), key=lambda one: (order.index(one.kind), -one.number))
    return {kind: list(texts) for kind, texts in groupby(found, key=lambda one: one.kind)}
