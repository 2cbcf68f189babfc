"""What people have left while they buy together, and how far it can grow before they would buy otherwise.

All in whole numbers over one common denominator, which grows with every purchase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd


@dataclass(frozen=True)
class Backer:
    """People who voted alike and want a candidate: which ballot, what it is worth to each, and how many they are."""

    ballot: int
    worth: int
    people: int


@dataclass(frozen=True)
class Rate:
    """What a unit of worth costs, by how much that changes with every unit of money that each purse has more, and how
    many people give all they have."""

    price: Fraction
    slope: Fraction
    spent_out: int


class Purses:
    """What each ballot's people have left (and by how much it would be more, had each begun with a unit of money
    more), in whole numbers of one `unit`th.

    `steady`: had each begun with more, but with less than this much more, everything that was asked here would have
    been answered alike (None: with however much). Rates change, but by their slopes.
    """

    def __init__(self, ballots: int, share: Fraction) -> None:
        self.unit = share.denominator
        self.left, self.more = [share.numerator] * ballots, [share.denominator] * ballots
        self.steady: Fraction | None = None

    def rate(self, backers: Sequence[Backer], cost: Fraction) -> Rate | None:
        """What a unit of worth costs when all pay in proportion to it and who has too little gives all; None when
        they cannot pay for it together."""
        rest, falls, paying = self._split(backers, cost)
        if not paying:
            self._hold(rest, falls)
            return None
        worth = sum(one.worth * one.people for one in paying) * self.unit
        poor = sum(one.people for one in backers) - sum(one.people for one in paying)
        return Rate(Fraction(rest, worth), Fraction(-falls, worth), poor)

    def buy(self, backers: Sequence[Backer], cost: Fraction) -> None:
        """Take it from their purses: what they can pay for, which its `rate` says."""
        rest, falls, paying = self._split(backers, cost)
        worth = sum(one.worth * one.people for one in paying)
        rich = {one.ballot for one in paying}
        for one in backers:
            if one.ballot not in rich:
                lacks = one.worth * rest - self.left[one.ballot] * worth
                self._hold(lacks, one.worth * falls + self.more[one.ballot] * worth)
                self.left[one.ballot] = self.more[one.ballot] = 0
        factor = worth // gcd(worth, rest, falls)
        self._scale(factor)
        each, saved = rest * factor // worth, falls * factor // worth
        for one in paying:
            self.left[one.ballot] -= one.worth * each
            self.more[one.ballot] += one.worth * saved

    def prefer(self, cheap: Rate, dear: Rate) -> None:
        """The cheap one is bought because it is the cheaper of the two (or alike, and first in the order of ties)."""
        if dear.slope < cheap.slope:
            self._hold(dear.price - cheap.price, cheap.slope - dear.slope)

    def _split(self, backers: Sequence[Backer], cost: Fraction) -> tuple[int, int, Sequence[Backer]]:
        """What is left to pay when those who have too little gave all, by how much it falls with every unit that each
        has more, and who pays it: nobody where they cannot."""
        self._scale(cost.denominator // gcd(self.unit, cost.denominator))
        rest, falls, left, paying = cost.numerator * self.unit // cost.denominator, 0, self.left, backers
        while paying:
            worth = sum(one.worth * one.people for one in paying)
            able = [one for one in paying if left[one.ballot] * worth >= one.worth * rest]
            if len(able) == len(paying):
                break
            short = [one for one in paying if left[one.ballot] * worth < one.worth * rest]
            rest -= sum(left[one.ballot] * one.people for one in short)
            falls += sum(self.more[one.ballot] * one.people for one in short)
            paying = able
        return rest, falls, paying

    def _hold(self, distance: Fraction | int, speed: Fraction | int) -> None:
        if speed:
            reached = Fraction(distance) / speed
            self.steady = reached if self.steady is None else min(self.steady, reached)

    def _scale(self, factor: int) -> None:
        if factor > 1:
            self.unit *= factor
            self.left = [one * factor for one in self.left]
            self.more = [one * factor for one in self.more]
