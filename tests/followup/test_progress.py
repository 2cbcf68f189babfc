"""The arithmetic of progress: exact, and never lying when rounded."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocrea.followup import progress
from cocrea.followup.models import ActivityStatus

NOT_STARTED, STARTED, COMPLETE, VERIFIED = ActivityStatus
counts = st.dictionaries(st.sampled_from(ActivityStatus), st.integers(0, 60))
actions = st.lists(st.tuples(st.integers(1, 100), counts), max_size=12)
shares = st.lists(st.integers(0, 10_000), min_size=4, max_size=4).filter(any)


def _progress(parts: list[int]) -> progress.Progress:
    return {status: Fraction(part, sum(parts)) for status, part in zip(ActivityStatus, parts, strict=True)}


@given(actions)
def test_the_four_shares_always_add_to_one(weighted):
    found = progress.of_actions(weighted)
    assert sum(found.values()) == 1
    assert all(0 <= share <= 1 for share in found.values())


@given(shares)
def test_percentages_add_to_a_hundred_and_keep_all_and_nothing_apart(parts):
    exact = _progress(parts)
    shown = progress.percentages(exact)
    assert sum(part.value for part in shown) == 100
    for part in shown:
        share = exact[part.status]
        assert (part.value == 0) is (share == 0)
        assert (part.value == 100) is (share == 1)
        assert (part.text == "<1") is (0 < share < Fraction(1, 100))


@given(shares)
def test_without_tiny_parts_no_percentage_is_a_point_away(parts):
    exact = _progress(parts)
    if any(0 < share < Fraction(1, 100) for share in exact.values()):
        return
    assert all(abs(part.value - exact[part.status] * 100) < 1 for part in progress.percentages(exact))


def test_the_formula_of_the_national_board():
    """60 points with one of two activities verified, 40 with one of four complete and the rest not started."""
    found = progress.of_actions([(60, {VERIFIED: 1, STARTED: 1}), (40, {COMPLETE: 1, NOT_STARTED: 3})])
    assert found == {
        NOT_STARTED: Fraction(30, 100),
        STARTED: Fraction(30, 100),
        COMPLETE: Fraction(10, 100),
        VERIFIED: Fraction(30, 100),
    }


@pytest.mark.parametrize("weighted", [[], [(100, {})]])
def test_what_has_no_activities_has_not_started(weighted):
    assert progress.of_actions(weighted)[NOT_STARTED] == 1


def test_one_missing_of_a_thousand_is_not_everything():
    shown = {part.status: part.text for part in progress.percentages(_progress([1, 0, 0, 999]))}
    assert shown == {NOT_STARTED: "<1", STARTED: "0", COMPLETE: "0", VERIFIED: "99"}
