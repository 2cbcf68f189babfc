"""How acts on cycles and stages are written into the history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.audit.operations import record
from cocrea.cycles.models import Cycle, Stage


def note_cycle(actor: Any, cycle: Cycle, action: str, now: datetime, **details: Any) -> None:
    record(
        actor=actor, action=action, subject=cycle.prefix, scope=cycle.scope, now=now, subject_id=cycle.id, **details
    )


def note_stage(actor: Any, stage: Stage, action: str, now: datetime, **details: Any) -> None:
    """`subject` is the cycle's prefix and the stage's number for life: positions may change."""
    subject, scope = f"{stage.cycle.prefix}-E{stage.id}", stage.cycle.scope
    record(actor=actor, action=action, subject=subject, scope=scope, now=now, subject_id=stage.id, **details)


def dates(stage: Stage) -> dict[str, Any]:
    return {"starts_at": stage.starts_at, "ends_at": stage.ends_at}


def calendar(cycle: Cycle) -> list[dict[str, Any]]:
    """Kind and dates of every stage, as the history keeps them."""
    return [
        {
            "kind": stage.kind.value,
            **{name: moment and moment.isoformat(timespec="seconds") for name, moment in dates(stage).items()},
        }
        for stage in cycle.stages
    ]
