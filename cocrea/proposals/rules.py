"""What a cycle decides for its proposals."""

from __future__ import annotations

from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle, StageKind
from cocrea.cycles.rules import Rule, value

ANSWER_DAYS = Rule(
    "answer_days",
    _l("Días hábiles para responder a una propuesta"),
    _l("Cuántos tiene cada institución desde que la facilitación le turna una propuesta."),
    default=15,
    least=1,
    most=60,
)
ALL = (ANSWER_DAYS,)


def answer_days(cycle: Cycle) -> int:
    """How many working days an institution has, by the cycle's first stage of proposals."""
    stage = next((stage for stage in cycle.stages if stage.kind is StageKind.PROPOSALS), None)
    return int(value(stage, ANSWER_DAYS))
