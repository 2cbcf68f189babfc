"""Who may edit the problem tree of a topic."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.models import Role
from cocrea.consultation.models import Ground, Growth
from cocrea.core.access import Decision, allow_if
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.policies import is_facilitator


def can_edit_tree(actor: Any, ground: Ground, now: datetime) -> Decision:
    """The facilitation and the rapporteurs of the cycle, and the rapporteurs of the groups that work on the topic."""
    cycle = ground.topic.cycle
    return allow_if(
        is_facilitator(actor, cycle) or actor.holds(Role.RAPPORTEUR, cycle, *ground.groups),
        _l("Solo la facilitación, la relatoría del ciclo y la de las mesas de este tema pueden hacer esto."),
    )


def can_edit_branch(actor: Any, growth: Growth, now: datetime) -> Decision:
    return can_edit_tree(actor, growth.ground, now)
