"""What a cycle decides for comments, in each of its stages that takes them."""

from __future__ import annotations

from datetime import datetime

from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import OPENS, Action, Cycle, StageKind
from cocrea.cycles.rules import Rule, value

EDIT_MINUTES = Rule(
    "comment_edit_minutes",
    _l("Minutos para corregir un comentario"),
    _l(
        "Cuánto tiempo tiene cada persona para corregir lo que comentó. Lo que decía antes queda a la vista. "
        "Con 0 no se corrige."
    ),
    default=15,
    most=24 * 60,
)
ALL = (EDIT_MINUTES,)
KINDS = tuple(kind for kind in StageKind if Action.COMMENT in OPENS[kind])


def edit_minutes(cycle: Cycle, now: datetime) -> int:
    """How long a comment made now can be mended, by the stage that takes it."""
    return int(value(cycle.stage_that_opens(Action.COMMENT, now), EDIT_MINUTES))
