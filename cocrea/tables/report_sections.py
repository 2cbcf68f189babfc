"""What the report of a consultation says of the tables: which problems and topics each one received."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cocrea.consultation.models import Topic
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle, Stage, StageKind
from cocrea.cycles.report_sections import Column, Rows, Section
from cocrea.discussion.models import Contribution, Visibility
from cocrea.extensions import db
from cocrea.tables.models import Table, TableProblem


def handed_out(cycle: Cycle, _stage: Stage, _now: datetime) -> Rows:
    """A row per public problem of each table, most supported first; tables without any have one row."""
    shared = Contribution.__table__.c
    given = (
        sa.select(TableProblem.table_id, TableProblem.reason, shared.id, shared.reference, shared.support_count)
        .join(Contribution.__table__, shared.id == TableProblem.problem_id)
        .where(shared.visibility == Visibility.PUBLIC)
        .subquery()
    )
    statement = (
        sa.select(Table.reference, Table.name, Topic.title, given.c.reference, given.c.reason)
        .outerjoin(Topic, Topic.id == Table.topic_id)
        .outerjoin(given, given.c.table_id == Table.id)
        .where(Table.cycle_id == cycle.id, Table.forum_id.is_(None))
        .order_by(Table.id, given.c.support_count.desc(), given.c.id)
    )
    return [list(row) for row in db.session.execute(statement)]


SECTIONS = (
    Section(
        "tables",
        StageKind.CONSULTATION,
        _l("Qué pasa a cada mesa"),
        (
            Column("table", _l("Folio"), endpoint="tables.show"),
            Column("name", _l("Mesa")),
            Column("topic", _l("Tema")),
            Column("problem", _l("Problemática"), endpoint="consultation.problem", is_titled=True),
            Column("reason", _l("Razón")),
        ),
        handed_out,
    ),
)
