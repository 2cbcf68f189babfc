"""The result of a contest under every rule: figures, quorum, thresholds, and what the published terms say."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocrea.audit.canonical import canonical_json
from cocrea.voting.counting import Base, Candidate, Terms, count, fault, normal
from cocrea.voting.counting.terms import Satisfaction
from tests.voting.elections import contests

WELL, TREES, LAMPS = "1", "2", "3"
COSTS = (60, 40, 40)
SETS = [[WELL, TREES]] * 4 + [[LAMPS]] * 3
ORDERS = [[WELL, TREES, LAMPS]] * 4 + [[LAMPS, TREES, WELL]] * 3


def _terms(rule: str, **terms: Any) -> Terms:
    options = (Candidate(str(n), "", Fraction(cost)) for n, cost in enumerate(COSTS, 1))
    return Terms(rule, tuple(options), **{"threshold_percent": 0, **terms})


def _count(terms: Terms, box: list[Any], roll: int = 10, **more: Any) -> dict[str, Any]:
    ballots = [{"receipt": f"R{n:03d}", "choices": choices} for n, choices in enumerate(box)]
    return count(terms, ballots, roll_size=roll, seed="alba", **more)


@pytest.mark.parametrize(
    ("rule", "terms", "box", "winners"),
    [
        ("majority", {}, [[WELL]] * 4 + [[LAMPS]] * 3, {WELL}),
        ("approval", {"seats": 2}, SETS, {WELL, TREES}),
        ("seq-pav", {"seats": 2}, [*SETS, [WELL]], {WELL, LAMPS}),
        ("greedy", {"budget": 100}, [*SETS, [WELL]], {WELL, TREES}),
        ("equal-shares", {"budget": 100}, SETS, {TREES, LAMPS}),
        ("equal-shares", {"budget": 100, "satisfaction": Satisfaction.COUNT}, SETS, {TREES, LAMPS}),
        ("score", {}, [{WELL: 5, TREES: 3}, {WELL: 4, LAMPS: 5}], {WELL}),
        ("score", {"average": True}, [{WELL: 5, TREES: 3}, {WELL: 4, LAMPS: 5}], {LAMPS}),
        ("irv", {}, ORDERS, {WELL}),
        ("schulze", {}, ORDERS, {WELL}),
        ("scottish-stv", {"seats": 2}, ORDERS, {WELL, LAMPS}),
    ],
)
def test_the_example_of_the_page_comes_out_as_it_says(rule, terms, box, winners):
    result = _count(_terms(rule, **terms), box)
    assert set(result["winners"]) == winners
    assert {str(option["position"]) for option in result["options"] if option["won"]} == winners


def test_cost_and_count_satisfaction_choose_otherwise():
    """The well has more support for its money, the trees cost those who want them less."""
    terms = {"budget": 100}
    box = [[WELL, TREES]] * 3 + [[WELL], [LAMPS]]
    by_cost = _count(_terms("equal-shares", **terms), box)["rounds"][0]["bought"]
    by_count = _count(_terms("equal-shares", satisfaction=Satisfaction.COUNT, **terms), box)["rounds"][0]["bought"]
    assert (by_cost, by_count) == (WELL, TREES)


def test_blank_and_invalid_ballots_count_for_the_quorum_and_for_nothing_else():
    result = _count(_terms("approval", quorum_percent=50), [[WELL], [WELL, TREES], [], [], None])
    figures = {key: result[key] for key in ("ballots", "valid", "blank", "invalid", "quorum_reached", "represented")}
    assert figures == {
        "ballots": 5,
        "valid": 2,
        "blank": 2,
        "invalid": 1,
        "quorum_reached": True,
        "represented": 2,
    }
    assert [option["votes"] for option in result["options"]] == [2, 1, 0]


@pytest.mark.parametrize("rule", ["approval", "irv", "score"])
def test_without_quorum_nobody_wins_and_the_account_stays(rule):
    said: Any = {WELL: 1} if rule == "score" else [WELL]
    for result in (
        _count(_terms(rule, quorum_percent=21), [said, said]),
        _count(_terms(rule), [said, said], sectors_reached=False),
    ):
        assert (result["winners"], result["quorum_reached"], result["represented"]) == ([], False, 0)
        assert not any(option["won"] for option in result["options"])
        assert result["rounds"]
    assert _count(_terms(rule, quorum_percent=20), [said, said], sectors_reached=True)["winners"] == [WELL]


@pytest.mark.parametrize(
    ("base", "most"),  # the greatest threshold that 3 of 4 valid, 6 cast and 12 entitled are more than
    [(Base.YES_NO, 74), (Base.VALID, 74), (Base.CAST, 49), (Base.ENTITLED, 24)],
)
@pytest.mark.parametrize("rule", ["majority", "approval"])
def test_a_threshold_is_of_the_base_that_the_terms_say(rule, base, most):
    box = [[WELL]] * 3 + [[TREES], [], None]
    for percent, winners in ((most, [WELL]), (most + 1, [])):
        terms = _terms(rule, threshold_percent=percent, threshold_base=base)
        assert _count(terms, box, roll=12)["winners"] == winners


@pytest.mark.parametrize(
    ("base", "most"), [(Base.YES_NO, 74), (Base.VALID, 59), (Base.CAST, 42), (Base.ENTITLED, 24)]
)
def test_of_yes_and_no_too(base, most):
    """Three yes, one no, one abstains; one blank, one invalid; twelve on the roll."""
    box = [dict.fromkeys((WELL, TREES, LAMPS), said) for said in ("yes", "yes", "yes", "no", "abstain")]
    for percent, winners in ((most, [WELL, TREES, LAMPS]), (most + 1, [])):
        terms = _terms("yes-no-abstain", threshold_percent=percent, threshold_base=base)
        result = _count(terms, [*box, {}, None], roll=12)
        assert result["winners"] == winners
        assert result["represented"] == (3 if winners else 0)


@pytest.mark.parametrize("rule", ["approval", "score", "seq-pav", "equal-shares"])
def test_who_is_on_no_ballot_is_not_chosen_to_fill_a_seat(rule):
    said: Any = {WELL: 1} if rule == "score" else [WELL]
    assert _count(_terms(rule, seats=3), [said])["winners"] == [WELL]


@given(contests())
def test_results_are_whole_and_the_same_after_publication(drawn):
    terms, box = drawn
    assert all(
        choices is None or (fault(terms, choices) is None and normal(terms, choices) == choices) for choices in box
    )
    options = [
        {"position": n, "title": one.name, "cost": int(one.cost) if terms.budget is not None else None}
        for n, one in enumerate(terms.options, 1)
    ]
    again = Terms.from_published(terms.published(), options)
    assert again.published() == terms.published()
    result = _count(terms, box, roll=len(box))
    assert canonical_json(_count(again, box, roll=len(box))) == canonical_json(result)
    assert result["valid"] + result["blank"] + result["invalid"] == result["ballots"] == len(box)
    assert result["represented"] <= result["valid"]


@given(contests(), st.randoms(use_true_random=False))
def test_the_order_of_the_ballots_changes_nothing(drawn, random):
    terms, box = drawn
    moved = _count(terms, random.sample(box, len(box)))
    assert canonical_json(moved) == canonical_json(_count(terms, box))


@pytest.mark.parametrize(
    ("change", "option"),
    [
        ({"name": "azar"}, {}),
        ({"name": "greedy"}, {}),
        ({"name": "greedy", "budget": 9}, {}),
        ({"budget": 9}, {"cost": 3}),
        ({"seats": 0}, {}),
        ({"seats": True}, {}),
        ({"seats": 1.0}, {}),
        ({"max_choices": -1}, {}),
        ({"satisfaction": "joy"}, {}),
        ({"threshold_base": "all"}, {}),
        ({}, {"position": 2}),
        ({}, {"cost": -1}),
    ],
)
def test_terms_that_make_no_sense_are_no_terms(change, option):
    good, options = Terms("approval", ()).published(), [{"position": 1, "title": "Pozo", "cost": None}]
    assert Terms.from_published(good, options)
    with pytest.raises(ValueError):
        Terms.from_published({**good, **change}, [{**options[0], **option}])
