"""What tables add to the page of a cycle: the forums of its space, and whether they may be called to meet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.cycles.models import Cycle
from cocrea.forums.models import Forum
from cocrea.tables.models import Convening
from cocrea.tables.policies import can_convene_forum


def calling(actor: Any, cycle: Cycle, now: datetime) -> list[tuple[Forum, bool]]:
    """Each forum, and whether the actor may call it here now."""
    convenings = (Convening(forum, cycle) for forum in cycle.space.forums)
    return [(convening.forum, bool(can_convene_forum(actor, convening, now))) for convening in convenings]
