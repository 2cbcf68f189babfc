"""The rules by name, and counting an election under one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from cocrea.voting.counting.elections import Election, Kind, Outcome
from cocrea.voting.counting.greedy import greedy
from cocrea.voting.counting.pav import seq_pav
from cocrea.voting.counting.runoff import irv
from cocrea.voting.counting.schulze import schulze
from cocrea.voting.counting.shares import equal_shares
from cocrea.voting.counting.stv import scottish_stv
from cocrea.voting.counting.sums import approval, majority, score
from cocrea.voting.counting.ties import Ties

RULES: Mapping[str, Callable[..., Outcome]] = {
    "majority": majority,
    "approval": approval,
    "score": score,
    "irv": irv,
    "scottish-stv": scottish_stv,
    "schulze": schulze,
    "seq-pav": seq_pav,
    "equal-shares": equal_shares,
    "greedy": greedy,
}
SETS = frozenset({"approval", "seq-pav"})  # rules for ballots that name some, all alike


class Unfit(ValueError):
    """These ballots do not say what the rule counts."""


def tally(
    election: Election,
    rule: str,
    *,
    seats: int | None = None,
    budget: Fraction | None = None,
    seed: str = "",
    **parameters: Any,
) -> Outcome:
    """Count an election under one of `RULES`; `seats`, `budget` and `seed` take the place of the election's own.

    Ties are broken by the order that the seed draws, without one by that of the candidates. `parameters` are the
    rule's own. `Unfit` where orders are given to a rule for sets. Nobody wins where nobody voted.
    """
    if rule in SETS and election.kind is Kind.RANKED:
        raise Unfit(rule)
    chosen = replace(
        election, seats=seats or election.seats, budget=budget if budget is not None else election.budget
    )
    if not chosen.ballots:
        return Outcome(rule, (), [], [])
    return RULES[rule](chosen, Ties(chosen.candidates, seed or chosen.seed), **parameters)
