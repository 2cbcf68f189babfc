"""Working days of Mexico's public administration: Monday to Friday, without the days of rest of the federal labour law
(article 74) and without the days that an institution declares. See docs/decisions/0013-working-days.md.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache

MONDAY = 0
WEEKEND = (5, 6)
FIRST_CHANGE, TERM = 2024, 6  # the years in which the federal executive changes, on 1 October


@cache
def rest_days(year: int) -> frozenset[date]:
    """The days on which nobody works by law; those of February, March and November are moved to a Monday."""
    days = {
        date(year, 1, 1),
        _monday(year, 2, 1),
        _monday(year, 3, 3),
        date(year, 5, 1),
        date(year, 9, 16),
        _monday(year, 11, 3),
        date(year, 12, 25),
    }
    if year >= FIRST_CHANGE and (year - FIRST_CHANGE) % TERM == 0:
        days.add(date(year, 10, 1))
    return frozenset(days)


def is_working(day: date, off: Collection[date] = ()) -> bool:
    """Whether the day counts; `off` are the days that the institution declared."""
    return day.weekday() not in WEEKEND and day not in rest_days(day.year) and day not in off


def after(day: date, count: int, off: Collection[date] = ()) -> date:
    """The day on which a term of so many working days ends: it begins to run the day after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day, off)
    return day


def between(first: date, last: date, off: Collection[date] = ()) -> int:
    """How many working days passed from `first`, which does not count, to `last`, which does."""
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(is_working(day, off) for day in days)


def _monday(year: int, month: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(MONDAY - first.weekday()) % 7 + 7 * (which - 1))
