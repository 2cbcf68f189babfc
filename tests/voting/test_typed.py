"""Papers as officers type them: what each line means under each style, and why it means nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocrea.voting.counting import BallotFault, Candidate, LineFault, Style, Terms, Unread, fault, normal, read_line
from tests.voting.elections import contests

OPTIONS = tuple(Candidate(str(n), f"Opción {n}") for n in (1, 2, 3))
YES_NO, ONE, ORDER = (Terms(rule, OPTIONS) for rule in ("yes-no-abstain", "majority", "irv"))
SEVERAL, POINTS = Terms("approval", OPTIONS, max_choices=2), Terms("score", OPTIONS)


@pytest.mark.parametrize(
    ("terms", "line", "choices"),
    [
        (YES_NO, "s n a", {"1": "yes", "2": "no", "3": "abstain"}),
        (YES_NO, " SNA ", {"1": "yes", "2": "no", "3": "abstain"}),
        (YES_NO, "b", {}),
        (YES_NO, "X", None),
        (ONE, "02", ["2"]),
        (SEVERAL, "3, 1", ["1", "3"]),
        (ORDER, "3 1", ["3", "1"]),
        (POINTS, "3=2 1=5 2=0", {"1": 5, "3": 2}),
        (POINTS, "b", {}),
    ],
)
def test_a_line_means_a_ballot(terms, line, choices):
    assert read_line(terms, line) == choices


@pytest.mark.parametrize(
    ("terms", "line", "why"),
    [
        (YES_NO, " ", LineFault.EMPTY),
        (YES_NO, "s" * 401, LineFault.TOO_LONG),
        (YES_NO, "s n", LineFault.HOW_MANY_LETTERS),
        (YES_NO, "s n b", LineFault.NOT_LETTERS),
        (ONE, "1 2", BallotFault.TOO_MANY),
        (ONE, "4", BallotFault.UNKNOWN_OPTION),
        (ONE, "²", LineFault.NOT_NUMBERS),
        (ONE, "٣", LineFault.NOT_NUMBERS),
        (SEVERAL, "1 1", BallotFault.REPEATED),
        (POINTS, "1 5", LineFault.NOT_POINTS),
        (POINTS, "1=5 1=4", BallotFault.REPEATED),
        (POINTS, "1=6", BallotFault.POINTS_OUT_OF_RANGE),
        (POINTS, "1=-1", LineFault.NOT_POINTS),
    ],
)
def test_a_line_that_means_none_says_why(terms, line, why):
    with pytest.raises(Unread) as refused:
        read_line(terms, line)
    assert refused.value.why is why


def _typed(terms: Terms, choices: object) -> str:
    if choices is None:
        return "x"
    if not choices:
        return "b"
    if terms.style is Style.ANSWERS:
        return " ".join({"yes": "s", "no": "n", "abstain": "a"}[choices[name]] for name in terms.costs)
    return (
        " ".join(f"{name}={n}" for name, n in choices.items()) if terms.style is Style.POINTS else " ".join(choices)
    )


@given(contests())
@settings(max_examples=200)
def test_whatever_a_ballot_says_can_be_typed(drawn):
    terms, said = drawn
    for choices in said:
        expected = None if choices is None else normal(terms, choices)
        assert read_line(terms, _typed(terms, expected)) == expected


@given(contests(), st.text(max_size=30))
@settings(max_examples=300)
def test_whatever_is_typed_is_a_good_ballot_or_refused(drawn, line):
    terms, _said = drawn
    try:
        choices = read_line(terms, line)
    except Unread:
        return
    assert choices is None or fault(terms, choices) is None
