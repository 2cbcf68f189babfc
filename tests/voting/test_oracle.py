"""Our rules against votelib's, where it has them and neither meets a tie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from votelib.convert import ApprovalToSimpleVotes, RankedToCondorcetVotes
from votelib.evaluate.approval import SequentialProportionalApproval
from votelib.evaluate.cardinal import ScoreVoting
from votelib.evaluate.condorcet import CondorcetWinner, Schulze
from votelib.evaluate.core import Plurality, Tie
from votelib.evaluate.sequential import TransferableVoteSelector

from cocrea.voting.counting import Ballot, Candidate, Election, Kind, tally

NAMES = ("1", "2", "3", "4", "5")
PEOPLE = st.integers(1, 200)  # so many that ties are rare
ORDERS = st.dictionaries(st.permutations(NAMES).map(tuple), PEOPLE, min_size=1, max_size=12)
SETS = st.dictionaries(st.frozensets(st.sampled_from(NAMES), min_size=1), PEOPLE, min_size=3, max_size=12)
SEATS = st.integers(1, 4)
POINTS = st.lists(st.dictionaries(st.sampled_from(NAMES), st.integers(1, 5), min_size=1), min_size=1, max_size=12)


def _winners(kind: Kind, ballots: Sequence[Ballot], rule: str, seats: int) -> list[str]:
    """Ours, where no tie had to be broken."""
    outcome = tally(Election(kind, {name: Candidate(name) for name in NAMES}, ballots, seats=seats), rule)
    assume(not outcome.ties)
    return list(outcome.winners)


def _theirs(found: Sequence[Any]) -> list[str]:
    assume(not any(isinstance(one, Tie) for one in found))
    return list(found)


def _ranked(orders: Mapping[tuple[str, ...], int]) -> list[Ballot]:
    return [Ballot(tuple((name,) for name in order), people) for order, people in orders.items()]


def _approving(sets: Mapping[frozenset[str], int]) -> list[Ballot]:
    return [Ballot((tuple(sorted(named)),), people) for named, people in sets.items()]


def _pairs(orders: Mapping[tuple[str, ...], int]) -> Any:
    return RankedToCondorcetVotes().convert(orders)


@given(ORDERS)
def test_schulze(orders):
    winners = _winners(Kind.RANKED, _ranked(orders), "schulze", 1)
    assert winners == _theirs(Schulze().evaluate(_pairs(orders), 1))


@given(ORDERS)
def test_who_wins_every_pair_wins_by_schulze(orders):
    winner = CondorcetWinner().evaluate(_pairs(orders))
    assume(winner)
    assert _winners(Kind.RANKED, _ranked(orders), "schulze", 1) == list(winner)


@given(ORDERS)
def test_majority(orders):
    firsts = Counter[str]()
    for order, people in orders.items():
        firsts[order[0]] += people
    assert _winners(Kind.RANKED, _ranked(orders), "majority", 1) == _theirs(Plurality().evaluate(firsts, 1))


@given(ORDERS)
def test_irv(orders):
    winners = _winners(Kind.RANKED, _ranked(orders), "irv", 1)
    try:
        theirs = TransferableVoteSelector(quota_function="droop").evaluate(orders, 1)
    except NotImplementedError:  # it does not look back, as we do, when two are the lowest
        assume(False)
    assert winners == _theirs(theirs)


@given(SETS, SEATS)
def test_approval(sets, seats):
    simple = ApprovalToSimpleVotes().convert(sets)
    assume(len(simple) >= seats)
    assert _winners(Kind.APPROVAL, _approving(sets), "approval", seats) == _theirs(
        Plurality().evaluate(simple, seats)
    )


@given(SETS, SEATS)
def test_sequential_pav(sets, seats):
    assume(len(frozenset[str]().union(*sets)) >= seats)
    winners = _winners(Kind.APPROVAL, _approving(sets), "seq-pav", seats)
    assert winners == _theirs(SequentialProportionalApproval().evaluate(sets, seats))


@given(POINTS, SEATS)
def test_score(points, seats):
    assume(len({name for given in points for name in given}) >= seats)
    ballots = [Ballot((tuple(given),), points=given) for given in points]
    winners = _winners(Kind.POINTS, ballots, "score", seats)
    theirs = ScoreVoting("sum").evaluate(Counter(frozenset(given.items()) for given in points), seats)
    assert winners == _theirs(theirs)
