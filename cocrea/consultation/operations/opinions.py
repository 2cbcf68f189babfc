"""Keeping what the answers of a cycle say together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.consultation.models import OpinionResult, Statement
from cocrea.consultation.opinions import analyse
from cocrea.consultation.opinions.answers import Analysis
from cocrea.consultation.opinions.groups import extremities
from cocrea.consultation.opinions.published import report
from cocrea.consultation.opinions.voices import group
from cocrea.consultation.queries.opinions import Conversation
from cocrea.extensions import db


def analysed(found: Conversation) -> tuple[dict[str, Any], dict[int, float]]:
    """What is published of a conversation, and how far each statement sets people apart. Reads and writes nothing."""
    answers = found.answers
    analysis: Analysis = analyse(answers)
    sectors = {
        name: group(answers, place, members, answers.people)
        for place, (name, members) in enumerate(found.sectors.items())
    }
    lengths = extremities(answers.values, answers.left_out)
    by_statement = dict(zip(answers.statements, map(float, lengths), strict=True))
    return report(answers, analysis, sectors, found.visitors, found.paper), by_statement


def keep_opinions(
    *, cycle_id: int, mark: str, content: dict[str, Any], lengths: dict[int, float], now: datetime
) -> None:
    """Put a result in the place of the one before. The platform's own work: nobody asks for it, nobody is told."""
    db.session.merge(OpinionResult(cycle_id=cycle_id, mark=mark, content=content, computed_at=now))
    rows = [{"place": statement, "length": length} for statement, length in sorted(lengths.items())]
    if rows:
        table: Any = Statement.__table__
        change = sa.update(table).where(table.c.id == sa.bindparam("place")).values(extremity=sa.bindparam("length"))
        db.session.connection().execute(change, rows)
