"""The method of equal shares, for projects with costs and for a number of seats.

D. Peters, G. Pierczyński and P. Skowron, "Proportional Participatory Budgeting with Additive Utilities", NeurIPS 2021.
All in whole numbers: what people have left is kept over one common denominator, which grows with every purchase.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction
from heapq import heappop, heappush
from math import gcd, lcm
from typing import Any

from cocrea.voting.counting.elections import Election, Kind, Outcome, Tie
from cocrea.voting.counting.greedy import total_worth
from cocrea.voting.counting.ties import Ties


class Satisfaction(StrEnum):
    """What an approved project is worth to who approves it: as much as it costs, or as much as any other."""

    COST = "cost"
    COUNT = "count"


@dataclass(frozen=True)
class Backer:
    """People who voted alike and want a candidate: which ballot, what it is worth to each, and how many they are."""

    ballot: int
    worth: int
    people: int


@dataclass(frozen=True)
class Purchase:
    """What was paid for, the price of one unit of worth, and how many of its backers gave all they had."""

    bought: str
    rate: Fraction
    spent_out: int


@dataclass(frozen=True)
class _Market:
    """What does not change while shares are raised."""

    backers: Mapping[str, Sequence[Backer]]
    costs: Mapping[str, Fraction]
    budget: Fraction
    ballots: int

    def price(self, names: Iterable[str]) -> Fraction:
        return sum((self.costs[name] for name in names), Fraction(0))


class _Purses:
    """What each ballot's people have left, in whole numbers of one `unit`th."""

    def __init__(self, ballots: int, share: Fraction) -> None:
        self.left, self.unit = [share.numerator] * ballots, share.denominator

    def rate(self, backers: Sequence[Backer], cost: Fraction) -> Fraction | None:
        """What a unit of worth costs when all pay in proportion to it and who has too little gives all; None when
        they cannot pay for it together."""
        return self._pay(backers, cost)[0]

    def buy(self, backers: Sequence[Backer], cost: Fraction) -> int:
        """Take it from their purses. How many people gave all they had."""
        rate, poor = self._pay(backers, cost)
        assert rate is not None  # noqa: S101 - only what was found to be affordable is bought
        self._refine(rate.denominator)
        each = rate.numerator * self.unit // rate.denominator
        for backer in backers:
            self.left[backer.ballot] = max(0, self.left[backer.ballot] - backer.worth * each)
        return poor

    def _pay(self, backers: Sequence[Backer], cost: Fraction) -> tuple[Fraction | None, int]:
        self._refine(cost.denominator)
        rest, poor, left = cost.numerator * self.unit // cost.denominator, 0, self.left
        paying = backers
        while paying:
            worth = sum(one.worth * one.people for one in paying)
            able = [one for one in paying if left[one.ballot] * worth >= one.worth * rest]
            if len(able) == len(paying):
                return Fraction(rest, worth * self.unit), poor
            short = [one for one in paying if left[one.ballot] * worth < one.worth * rest]
            rest -= sum(left[one.ballot] * one.people for one in short)
            poor += sum(one.people for one in short)
            paying = able
        return None, poor

    def _refine(self, denominator: int) -> None:
        factor = denominator // gcd(self.unit, denominator)
        if factor > 1:
            self.unit *= factor
            self.left = [one * factor for one in self.left]


@dataclass(frozen=True)
class _Run:
    """What is bought when every ballot begins with the same share, and how ties were broken."""

    purchases: Sequence[Purchase]
    ties: Sequence[Tie]

    @property
    def bought(self) -> set[str]:
        return {purchase.bought for purchase in self.purchases}


def equal_shares(
    election: Election,
    ties: Ties,
    *,
    satisfaction: Satisfaction = Satisfaction.COST,
    add_one: bool = True,
    increment: Fraction = Fraction(1),
) -> Outcome:
    """Everybody gets an equal part of the budget; what is bought is paid by those who want it, the lowest rate first.

    `add_one`: as that leaves money over, everybody's part is raised by an `increment` again and again, and the last
    purchases that the real budget can pay stand. Where there are seats and no budget, each seat costs as much as there
    are ballots and everybody begins with one unit per seat; seats that stay empty go to the most wanted of the others.
    """
    market = _market(election, satisfaction)
    share = market.budget / max(1, election.valid)
    run = _run(market, share, ties)
    while add_one and election.budget is not None and _is_wanting(market, run):
        share += increment
        more = _run(market, share, ties)
        if market.price(more.bought) > market.budget:
            break
        run = more
    ties.uses.extend(run.ties)
    account: list[dict[str, Any]] = [asdict(purchase) for purchase in run.purchases]
    winners = [purchase.bought for purchase in run.purchases]
    if election.budget is None:
        account += _fill(election, winners, ties)
    return Outcome("equal-shares", tuple(winners), account, ties.uses)


def _market(election: Election, satisfaction: Satisfaction) -> _Market:
    """Worth in whole numbers: all of it times what makes it whole, which changes no order of rates."""
    of_costs = election.kind is Kind.APPROVAL and election.budget is not None and satisfaction is Satisfaction.COST
    cost = {name: one.cost for name, one in election.candidates.items()}
    worth = [
        {name: cost[name] if of_costs else each for name, each in election.worth(ballot).items()}
        for ballot in election.ballots
    ]
    whole = lcm(*(each.denominator for given in worth for each in given.values()))
    backers: dict[str, list[Backer]] = defaultdict(list)
    for place, (ballot, given) in enumerate(zip(election.ballots, worth, strict=True)):
        for name, each in given.items():
            if each > 0:
                backers[name].append(Backer(place, int(each * whole), ballot.weight))
    if election.budget is not None:
        return _Market(backers, cost, election.budget, len(election.ballots))
    seat = Fraction(max(1, election.valid))
    return _Market(backers, dict.fromkeys(cost, seat), seat * election.seats, len(election.ballots))


def _run(market: _Market, share: Fraction, ties: Ties) -> _Run:
    """Buy what has the lowest rate until nothing can be paid for. Rates only rise, so that an old one is a bound."""
    purses, purchases, before = _Purses(market.ballots, share), list[Purchase](), len(ties.uses)
    bounds = [(Fraction(0), name) for name in market.backers]
    while cheapest := _cheapest(market, purses, bounds):
        rate, equal = cheapest
        name = ties.first(equal, f"purchase {len(purchases) + 1}")
        for other in equal:
            if other != name:
                heappush(bounds, (rate, other))
        poor = purses.buy(market.backers[name], market.costs[name])
        purchases.append(Purchase(name, rate, poor))
    uses = ties.uses[before:]
    del ties.uses[before:]
    return _Run(purchases, uses)


def _cheapest(
    market: _Market, purses: _Purses, bounds: list[tuple[Fraction, str]]
) -> tuple[Fraction, list[str]] | None:
    """The lowest rate of all and who has it, taken out of the heap of bounds; None when nothing can be paid for."""
    found: list[tuple[Fraction, str]] = []
    least: Fraction | None = None
    while bounds and (least is None or bounds[0][0] <= least):
        _old, name = heappop(bounds)
        rate = purses.rate(market.backers[name], market.costs[name])
        if rate is not None:
            found.append((rate, name))
            least = rate if least is None else min(least, rate)
    if least is None:
        return None
    for rate, name in found:
        if rate != least:
            heappush(bounds, (rate, name))
    return least, [name for rate, name in found if rate == least]


def _is_wanting(market: _Market, run: _Run) -> bool:
    """Whether something that somebody wants is not bought and would fit into what the budget has left."""
    left = market.budget - market.price(run.bought)
    return any(market.costs[name] <= left for name in market.backers.keys() - run.bought)


def _fill(election: Election, winners: list[str], ties: Ties) -> list[dict[str, Any]]:
    """Give the seats that stay empty to the most wanted; what was done."""
    others = {name: worth for name, worth in total_worth(election).items() if name not in winners}
    added = ties.best(others, election.seats - len(winners), "empty seats")
    winners.extend(added)
    return [{"added": name, "points": others[name]} for name in added]
