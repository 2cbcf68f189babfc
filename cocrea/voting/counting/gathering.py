"""Ballots that say the same are one ballot of more people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

from cocrea.voting.counting.elections import Ballot, Tiers

Points = tuple[tuple[str, Fraction], ...]


def gathered(said: Iterable[tuple[Tiers, Points, int]]) -> tuple[tuple[Ballot, ...], int]:
    """The ballots that name somebody, in the order in which each was first seen, and how many people named nobody."""
    weights: Counter[tuple[Tiers, Points]] = Counter()
    blank = 0
    for tiers, points, people in said:
        if any(tiers):
            weights[tiers, points] += people
        else:
            blank += people
    ballots = (Ballot(tiers, weight, _mapping(points)) for (tiers, points), weight in weights.items() if weight)
    return tuple(ballots), blank


def _mapping(points: Points) -> Mapping[str, Fraction]:
    return dict(points)
