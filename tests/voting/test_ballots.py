"""What ballots may say, by style: every other value is refused with its reason, whatever it is."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocrea.voting.counting import BallotFault, Candidate, Terms, fault, normal
from cocrea.voting.counting.terms import STYLES

RULES = sorted(STYLES)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.sampled_from(["1", "yes"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2) | st.just("1"), inner, max_size=4)
    ),
)


def _terms(rule: str, **terms: Any) -> Terms:
    return Terms(rule, tuple(Candidate(str(n), f"Opción {n}", Fraction(n * 10)) for n in range(1, 13)), **terms)


@pytest.mark.parametrize(
    ("rule", "choices", "terms"),
    [
        ("yes-no-abstain", {str(n): "yes" for n in range(1, 13)}, {}),
        ("yes-no-abstain", {}, {}),
        ("majority", ["12"], {}),
        ("majority", [], {}),
        ("approval", ["2", "10"], {"max_choices": 2}),
        ("greedy", ["1", "2"], {"budget": 30}),
        ("irv", ["10", "2"], {"max_choices": 2}),
        ("score", {"2": 5, "11": 1}, {"max_points": 5}),
        ("score", {}, {}),
    ],
)
def test_good_ballots_are_written_as_they_are(rule, choices, terms):
    assert fault(_terms(rule, **terms), choices) is None
    assert normal(_terms(rule, **terms), choices) == choices


def test_there_is_one_way_of_writing_what_says_the_same():
    assert normal(_terms("approval"), ["10", "2"]) == ["2", "10"]
    assert list(normal(_terms("score"), {"10": 1, "9": 0, "2": 3})) == ["2", "10"]
    assert normal(_terms("schulze"), ["10", "2"]) == ["10", "2"]


@pytest.mark.parametrize(
    ("rule", "choices", "terms", "found"),
    [
        ("yes-no-abstain", [], {}, BallotFault.MALFORMED),
        ("yes-no-abstain", {"1": "yes"}, {}, BallotFault.UNANSWERED),
        ("yes-no-abstain", {"1": "maybe"}, {}, BallotFault.MALFORMED),
        ("yes-no-abstain", {"1": ["yes"]}, {}, BallotFault.MALFORMED),
        ("yes-no-abstain", {"13": "yes"}, {}, BallotFault.UNKNOWN_OPTION),
        ("yes-no-abstain", None, {}, BallotFault.MALFORMED),
        ("majority", ["1", "2"], {}, BallotFault.TOO_MANY),
        ("majority", "1", {}, BallotFault.MALFORMED),
        ("approval", {"1": "yes"}, {}, BallotFault.MALFORMED),
        ("approval", [1], {}, BallotFault.MALFORMED),
        ("approval", [["1"]], {}, BallotFault.MALFORMED),
        ("approval", ["01"], {}, BallotFault.UNKNOWN_OPTION),
        ("approval", ["1", "1"], {}, BallotFault.REPEATED),
        ("approval", ["1", "2", "3"], {"max_choices": 2}, BallotFault.TOO_MANY),
        ("equal-shares", ["1", "3"], {"budget": 39}, BallotFault.OVER_BUDGET),
        ("scottish-stv", ["3", "1", "3"], {}, BallotFault.REPEATED),
        ("schulze", ["3", "1", "2"], {"max_choices": 2}, BallotFault.TOO_MANY),
        ("score", ["1"], {}, BallotFault.MALFORMED),
        ("score", {"1": True}, {}, BallotFault.MALFORMED),
        ("score", {"1": 3.0}, {}, BallotFault.MALFORMED),
        ("score", {"1": math.nan}, {}, BallotFault.MALFORMED),
        ("score", {"1": 6}, {}, BallotFault.POINTS_OUT_OF_RANGE),
        ("score", {"1": -1}, {}, BallotFault.POINTS_OUT_OF_RANGE),
        ("score", {"13": 1}, {}, BallotFault.UNKNOWN_OPTION),
    ],
)
def test_bad_ballots_have_their_reason(rule, choices, terms, found):
    assert fault(_terms(rule, **terms), choices) is found


@pytest.mark.parametrize("rule", RULES)
@given(choices=JSON)
def test_any_value_is_judged_and_what_is_good_has_one_spelling(rule, choices):
    terms = _terms(rule, max_choices=2, budget=100)
    if fault(terms, choices) is None:
        kept = normal(terms, choices)
        assert fault(terms, kept) is None
        assert normal(terms, kept) == kept


@pytest.mark.parametrize("rule", RULES)
def test_neither_depth_nor_ten_million_marks_do_harm(rule):
    deep: Any = "1"
    for _level in range(100_000):
        deep = [deep]
    assert fault(_terms(rule), deep) is not None
    assert fault(_terms(rule), {"1": deep}) is not None
    assert fault(_terms(rule), ["1"] * 10_000_000) is not None
