"""Sequential PAV and equal shares again: people who paid alike draw on one account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil, gcd, lcm

from cocrea.voting.counting.shares import Satisfaction
from cocrea.voting.counting.terms import Terms


def thiele(terms: Terms, valid: Sequence[list[str]], lot: Sequence[str]) -> list[str]:
    """Who is chosen lowers what the others get from the ballots that name them; weights in whole parts of one."""
    one = lcm(*range(1, terms.seats + 1))
    happy = [0] * len(valid)
    weights = {name: one * sum(name in marked for marked in valid) for name in lot}
    standing = [name for name in lot if weights[name]]
    chosen: list[str] = []
    while standing and len(chosen) < terms.seats:
        best = max(standing, key=lambda name: weights[name])
        standing.remove(best)
        chosen.append(best)
        if len(chosen) == terms.seats:
            break
        for voter, marked in enumerate(valid):
            if best in marked:
                happy[voter] += 1
                for name in marked:
                    weights[name] -= one // happy[voter] - one // (happy[voter] + 1)
    return chosen


def shares(terms: Terms, valid: Sequence[list[str]], lot: Sequence[str]) -> list[str]:
    """With a budget: as with a share one unit greater, as long as that leaves something wanted that could be paid and
    the budget pays it all. Without: every seat costs a unit of each, and the most marked fill what stays empty."""
    voters = {name: [voter for voter, marked in enumerate(valid) if name in marked] for name in lot}
    wanted = [name for name in lot if voters[name]]
    if terms.budget is None:
        costs, worth = dict.fromkeys(wanted, Fraction(len(valid))), dict.fromkeys(wanted, Fraction(1))
        found, _far = _Market(voters, costs, worth).buy(Fraction(terms.seats), len(valid))
        others = sorted((name for name in wanted if name not in found), key=lambda name: -len(voters[name]))
        return [*found, *others[: terms.seats - len(found)]]
    by_cost = terms.satisfaction is Satisfaction.COST
    worth = {
        name: terms.costs[name] if by_cost else Fraction(1) for name in wanted if terms.costs[name] or not by_cost
    }
    return _raised(_Market(voters, terms.costs, worth), Fraction(terms.budget), len(valid))


def _raised(market: _Market, budget: Fraction, people: int) -> list[str]:
    share = budget / people
    found, far = market.buy(share, people)
    while far is not None and any(
        market.price([*found, name]) <= budget for name in market.worth if name not in found
    ):
        share += max(1, ceil(far))
        more, far = market.buy(share, people)
        if market.price(more) > budget:
            break
        found = more
    return found


class _Market:
    """What can be bought, and on which `account` each voter draws: what everyone who does has (`money`) and would have
    more, had each begun with one unit more (`growth`), both in parts of a `unit` that gets finer. `far`: had each begun
    with less than this more, the same would have been bought in the same way."""

    def __init__(
        self, voters: Mapping[str, list[int]], costs: Mapping[str, Fraction], worth: Mapping[str, Fraction]
    ) -> None:
        self.voters, self.costs, self.worth = voters, costs, worth
        self.far: Fraction | None = None

    def price(self, names: Iterable[str]) -> Fraction:
        return sum((self.costs[name] for name in names), Fraction(0))

    def buy(self, share: Fraction, people: int) -> tuple[list[str], Fraction | None]:
        """What is bought when each begins with this share, in its order, and how far that holds."""
        self.unit, self.far = share.denominator, None
        self.account, self.money, self.growth = [1] * people, [0, share.numerator], [0, share.denominator]
        known = dict.fromkeys(self.worth, (Fraction(0), Fraction(0)))
        chosen: list[str] = []
        while (best := self._best(known)) is not None:
            rate, ease = known.pop(best)
            for other, eases in known.values():
                self._until(other - rate, eases - ease)
            self._pay(best)
            chosen.append(best)
        return chosen, self.far

    def _best(self, known: dict[str, tuple[Fraction, Fraction]]) -> str | None:
        """The first in the order of ties of those with the lowest rate; who was dearer before is dearer still."""
        asked: dict[str, Fraction] = {}
        for name in sorted(known, key=lambda name: known[name][0]):
            if asked and known[name][0] > min(asked.values()):
                break
            answer = self._ask(name)
            if answer is None:
                del known[name]
            else:
                known[name], asked[name] = answer, answer[0]
        return min((name for name in self.worth if name in asked), key=lambda name: asked[name], default=None)

    def _ask(self, name: str) -> tuple[Fraction, Fraction] | None:
        """The rate of a project, and by how much a unit more for each would lower it; None where it is too dear."""
        rest, eases, _poor, heads = self._split(name)
        if not heads:
            self._until(Fraction(rest), Fraction(eases))
            return None
        parts = heads * self.unit * self.worth[name]
        return rest / parts, eases / parts

    def _pay(self, name: str) -> None:
        """Who gave all goes on with an empty account, the others with one of those who had and paid as much."""
        rest, eases, poor, heads = self._split(name)
        for account in poor:
            lacks = rest - self.money[account] * heads
            self._until(Fraction(lacks), Fraction(eases + self.growth[account] * heads))
        finer = heads // gcd(heads, rest, eases)
        self.unit *= finer
        paid, gained = rest * finer // heads, eases * finer // heads
        moved = dict.fromkeys(poor, 0)
        money, growth = [one * finer for one in self.money], [one * finer for one in self.growth]
        for voter in self.voters[name]:
            account = self.account[voter]
            if account not in moved:
                moved[account] = len(money)
                money.append(money[account] - paid)
                growth.append(growth[account] + gained)
            self.account[voter] = moved[account]
        self._close(money, growth)

    def _close(self, money: list[int], growth: list[int]) -> None:
        """Keep the empty account, which is the first, and those that somebody draws on."""
        kept = sorted({0, *self.account})
        number = dict(zip(kept, range(len(kept)), strict=True))
        self.account = [number[account] for account in self.account]
        self.money, self.growth = [money[account] for account in kept], [growth[account] for account in kept]

    def _split(self, name: str) -> tuple[int, int, list[int], int]:
        """From the poorest account on: those that give all, and how many people pay an equal part of the rest; nobody
        where it is too much."""
        people = Counter(map(self.account.__getitem__, self.voters[name]))
        rest, eases, heads = int(self.costs[name] * self.unit), 0, people.total()
        poor = list[int]()
        for account in sorted(people, key=self.money.__getitem__):
            if rest <= self.money[account] * heads:
                return rest, eases, poor, heads
            rest -= self.money[account] * people[account]
            eases += self.growth[account] * people[account]
            heads -= people[account]
            poor.append(account)
        return rest, eases, poor, 0

    def _until(self, distance: Fraction, speed: Fraction) -> None:
        if speed > 0:
            self.far = distance / speed if self.far is None else min(self.far, distance / speed)
