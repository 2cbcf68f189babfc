"""Schulze again: widest paths, grown from each option as a tree."""

from __future__ import annotations

from collections.abc import Sequence

from cocrea.voting.counting.terms import Terms


def beatpaths(terms: Terms, valid: Sequence[list[str]], lot: Sequence[str]) -> list[str]:
    """Who comes first has no path against them that is wider than their own; then the same among the rest."""
    margins = _margins(list(terms.costs), valid)
    widths = {name: _widths(margins, name) for name in margins}
    order: list[str] = []
    while len(order) < min(terms.seats, len(margins)):
        rest = [name for name in lot if name not in order]
        order.append(next(one for one in rest if all(widths[one][each] >= widths[each][one] for each in rest)))
    return order


def _margins(names: list[str], valid: Sequence[list[str]]) -> dict[str, dict[str, int]]:
    """By how many more ballots each wants one than another; what a ballot leaves out is in its last place."""
    margins = {one: dict.fromkeys(names, 0) for one in names}
    for order in valid:
        place = dict.fromkeys(names, len(names)) | {name: n for n, name in enumerate(order)}
        for name in order:
            row, mine = margins[name], place[name]
            for other in names:
                row[other] += mine < place[other]
    return {one: {other: margins[one][other] - margins[other][one] for other in names} for one in names}


def _widths(margins: dict[str, dict[str, int]], start: str) -> dict[str, int]:
    """How strong the weakest step of the best path to each is; zero where there is none."""
    widths = {name: max(0, margin) for name, margin in margins[start].items()}
    widths[start] = 0
    waiting = set(margins) - {start}
    while waiting:
        reached = max(waiting, key=lambda name: widths[name])
        waiting.remove(reached)
        for name in waiting:
            widths[name] = max(widths[name], min(widths[reached], margins[reached][name]))
    return widths
