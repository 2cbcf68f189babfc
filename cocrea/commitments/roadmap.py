"""The roadmap as commitments see it. Its tables belong to the follow-up, which stands above and hands it down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
Dates = tuple[date, date]
Lister = Callable[[Commitment], Sequence[str]]
Mover = Callable[[Commitment, Mapping[str, Dates]], None]
_loaders: list[Loader] = []
_keepers: list[tuple[Lister, Mover]] = []


def provide(loader: Loader) -> None:
    """Say who reads roadmaps; called by `create_app`."""
    _loaders[:] = [loader]


def provide_dates(lister: Lister, mover: Mover) -> None:
    """Say who names the activities of a roadmap and moves their dates; called by `create_app`."""
    _keepers[:] = [(lister, mover)]


def references(commitment: Commitment) -> Sequence[str]:
    """The references of the activities, in the order in which `of` tells them."""
    return _keepers[0][0](commitment) if _keepers else ()


def reschedule(commitment: Commitment, dates: Mapping[str, Dates]) -> None:
    """Move activities, by reference, to what an amendment says that both parties signed."""
    if dates:
        _keepers[0][1](commitment, dates)


def from_text(found: Sequence[Mapping[str, Any]]) -> list[PlannedAction]:
    """The roadmap of a signed text."""
    return [
        PlannedAction(action["title"], action["weight"], tuple(_planned(step) for step in action["activities"]))
        for action in found
    ]


def _planned(step: Mapping[str, Any]) -> PlannedActivity:
    days = {key: date.fromisoformat(step[key]) for key in ("starts_on", "ends_on")}
    return PlannedActivity(**{**step, **days})


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


def in_words(actions: Sequence[dict[str, Any]]) -> str:
    """What `as_text` gave, a line for each action and activity, for reading and comparing."""
    return "\n\n".join("\n".join([f"{one['title']} ({one['weight']})", *_lines(one)]) for one in actions)


def _lines(action: dict[str, Any]) -> list[str]:
    keys = ("title", "responsible", "starts_on", "ends_on", "means_of_verification")
    return ["- " + " · ".join(step[key] for key in keys if step[key]) for step in action["activities"]]
