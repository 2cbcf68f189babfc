"""What every counting rule promises, on elections that hypothesis makes up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocrea.voting.counting import RULES, SETS, Ballot, Candidate, Election, Kind, Unfit, published, tally
from cocrea.voting.counting.terms import Satisfaction

NAMES = ("1", "2", "3", "4", "5")
RANKED = sorted(RULES.keys() - SETS)


@st.composite
def ranked(draw: Any, ties: bool = True) -> Election:
    """Up to nine ballots that order some of up to five, seats fewer than candidates."""
    names = NAMES[: draw(st.integers(2, len(NAMES)))]
    ballots = []
    for order in draw(st.lists(st.lists(st.sampled_from(names), min_size=1, unique=True), min_size=1, max_size=9)):
        cut = draw(st.integers(0, len(order))) if ties else 0
        tiers = ((tuple(order[:cut]),) if cut else ()) + tuple((name,) for name in order[cut:])
        ballots.append(Ballot(tiers, draw(st.integers(1, 3))))
    return Election(Kind.RANKED, _candidates(names), ballots, seats=draw(st.integers(1, len(names) - 1)))


@st.composite
def approving(draw: Any, costs: bool = False) -> Election:
    names = NAMES[: draw(st.integers(2, len(NAMES)))]
    said = draw(st.lists(st.sets(st.sampled_from(names), min_size=1), min_size=1, max_size=6))
    candidates = _candidates(names)
    if costs:
        candidates = {name: replace(one, cost=Fraction(draw(st.integers(1, 30)))) for name, one in candidates.items()}
    ballots = [Ballot((tuple(sorted(named)),)) for named in said]
    budget = Fraction(draw(st.integers(1, 60))) if costs else None
    return Election(Kind.APPROVAL, candidates, ballots, seats=draw(st.integers(1, len(names) - 1)), budget=budget)


def _candidates(names: Iterable[str]) -> dict[str, Candidate]:
    return {name: Candidate(name) for name in names}


@pytest.mark.parametrize("rule", RULES)
@given(data=st.data(), random=st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_candidates_changes_nothing(rule, data, random):
    election = data.draw(approving() if rule in SETS else ranked())
    names = random.sample(list(election.candidates), len(election.candidates))
    moved = replace(
        election,
        ballots=random.sample(list(election.ballots), len(election.ballots)),
        candidates={name: election.candidates[name] for name in names},
    )
    outcome, other = tally(election, rule, seed="alba"), tally(moved, rule, seed="alba")
    assert (other.winners, other.ties) == (outcome.winners, outcome.ties)


@pytest.mark.parametrize("rule", RULES)
@given(data=st.data())
def test_alike_ballots_count_the_same_together_and_apart(rule, data):
    election = data.draw(approving() if rule in SETS else ranked())
    apart = [Ballot(ballot.tiers) for ballot in election.ballots for _one in range(ballot.weight)]
    assert published(election, tally(replace(election, ballots=apart), rule))["winners"] == list(
        tally(election, rule).winners
    )


@pytest.mark.parametrize("rule", RULES)
@given(data=st.data())
def test_without_ties_the_seed_changes_nothing(rule, data):
    election = data.draw(approving() if rule in SETS else ranked())
    outcomes = [tally(election, rule, seed=seed) for seed in ("", "alba", "ocaso")]
    if not any(outcome.ties for outcome in outcomes):
        assert len({outcome.winners for outcome in outcomes}) == 1


@pytest.mark.parametrize("rule", ["majority", "irv", "schulze", "scottish-stv"])
@given(election=ranked(ties=False))
def test_who_is_first_for_more_than_half_wins(rule, election):
    firsts = dict.fromkeys(election.candidates, 0)
    for ballot in election.ballots:
        firsts[ballot.named[0]] += ballot.weight
    for name, votes in firsts.items():
        if votes * 2 > election.valid:
            assert tally(election, rule, seats=1).winners == (name,)


@given(ranked())
def test_who_beats_everybody_one_by_one_wins_by_schulze(election):
    for name in election.candidates:
        if all(_margin(election, name, other) > 0 for other in election.candidates if other != name):
            assert tally(election, "schulze", seats=1).winners == (name,)


def _margin(election: Election, one: str, other: str) -> int:
    margin = 0
    for ballot in election.ballots:
        places = {name: place for place, tier in enumerate(ballot.tiers) for name in tier}
        here, there = places.get(one, len(NAMES)), places.get(other, len(NAMES))
        margin += ((here < there) - (here > there)) * ballot.weight
    return margin


@given(approving(), st.data())
def test_one_more_approval_takes_no_winner_out(election, data):
    winner = data.draw(st.sampled_from(tally(election, "approval").winners))
    more = replace(election, ballots=[*election.ballots, Ballot(((winner,),))])
    assert winner in tally(more, "approval").winners


@given(approving(costs=True), st.data())
def test_one_more_approval_takes_nothing_out_of_a_budget_by_votes(election, data):
    winners = tally(election, "greedy").winners
    if winners:
        more = Ballot(((data.draw(st.sampled_from(winners)),),))
        assert more.named[0] in tally(replace(election, ballots=[*election.ballots, more]), "greedy").winners


@given(ranked())
def test_no_vote_is_lost_in_any_stage(election):
    outcome = tally(election, "scottish-stv")
    assert len(set(outcome.winners)) == len(outcome.winners) == election.seats
    for stage in outcome.rounds:
        held = [*stage["votes"].values(), stage["untransferable"], stage["remainder"]]
        assert sum(map(Fraction, held)) == election.valid


@given(approving(costs=True))
def test_greedy_spends_what_it_can(election):
    outcome = tally(election, "greedy")
    left = election.budget - sum(election.candidates[name].cost for name in outcome.winners)
    assert left >= 0
    assert all(one.cost > left for name, one in election.candidates.items() if name not in outcome.winners)


def test_shares_of_millions_are_raised_in_leaps():
    """One alone wants what is left over: by single pesos it would take four million counts."""
    costs = {"1": Candidate("1", cost=Fraction(5_000_001)), "2": Candidate("2", cost=Fraction(4_900_000))}
    ballots = [Ballot((("1",),), 1999), Ballot((("2",),))]
    election = Election(Kind.APPROVAL, costs, ballots, budget=Fraction(10_000_000))
    assert tally(election, "equal-shares").winners == ("1", "2")


@given(approving(costs=True))
def test_equal_shares_never_spend_more_than_there_is(election):
    assert sum(election.candidates[name].cost for name in tally(election, "equal-shares").winners) <= election.budget


@pytest.mark.parametrize("satisfaction", [None, *Satisfaction])
@given(election=approving())
def test_equal_shares_give_every_group_its_part(satisfaction, election):
    """Extended justified representation: of any group that is large enough for some seats and agrees on as many
    candidates, somebody has as many winners of theirs. Every group is tried; for seats, and for a budget where
    everything costs one."""
    if satisfaction is None:
        winners = set(tally(election, "equal-shares").winners)
    else:
        budget = Fraction(election.seats)
        winners = set(tally(election, "equal-shares", budget=budget, satisfaction=satisfaction).winners)
    named = [set(ballot.named) for ballot in election.ballots]
    for size in range(1, len(named) + 1):
        for group in combinations(named, size):
            due = min(size * election.seats // len(named), len(set.intersection(*group)))
            assert any(len(voter & winners) >= due for voter in group)


@given(approving(costs=True), st.sampled_from([1, 7, 50]))
def test_equal_shares_are_those_of_a_plain_count_in_fractions(election, dearer):
    """The rule word by word, slowly: raise shares by one while somebody wants what the budget could still pay.

    The dearer everything is, the more often shares are raised before anything changes."""
    costs = {name: replace(one, cost=one.cost * dearer) for name, one in election.candidates.items()}
    election = replace(election, candidates=costs, budget=election.budget * dearer)
    share, bought = election.budget / election.valid, list[str]()
    while True:
        more = _plain_shares(election, share)
        spent = sum(election.candidates[name].cost for name in more)
        if spent > election.budget:
            break
        bought, share = more, share + 1
        wanted = {name for ballot in election.ballots for name in ballot.named} - set(bought)
        if all(spent + election.candidates[name].cost > election.budget for name in wanted):
            break
    assert list(tally(election, "equal-shares").winners) == bought


def _plain_shares(election: Election, share: Fraction) -> list[str]:
    purses, bought = [share] * len(election.ballots), list[str]()
    while True:
        rates = {}
        for place, (name, one) in enumerate(election.candidates.items()):
            backers = [n for n, ballot in enumerate(election.ballots) if name in ballot.named]
            if name not in bought and backers and sum(purses[n] for n in backers) >= one.cost:
                rates[_plain_rate(one.cost, [purses[n] for n in backers]), place] = name, backers
        if not rates:
            return bought
        (rate, _place), (name, backers) = min(rates.items())
        bought.append(name)
        for n in backers:
            purses[n] -= min(purses[n], rate * election.candidates[name].cost)


def _plain_rate(cost: Fraction, purses: list[Fraction]) -> Fraction:
    rest, paying = cost, sorted(purses)
    while paying[0] * len(paying) < rest:
        rest -= paying.pop(0)
    return rest / len(paying) / cost


@pytest.mark.parametrize("rule", sorted(SETS))
def test_orders_are_no_sets(rule):
    election = Election(Kind.RANKED, _candidates(NAMES), [Ballot((("1",), ("2",)))])
    with pytest.raises(Unfit):
        tally(election, rule)


@pytest.mark.parametrize("rule", RULES)
def test_nobody_wins_where_nobody_voted(rule):
    kind = Kind.APPROVAL if rule in SETS else Kind.RANKED
    assert tally(Election(kind, _candidates(NAMES), [], blank=3), rule).winners == ()


def test_a_tie_is_told_and_broken_by_the_order_that_the_seed_draws():
    election = Election(Kind.APPROVAL, _candidates(("1", "2")), [Ballot((("1", "2"),))])
    by_seed = {seed: tally(election, "approval", seed=seed) for seed in ("alba", "ocaso", "lluvia", "sol")}
    assert {outcome.winners for outcome in by_seed.values()} == {("1",), ("2",)}
    for outcome in by_seed.values():
        [tie] = outcome.ties
        assert (set(tie.tied), tie.chosen) == ({"1", "2"}, outcome.winners[0])
