"""What proposals add to the page of a problem."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cocrea.consultation.models import Problem
from cocrea.core.access import Decision
from cocrea.proposals import policies, queries
from cocrea.proposals.models import Proposal


@dataclass(frozen=True)
class Addressing:
    """The public proposals that address a problem, and whether this reader may write one more."""

    proposals: list[Proposal]
    may_write: Decision


def addressing(actor: Any, problem: Problem, now: datetime) -> Addressing:
    return Addressing(queries.addressing(problem), policies.can_write(actor, problem.cycle, now))
