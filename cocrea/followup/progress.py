"""Progress in exact fractions: what each status weighs in a commitment, and whole percentages that do not lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from cocrea.followup.models import ActivityStatus

Progress = dict[ActivityStatus, Fraction]
Counts = Mapping[ActivityStatus, int]
ONE = Fraction(1)


@dataclass(frozen=True)
class Percentage:
    """A share as it is shown: `value` is the whole number that adds to 100, `text` says "<1" for what is less."""

    status: ActivityStatus
    value: int
    text: str


def of_actions(actions: Iterable[tuple[int, Counts]]) -> Progress:
    """Progress of a commitment from the weight of each key action and how many of its activities stand in each status.

    Per status Σ weight × share of the action's activities in it, over the sum of the weights. An action without
    activities counts as not started, and so does a commitment without actions. The four shares add to exactly 1.
    """
    total, sums = 0, dict.fromkeys(ActivityStatus, Fraction(0))
    for weight, counts in actions:
        total += weight
        activities = sum(counts.values())
        for status, number in counts.items() if activities else ((ActivityStatus.NOT_STARTED, 1),):
            sums[status] += Fraction(weight * number, activities or 1)
    if not total:
        return nothing()
    return {status: share / total for status, share in sums.items()}


def nothing() -> Progress:
    return {status: ONE if status is ActivityStatus.NOT_STARTED else Fraction(0) for status in ActivityStatus}


def percentages(progress: Progress) -> list[Percentage]:
    """Whole numbers that add to 100 by largest remainder, where 100 means all and 0 means none.

    Anything above nothing takes at least one point, shown as "<1" while it is less than one percent. Between equal
    remainders the less advanced status takes the point: progress is never overstated.
    """
    exact = {status: share * 100 for status, share in progress.items()}
    points = {status: max(int(share), 1 if share else 0) for status, share in exact.items()}
    while sum(points.values()) < 100:
        points[max(exact, key=lambda status: exact[status] - points[status])] += 1
    while sum(points.values()) > 100:
        spare = [status for status in exact if points[status] > 1]
        points[max(spare, key=lambda status: points[status] - exact[status])] -= 1
    return [Percentage(status, points[status], _text(exact[status], points[status])) for status in ActivityStatus]


def _text(exact: Fraction, points: int) -> str:
    return "<1" if 0 < exact < 1 else str(points)
