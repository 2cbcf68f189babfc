"""Two counts by different ways agree: on small contests full of ties, and on the ballots of real elections."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocrea.voting import files
from cocrea.voting.counting import Candidate, Election, Terms, agrees, count, second_count
from cocrea.voting.counting.terms import STYLES, Satisfaction
from tests.conftest import shared
from tests.voting.elections import contests


def _both(terms: Terms, box: list[Any], roll: int, seed: str, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    ballots = [{"choices": choices} for choices in box]
    given = {"roll_size": roll, "seed": seed, **more}
    return count(terms, ballots, **given), second_count(terms, ballots, **given)


@pytest.mark.parametrize("rule", STYLES)
@given(data=st.data())
@settings(max_examples=300)
def test_both_counts_agree(rule, data):
    terms, box = data.draw(contests(rules=(rule,)))
    seed, sectors = data.draw(st.sampled_from(["alba", "ocaso", "lluvia"])), data.draw(st.sampled_from([None, True]))
    first, second = _both(terms, box, data.draw(st.integers(0, 12)), seed, sectors_reached=sectors)
    assert first["winners"] == second["winners"]
    assert agrees(first, second)


@pytest.mark.parametrize("rule", STYLES)
def test_where_a_sector_stayed_away_nobody_wins_by_either(rule):
    terms = Terms(rule, (Candidate("1"),), budget=5 if rule == "greedy" else None)
    choices: Any = {"yes-no-abstain": {"1": "yes"}, "score": {"1": 1}}.get(rule, ["1"])
    for sectors, winners in ((True, ["1"]), (False, [])):
        first, second = _both(terms, [choices], 1, "alba", sectors_reached=sectors)
        assert (first["winners"], second["winners"]) == (winners, winners)


@pytest.mark.parametrize("key", ["winners", "valid", "blank", "invalid", "votes"])
def test_a_difference_is_seen(key):
    first, second = _both(Terms("approval", (Candidate("1"), Candidate("2"))), [["1"], [], None], 5, "alba")
    assert agrees(first, second)
    other = {"winners": ["2"], "votes": {"1": 1, "2": 1}}.get(key, 7)
    assert not agrees(first, {**second, key: other})


ORDERED = [
    ("glasgow2007", "Langside-2007.blt"),
    ("preflib_burlington", "00005-00000001.toi"),
    ("preflib_debian", "00002-00000007.soi"),
    ("preflib_ers", "00007-00000001.soi"),
]


@pytest.mark.parametrize(("folder", "name"), ORDERED)
def test_both_agree_on_real_orders(folder, name):
    election = files.read(shared("voting", "ranked", folder, name))
    terms, position = _terms(election, "irv")
    box = [
        [position[tier[0]] for tier in ballot.tiers]
        for ballot in election.ballots
        if all(len(tier) == 1 for tier in ballot.tiers)
        for _one in range(ballot.weight)
    ]
    for rule, seats in (("irv", 1), ("schulze", 3), ("scottish-stv", 1), ("scottish-stv", 4)):
        _agree(Terms(rule, terms.options, seats=seats), box)


@pytest.mark.parametrize("name", ["Netherlands_Assen_2024.pb", "Poland_Warszawa_2019_Nadwisle.pb"])
def test_both_agree_on_real_budgets(name):
    election = files.read(shared("voting", "pb", name))
    terms, position = _terms(election, "greedy")
    box = [
        sorted((position[one] for one in ballot.named), key=int)
        for ballot in election.ballots
        for _one in range(ballot.weight)
    ]
    for rule, satisfaction in (("greedy", "cost"), ("equal-shares", "cost"), ("equal-shares", "count")):
        kind = Satisfaction(satisfaction)
        _agree(Terms(rule, terms.options, budget=terms.budget, satisfaction=kind), box)
    for rule in ("approval", "seq-pav", "equal-shares"):
        _agree(Terms(rule, terms.options, seats=4, threshold_percent=0), box)


def _terms(election: Election, rule: str) -> tuple[Terms, dict[str, str]]:
    position = {name: str(number) for number, name in enumerate(election.candidates, 1)}
    options = tuple(Candidate(position[one.id], one.name, one.cost) for one in election.candidates.values())
    return Terms(rule, options, budget=int(election.budget) if election.budget is not None else None), position


def _agree(terms: Terms, box: list[Any]) -> None:
    first, second = _both(terms, box, len(box), "alba")
    assert first["winners"]
    assert agrees(first, second), (terms.rule, first["winners"], second["winners"])


@pytest.mark.parametrize("satisfaction", Satisfaction)
def test_both_agree_where_shares_are_raised_by_thousands_of_pesos(satisfaction):
    drawn = random.Random(7)
    for _contest in range(20):
        options = tuple(Candidate(str(n), "", Fraction(drawn.randint(90, 2000) * 1000)) for n in range(1, 9))
        box = [sorted(drawn.sample("12345678", drawn.randint(1, 3))) for _ballot in range(30)]
        _agree(Terms("equal-shares", options, budget=6_000_000, satisfaction=satisfaction), box)
