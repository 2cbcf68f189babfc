"""Who may change what is said about a topic."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.consultation.models import Topic
from cocrea.core.access import Decision
from cocrea.cycles.policies import can_facilitate


def can_edit_topic(actor: Any, topic: Topic, now: datetime) -> Decision:
    """The facilitation of its cycle, at any time: who decides later also needs to be informed."""
    return can_facilitate(actor, topic.cycle, now)
