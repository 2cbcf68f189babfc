"""What people have left while they buy together, and how far it can grow before they would buy otherwise.

All in whole numbers over one common denominator, which grows with every purchase.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd


@dataclass(frozen=True)
class Backers:
    """Those who want a candidate, where it is worth as much to each and as many voted like each of their ballots."""

    worth: int
    people: int
    ballots: Sequence[int]


@dataclass(frozen=True)
class _Group:
    """Backers whose purses hold the same."""

    purse: int
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
    """What people have left (and by how much it would be more, had each begun with a unit of money more), in whole
    numbers of one `unit`th. Ballots whose people have paid alike share a purse: `purse` says which is a ballot's.

    `steady`: had each begun with more, but with less than this much more, everything that was asked here would have
    been answered alike (None: with however much). Rates change, but by their slopes.
    """

    def __init__(self, ballots: int, share: Fraction) -> None:
        self.unit = share.denominator
        self.purse = [0] * ballots
        self.left, self.more = [share.numerator], [share.denominator]
        self.steady: Fraction | None = None

    def rate(self, backers: Sequence[Backers], cost: Fraction) -> Rate | None:
        """What a unit of worth costs when all pay in proportion to it and who has too little gives all; None when
        they cannot pay for it together."""
        groups = self._groups(backers)
        rest, falls, paying = self._split(groups, cost)
        if not paying:
            self._hold(rest, falls)
            return None
        worth = sum(one.worth * one.people for one in paying) * self.unit
        poor = sum(one.people for one in groups) - sum(one.people for one in paying)
        return Rate(Fraction(rest, worth), Fraction(-falls, worth), poor)

    def buy(self, backers: Sequence[Backers], cost: Fraction) -> None:
        """Take it from their purses: what they can pay for, which its `rate` says."""
        groups = self._groups(backers)
        rest, falls, paying = self._split(groups, cost)
        worth = sum(one.worth * one.people for one in paying)
        rich = set(paying)
        for one in groups:
            if one not in rich:
                lacks = one.worth * rest - self.left[one.purse] * worth
                self._hold(lacks, one.worth * falls + self.more[one.purse] * worth)
        factor = worth // gcd(worth, rest, falls)
        self._scale(factor)
        each, saved = rest * factor // worth, falls * factor // worth
        then = {(one.purse, one.worth): (0, 0) for one in groups}
        for one in paying:
            held = self.left[one.purse] - one.worth * each, self.more[one.purse] + one.worth * saved
            then[one.purse, one.worth] = held
        self._share_out(backers, then)

    def prefer(self, cheap: Rate, dear: Rate) -> None:
        """The cheap one is bought because it is the cheaper of the two (or alike, and first in the order of ties)."""
        if dear.slope < cheap.slope:
            self._hold(dear.price - cheap.price, cheap.slope - dear.slope)

    def _groups(self, backers: Sequence[Backers]) -> list[_Group]:
        found: Counter[tuple[int, int]] = Counter()
        for some in backers:
            for purse, ballots in Counter(map(self.purse.__getitem__, some.ballots)).items():
                found[purse, some.worth] += ballots * some.people
        return [_Group(purse, worth, people) for (purse, worth), people in found.items()]

    def _split(self, groups: Sequence[_Group], cost: Fraction) -> tuple[int, int, Sequence[_Group]]:
        """What is left to pay when those who have too little gave all, by how much it falls with every unit that each
        has more, and who pays it: nobody where they cannot."""
        self._scale(cost.denominator // gcd(self.unit, cost.denominator))
        rest, falls, left, paying = cost.numerator * self.unit // cost.denominator, 0, self.left, groups
        while paying:
            worth = sum(one.worth * one.people for one in paying)
            able = [one for one in paying if left[one.purse] * worth >= one.worth * rest]
            if len(able) == len(paying):
                break
            short = [one for one in paying if left[one.purse] * worth < one.worth * rest]
            rest -= sum(left[one.purse] * one.people for one in short)
            falls += sum(self.more[one.purse] * one.people for one in short)
            paying = able
        return rest, falls, paying

    def _share_out(self, backers: Sequence[Backers], then: Mapping[tuple[int, int], tuple[int, int]]) -> None:
        """Give each backer the purse of those who hold as much, by the purse they had and what it is worth to them."""
        places = {held: place for place, held in enumerate(dict.fromkeys(then.values()), len(self.left))}
        self.left += [left for left, _more in places]
        self.more += [more for _left, more in places]
        for some in backers:
            to = {purse: places[held] for (purse, worth), held in then.items() if worth == some.worth}
            for ballot in some.ballots:
                self.purse[ballot] = to[self.purse[ballot]]
        self._tidy()

    def _tidy(self) -> None:
        """Forget purses that nobody has any more."""
        used = dict.fromkeys(self.purse)
        place = {purse: number for number, purse in enumerate(used)}
        self.purse = [place[purse] for purse in self.purse]
        self.left, self.more = [self.left[purse] for purse in used], [self.more[purse] for purse in used]

    def _hold(self, distance: Fraction | int, speed: Fraction | int) -> None:
        if speed:
            reached = Fraction(distance) / speed
            self.steady = reached if self.steady is None else min(self.steady, reached)

    def _scale(self, factor: int) -> None:
        if factor > 1:
            self.unit *= factor
            self.left = [one * factor for one in self.left]
            self.more = [one * factor for one in self.more]
