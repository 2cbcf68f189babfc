"""A roadmap on a line of time: where each activity lies and where today is, in percents of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cocrea.followup.models import Activity, KeyAction

MOST_MARKS = 4
STEPS = (1, 2, 3, 6, 12, 24, 60)  # months between marks


@dataclass(frozen=True)
class Bar:
    """An activity from `x`, `width` long."""

    activity: Activity
    x: float
    width: float


@dataclass(frozen=True)
class Gantt:
    """Key actions with their bars; `marks` are first days of months with their place. `today` is None when the day lies
    outside."""

    groups: Sequence[tuple[KeyAction, Sequence[Bar]]]
    marks: Sequence[tuple[date, float]]
    today: float | None


def gantt(actions: Sequence[KeyAction], today: date) -> Gantt | None:
    """The roadmap from the beginning of its first activity to the end of its last; None without activities."""
    every = [activity for action in actions for activity in action.activities]
    if not every:
        return None
    first, last = min(each.starts_on for each in every), max(each.ends_on for each in every)
    days = (last - first).days + 1

    def place(day: date) -> float:
        return round((day - first).days * 100 / days, 2)

    def bar(activity: Activity) -> Bar:
        length = (activity.ends_on - activity.starts_on).days + 1
        return Bar(activity, place(activity.starts_on), round(length * 100 / days, 2))

    groups = [(action, [bar(each) for each in action.activities]) for action in actions if action.activities]
    marks = [(day, place(day)) for day in _marks(first, last)]
    return Gantt(groups, marks, place(today) if first <= today <= last else None)


def _marks(first: date, last: date) -> list[date]:
    """First days of months within, far enough apart to be read; the first day itself where there is none."""
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    step = next((step for step in STEPS if len(months) <= step * MOST_MARKS), STEPS[-1])
    return [date(month // 12, month % 12 + 1, 1) for month in months[::step]] or [first]
