"""The Schulze method (M. Schulze, Social Choice and Welfare 36, 2011); a victory is as strong as its margin."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

from cocrea.voting.counting.elections import Election, Outcome
from cocrea.voting.counting.ties import Ties

Pairs = dict[tuple[str, str], int]


def schulze(election: Election, ties: Ties) -> Outcome:
    """One candidate is before another where the strongest path of victories to it is stronger than the way back.

    The order is filled from its top: among those whom nobody left is before, the rule for ties takes one.
    """
    preferred = _preferred(election)
    paths = _strongest(list(election.candidates), preferred)
    left, order = list(election.candidates), list[str]()
    while left:
        top = [
            one for one in left if not any(paths[other, one] > paths[one, other] for other in left if other != one)
        ]
        order.append(ties.first(top, f"place {len(order) + 1}"))
        left.remove(order[-1])
    account = {"preferred": _rows(order, preferred), "paths": _rows(order, paths), "order": order}
    return Outcome("schulze", tuple(order[: election.seats]), [account], ties.uses)


def _preferred(election: Election) -> Pairs:
    """How many ballots want the first of a pair more than the second; who is not named is below all."""
    pairs: Counter[tuple[str, str]] = Counter()
    for ballot in election.ballots:
        below = set(election.candidates)
        for tier in ballot.tiers:
            below.difference_update(tier)
            for winner in tier:
                for loser in below:
                    pairs[winner, loser] += ballot.weight
    return {pair: pairs[pair] for pair in permutations(election.candidates, 2)}


def _strongest(candidates: list[str], preferred: Pairs) -> Pairs:
    """Of every pair, the strength of the strongest path: that of its weakest victory."""
    paths = {(a, b): max(0, votes - preferred[b, a]) for (a, b), votes in preferred.items()}
    for via in candidates:
        for a, b in permutations([one for one in candidates if one != via], 2):
            paths[a, b] = max(paths[a, b], min(paths[a, via], paths[via, b]))
    return paths


def _rows(order: list[str], pairs: Pairs) -> dict[str, dict[str, int]]:
    return {a: {b: pairs[a, b] for b in order if b != a} for a in order}
