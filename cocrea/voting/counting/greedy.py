"""Projects by votes until the money is spent: what most cities do, for comparison."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from cocrea.voting.counting.elections import Election, Outcome
from cocrea.voting.counting.ties import Ties


def total_worth(election: Election) -> dict[str, Fraction]:
    """What each candidate is worth to all ballots together."""
    totals = dict.fromkeys(election.candidates, Fraction(0))
    for ballot in election.ballots:
        for name, worth in election.worth(ballot).items():
            totals[name] += worth * ballot.weight
    return totals


def greedy(election: Election, ties: Ties) -> Outcome:
    """The most wanted first; what does not fit into what is left of the budget is skipped."""
    left = election.budget if election.budget is not None else Fraction(election.seats)
    totals = total_worth(election)
    chosen: list[str] = []
    rounds: list[dict[str, Any]] = []
    for name in ties.best(totals, len(totals), "order"):
        cost = election.candidates[name].cost
        fits = cost <= left
        if fits:
            chosen.append(name)
            left -= cost
        rounds.append({"candidate": name, "points": totals[name], "cost": cost, "fits": fits, "left": left})
    return Outcome("greedy", tuple(chosen), rounds, ties.uses)
