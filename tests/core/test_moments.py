"""Times typed by the clock on a wall."""

# ruff: noqa: DTZ001 - what people type has no zone
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cocrea.core.errors import Invalid
from cocrea.core.moments import moment

BORDER = "America/Tijuana"  # where clocks still change


@pytest.mark.parametrize(
    ("local", "tz", "utc"),
    [
        (datetime(2026, 6, 5, 12), "America/Mexico_City", datetime(2026, 6, 5, 18, tzinfo=UTC)),
        (datetime(2026, 3, 7, 12), BORDER, datetime(2026, 3, 7, 20, tzinfo=UTC)),
        (datetime(2026, 3, 9, 12), BORDER, datetime(2026, 3, 9, 19, tzinfo=UTC)),
        (datetime(2026, 3, 8, 3), BORDER, datetime(2026, 3, 8, 10, tzinfo=UTC)),
        (datetime(2026, 11, 1, 2), BORDER, datetime(2026, 11, 1, 10, tzinfo=UTC)),
    ],
    ids=["without changes", "before", "after", "as clocks go forward", "as clocks went back"],
)
def test_a_time_is_of_its_zone_on_both_sides_of_a_change_of_clocks(local, tz, utc):
    assert moment(local, tz, "starts_at") == utc


@pytest.mark.parametrize(
    "local", [datetime(2026, 3, 8, 2, 30), datetime(2026, 11, 1, 1, 30)], ids=["skipped", "twice"]
)
def test_a_time_that_clocks_skip_or_show_twice_is_asked_again(local):
    with pytest.raises(Invalid) as refused:
        moment(local, BORDER, "ends_at")
    assert refused.value.field == "ends_at"
