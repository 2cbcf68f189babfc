"""Who may merge problems that say the same, and undo it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.consultation.models import Problem
from cocrea.core.access import Decision, deny
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.policies import can_facilitate
from cocrea.discussion.policies import NOT_PUBLIC

NOT_MERGED = _l("No está fusionada con otra. Si lo estaba, alguien ya deshizo la fusión.")


def can_merge(actor: Any, problem: Problem, now: datetime) -> Decision:
    """The facilitation of its cycle, at any time, what is still public."""
    facilitates = can_facilitate(actor, problem.cycle, now)
    if not facilitates or problem.is_public:
        return facilitates
    return deny(NOT_PUBLIC)


def can_undo_merge(actor: Any, problem: Problem, now: datetime) -> Decision:
    """The facilitation, of a problem that was merged into another, also when its text is gone since."""
    facilitates = can_facilitate(actor, problem.cycle, now)
    if not facilitates or problem.merged_into_id is not None:
        return facilitates
    return deny(NOT_MERGED)
