"""The roadmap as commitments see it. Its tables belong to the follow-up, which stands above and hands it down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from cocrea.commitments.models import Commitment


@dataclass(frozen=True)
class PlannedActivity:
    """One step: what, who answers for it, when, and what will prove it."""

    title: str
    responsible: str
    starts_on: date
    ends_on: date
    means_of_verification: str


@dataclass(frozen=True)
class PlannedAction:
    """A key action and its weight in the whole."""

    title: str
    weight: int
    activities: Sequence[PlannedActivity] = ()


Loader = Callable[[Commitment], Sequence[PlannedAction]]
_loaders: list[Loader] = []


def provide(loader: Loader) -> None:
    """Say who reads roadmaps; called by `create_app`."""
    _loaders[:] = [loader]


def of(commitment: Commitment) -> Sequence[PlannedAction]:
    """The roadmap as it is in the database now; empty while no domain keeps roadmaps."""
    return _loaders[0](commitment) if _loaders else ()


def as_text(actions: Sequence[PlannedAction]) -> list[dict[str, Any]]:
    """As plain JSON values, for the text that is signed."""
    return [
        {**asdict(action), "activities": [_activity(activity) for activity in action.activities]}
        for action in actions
    ]


def _activity(activity: PlannedActivity) -> dict[str, str]:
    dates = {"starts_on": activity.starts_on.isoformat(), "ends_on": activity.ends_on.isoformat()}
    return {**asdict(activity), **dates}
