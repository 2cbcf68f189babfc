"""Terms in working days."""

from __future__ import annotations

from datetime import date

import pytest

from cocrea.core import workdays


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2024, ["01-01", "02-05", "03-18", "05-01", "09-16", "10-01", "11-18", "12-25"]),
        (2025, ["01-01", "02-03", "03-17", "05-01", "09-16", "11-17", "12-25"]),
        (2026, ["01-01", "02-02", "03-16", "05-01", "09-16", "11-16", "12-25"]),
        (2030, ["01-01", "02-04", "03-18", "05-01", "09-16", "10-01", "11-18", "12-25"]),
    ],
)
def test_the_days_of_rest_of_the_law(year, days):
    assert sorted(workdays.rest_days(year)) == [date.fromisoformat(f"{year}-{day}") for day in days]


def test_a_term_begins_to_run_the_next_day_and_leaps_over_what_does_not_count():
    friday = date(2026, 11, 13)
    assert workdays.after(friday, 1) == date(2026, 11, 17)  # a weekend and the Monday of the Revolution
    assert workdays.after(friday, 1, {date(2026, 11, 17)}) == date(2026, 11, 18)
    assert workdays.after(date(2026, 12, 24), 5) == date(2027, 1, 4)


def test_what_passed_between_is_the_term_that_ends_then():
    start, off = date(2026, 11, 22), {date(2026, 12, 9)}
    for count in range(40):
        assert workdays.between(start, workdays.after(start, count, off), off) == count
    assert workdays.between(start, date(2026, 11, 20)) == 0
