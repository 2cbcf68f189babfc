"""Comments on the draft of a plan and their answers, made through the operations people use."""

from __future__ import annotations

import itertools
from typing import Any

from cocrea.accounts.models import Person
from cocrea.commitments import operations
from cocrea.commitments.models import Outcome, PlanAnswer, PlanComment, PlanPart
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle, StageKind
from tests.conftest import NOW
from tests.factories import commitments, cycles
from tests.factories.accounts import person

_numbers = itertools.count(1)


def reviewed_cycle() -> Cycle:
    """A cycle whose commitments are drafted and signed, and whose plan is reviewed."""
    return commitments.drafting_cycle(StageKind.PLAN_REVIEW)


def comment(cycle: Cycle, part: PlanPart = PlanPart.PLAN, author: Person | None = None, **more: Any) -> PlanComment:
    content = {"body": f"Falta decir algo {next(_numbers)}.", "now": NOW, **more}
    with transaction():
        return operations.comment_plan(actor=author or person(), cycle=cycle, part=part, **content)


def reply(outcome: Outcome = Outcome.ACCEPTED, reasons: str = "Tiene razón.", changed: str = "La página 3.") -> Any:
    return operations.PlanReply.of(outcome, reasons, changed)


def answer(*comments: PlanComment, by: Person | None = None, said: Any = None, now: Any = NOW) -> PlanAnswer:
    cycle = comments[0].cycle
    actor = by or cycles.facilitator(cycle)
    with transaction():
        return operations.answer_comments(actor=actor, cycle=cycle, comments=comments, reply=said or reply(), now=now)
