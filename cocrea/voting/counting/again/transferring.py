"""Runoff and Scottish STV again: papers are moved from pile to pile, one by one, their values as decimal numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Context, Decimal

from cocrea.voting.counting.terms import Terms

EXACT = Context(prec=60, rounding=ROUND_DOWN)  # no division here needs as many digits
HUNDRED_THOUSANDTH = Decimal("0.00001")


@dataclass
class _Paper:
    order: Sequence[str]
    value: Decimal = Decimal(1)


@dataclass
class _Table:
    """The piles on the table, what each pile was worth after every stage (the latest first), and the order of ties."""

    piles: dict[str, list[_Paper]]
    lot: Sequence[str]
    past: dict[str, list[Decimal]] = field(default_factory=dict)

    def lay(self, papers: Sequence[_Paper], standing: Sequence[str]) -> None:
        """Put each paper on the pile of the first of those standing whom it names; away, where it names none."""
        for paper in papers:
            to = next((name for name in paper.order if name in standing), None)
            if to is not None:
                self.piles[to].append(paper)

    def note(self) -> None:
        for name in self.lot:
            self.past[name] = [sum((paper.value for paper in self.piles[name]), Decimal(0)), *self.past.get(name, [])]

    def greatest(self, among: Sequence[str]) -> str:
        return max(among, key=lambda name: (self.past[name], -self.lot.index(name)))

    def lowest(self, among: Sequence[str]) -> str:
        return min(among, key=lambda name: (self.past[name], -self.lot.index(name)))


def runoff(terms: Terms, valid: Sequence[list[str]], lot: Sequence[str]) -> list[str]:
    """The lowest goes out until one has more than half of what is on the table."""
    table, standing = _Table({name: [] for name in lot}, lot), list(lot)
    table.lay([_Paper(order) for order in valid], standing)
    while True:
        table.note()
        now = {name: table.past[name][0] for name in standing}
        ahead = [name for name in standing if 2 * now[name] > sum(now.values())]
        if ahead or len(standing) == 1:
            return ahead or standing
        out = table.lowest(standing)
        standing.remove(out)
        papers, table.piles[out] = table.piles[out], []
        table.lay(papers, standing)


def transfer(terms: Terms, valid: Sequence[list[str]], lot: Sequence[str]) -> list[str]:
    """Rules 45 to 51 of the Scottish Local Government Elections Order 2007."""
    quota = Decimal(len(valid) // (terms.seats + 1) + 1)
    table, standing, elected, surplus = _Table({name: [] for name in lot}, lot), list(lot), list[str](), list[str]()
    table.lay([_Paper(order) for order in valid], standing)
    while True:
        table.note()
        for name in _reaching(table, standing, quota, terms.seats - len(elected)):
            standing.remove(name)
            elected.append(name)
            surplus += [name] if table.past[name][0] > quota else []
        if len(elected) >= terms.seats or not standing:
            return elected
        if surplus:
            giver = table.greatest(surplus)
            surplus.remove(giver)
            table.lay(_reduced(table, giver, quota), standing)
        else:
            giver = table.lowest(standing)
            standing.remove(giver)
            papers, table.piles[giver] = table.piles[giver], []
            table.lay(papers, standing)


def _reaching(table: _Table, standing: Sequence[str], quota: Decimal, vacancies: int) -> list[str]:
    """Who is elected now, the highest first: whoever reached the quota, and everybody where no more are left than
    seats."""
    falling = sorted(standing, key=lambda name: ([-one for one in table.past[name]], table.lot.index(name)))
    reached = [name for name in falling if table.past[name][0] >= quota]
    return falling if len(standing) - len(reached) <= vacancies - len(reached) else reached


def _reduced(table: _Table, giver: str, quota: Decimal) -> list[_Paper]:
    """The papers of whom has more than the quota, at the part of their value that is too much; the pile stays worth
    the quota."""
    total = table.past[giver][0]
    papers = [_Paper(paper.order, _part(paper.value, total - quota, total)) for paper in table.piles[giver]]
    table.piles[giver] = [_Paper((), quota)]
    return papers


def _part(value: Decimal, surplus: Decimal, total: Decimal) -> Decimal:
    return EXACT.divide(EXACT.multiply(value, surplus), total).quantize(HUNDRED_THOUSANDTH, ROUND_DOWN)
