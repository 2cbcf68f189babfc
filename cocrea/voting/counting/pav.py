"""Sequential proportional approval voting (T. N. Thiele, 1895)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from cocrea.voting.counting.elections import Election, Outcome
from cocrea.voting.counting.ties import Ties


def seq_pav(election: Election, ties: Ties) -> Outcome:
    """Seat by seat: a ballot weighs one over one more than how many of its own are chosen already."""
    chosen: list[str] = []
    rounds: list[dict[str, Any]] = []
    while len(chosen) < min(election.seats, len(election.candidates)):
        weights = _weights(election, chosen)
        chosen.append(ties.highest(weights, f"seat {len(chosen) + 1}"))
        rounds.append({"weights": weights, "elected": chosen[-1]})
    return Outcome("seq-pav", tuple(chosen), rounds, ties.uses)


def _weights(election: Election, chosen: list[str]) -> dict[str, Fraction]:
    weights = {one: Fraction(0) for one in election.candidates if one not in chosen}
    for ballot in election.ballots:
        weight = Fraction(ballot.weight, 1 + sum(one in chosen for one in ballot.named))
        for one in ballot.named:
            if one in weights:
                weights[one] += weight
    return weights
