"""Who may edit the problem tree of a topic."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.consultation.models import Topic
from cocrea.core.access import Decision
from cocrea.cycles.policies import can_facilitate


def can_edit_tree(actor: Any, topic: Topic, now: datetime) -> Decision:
    """The facilitation of the cycle."""
    return can_facilitate(actor, topic.cycle, now)


def can_edit_branch(actor: Any, branch: Any, now: datetime) -> Decision:
    return can_edit_tree(actor, branch.topic, now)
