"""Giving problems of the consultation to the tables that will work on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cocrea.audit.operations import record
from cocrea.consultation.models import Problem
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.tables import policies
from cocrea.tables.models import Table, TableProblem

MOST_ASSIGNED = 100


def assign_problems(
    *, actor: Any, cycle: Cycle, problems: Sequence[Problem], table: Table | None, reason: str, now: datetime
) -> int:
    """Give problems to a table, from wherever they were, or take them from theirs (`table` None). How many moved.

    Each has its record with the table before and after, so that whoever gives it back undoes it in the open.
    """
    enforce(policies.can_create, actor, cycle, now)
    why = text.plain(reason)
    if not why:
        raise Invalid(_l("Explica por qué: la razón es pública."), "reason")
    if not problems or len(problems) > MOST_ASSIGNED:
        raise Invalid(_l("Elige entre una y %(most)s problemáticas.", most=MOST_ASSIGNED), "problems")
    if {problem.cycle_id for problem in problems} != {cycle.id} or (table and table.cycle_id != cycle.id):
        raise Invalid(_l("La mesa y las problemáticas deben ser de este ciclo."), "table")
    in_order = sorted(dict.fromkeys(problems), key=lambda problem: problem.id)
    return sum(_assign(actor, problem, table, why, now) for problem in in_order)


def _assign(actor: Any, problem: Problem, table: Table | None, reason: str, now: datetime) -> bool:
    lock(problem, is_referred_to=True)
    found = db.session.get(TableProblem, problem.id, populate_existing=True)
    before = found.table.reference if found else None
    if before == (table.reference if table else None):
        return False
    if found:
        db.session.delete(found)
        db.session.flush()
    if table:
        db.session.add(
            TableProblem(problem_id=problem.id, table_id=table.id, reason=reason, assigned_at=now, table=table)
        )
    record(
        actor=actor,
        action="problem.assigned" if table else "problem.unassigned",
        subject=problem.reference,
        scope=problem.cycle.scope,
        now=now,
        old={"table": before},
        new={"table": table.reference if table else None},
        reason=reason,
        subject_id=problem.id,
    )
    db.session.flush()
    return True
