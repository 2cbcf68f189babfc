"""What tables add to the page of a problem: which of them works on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.consultation.models import Problem
from cocrea.tables import queries


def working(_actor: Any, problem: Problem, _now: datetime) -> Any:
    return queries.table_of(problem)
