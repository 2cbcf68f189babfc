"""The method of equal shares, for projects with costs and for a number of seats.

D. Peters, G. Pierczyński and P. Skowron, "Proportional Participatory Budgeting with Additive Utilities", NeurIPS 2021.
Shares are raised as far at once as nothing can change, which gives what raising them one by one gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction
from heapq import heappop, heappush
from math import ceil, lcm
from typing import Any

from cocrea.voting.counting.elections import Election, Kind, Outcome, Tie
from cocrea.voting.counting.greedy import total_worth
from cocrea.voting.counting.purses import Backers, Purses, Rate
from cocrea.voting.counting.ties import Ties


class Satisfaction(StrEnum):
    """What an approved project is worth to who approves it: as much as it costs, or as much as any other."""

    COST = "cost"
    COUNT = "count"


@dataclass(frozen=True)
class Purchase:
    """What was paid for, the price of one unit of worth, and how many of its backers gave all they had."""

    bought: str
    rate: Fraction
    spent_out: int


@dataclass(frozen=True)
class _Market:
    """What does not change while shares are raised."""

    backers: Mapping[str, Sequence[Backers]]
    costs: Mapping[str, Fraction]
    budget: Fraction
    ballots: int

    def price(self, names: Iterable[str]) -> Fraction:
        return sum((self.costs[name] for name in names), Fraction(0))


@dataclass(frozen=True)
class _Bound:
    """The rate that somebody had when last asked."""

    name: str
    rate: Rate

    def __lt__(self, other: _Bound) -> bool:
        return (self.rate.price, self.name) < (other.rate.price, other.name)


@dataclass(frozen=True)
class _Run:
    """What is bought when all begin with the same share, and how ties were broken."""

    purchases: Sequence[Purchase]
    ties: Sequence[Tie]
    steady: Fraction | None  # raising the share by less than this changes nothing that is bought

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
    while add_one and election.budget is not None and run.steady is not None and _is_wanting(market, run):
        share += increment * max(1, ceil(run.steady / increment))
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
    alike: dict[str, dict[tuple[int, int], list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, (ballot, given) in enumerate(zip(election.ballots, worth, strict=True)):
        for name, each in given.items():
            if each > 0:
                alike[name][int(each * whole), ballot.weight].append(place)
    backers = {name: [Backers(*what, ballots) for what, ballots in those.items()] for name, those in alike.items()}
    if election.budget is not None:
        return _Market(backers, cost, election.budget, len(election.ballots))
    seat = Fraction(max(1, election.valid))
    return _Market(backers, dict.fromkeys(cost, seat), seat * election.seats, len(election.ballots))


def _run(market: _Market, share: Fraction, ties: Ties) -> _Run:
    """Buy what has the lowest rate until nothing can be paid for. Rates only rise, so that an old one is a bound."""
    purses, purchases, before = Purses(market.ballots, share), list[Purchase](), len(ties.uses)
    free = Rate(Fraction(0), Fraction(0), 0)
    bounds = [_Bound(name, free) for name in market.backers]
    while cheapest := _cheapest(market, purses, bounds):
        name = ties.first([one.name for one in cheapest], f"purchase {len(purchases) + 1}")
        [rate] = [one.rate for one in cheapest if one.name == name]
        for other in cheapest:
            if other.name != name:
                heappush(bounds, other)
        for other in bounds:
            purses.prefer(rate, other.rate)
        purses.buy(market.backers[name], market.costs[name])
        purchases.append(Purchase(name, rate.price, rate.spent_out))
    uses = ties.uses[before:]
    del ties.uses[before:]
    return _Run(purchases, uses, purses.steady)


def _cheapest(market: _Market, purses: Purses, bounds: list[_Bound]) -> list[_Bound]:
    """Who has the lowest rate of all, taken out of the heap of bounds; nobody when nothing can be paid for."""
    found: list[_Bound] = []
    least: Fraction | None = None
    while bounds and (least is None or bounds[0].rate.price <= least):
        name = heappop(bounds).name
        rate = purses.rate(market.backers[name], market.costs[name])
        if rate is not None:
            found.append(_Bound(name, rate))
            least = rate.price if least is None else min(least, rate.price)
    for one in found:
        if one.rate.price != least:
            heappush(bounds, one)
    return [one for one in found if one.rate.price == least]


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
