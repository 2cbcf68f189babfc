"""The rules that add up, again: every option asks every ballot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from cocrea.voting.counting.terms import Terms


def most_marked(terms: Terms, valid: Sequence[list[str]], lot: Sequence[str]) -> list[str]:
    """Approval."""
    return _ranked(lot, lambda name: sum(name in marked for marked in valid))[: terms.seats]


def first(terms: Terms, valid: Sequence[list[str]], lot: Sequence[str]) -> list[str]:
    """Majority: one, however many seats there are."""
    return most_marked(terms, valid, lot)[:1]


def most_points(terms: Terms, valid: Sequence[dict[str, int]], lot: Sequence[str]) -> list[str]:
    """Score, by the sum or the mean."""

    def points(name: str) -> Fraction:
        given = [choices[name] for choices in valid if name in choices]
        return Fraction(sum(given), len(given) if terms.average and given else 1)

    return _ranked(lot, points)[: terms.seats]


def most_marked_that_fit(terms: Terms, valid: Sequence[list[str]], lot: Sequence[str]) -> list[str]:
    """Greedy: as far as the money goes."""
    chosen: list[str] = []
    for name in _ranked(lot, lambda name: sum(name in marked for marked in valid)):
        if sum(terms.costs[one] for one in [*chosen, name]) <= (terms.budget or 0):
            chosen.append(name)
    return chosen


def _ranked(lot: Sequence[str], figure: Callable[[str], Any]) -> list[str]:
    """Who has anything at all, the most first; sorting keeps the lot's order of those alike."""
    figures = {name: figure(name) for name in lot}
    return sorted((name for name in lot if figures[name]), key=lambda name: -figures[name])
