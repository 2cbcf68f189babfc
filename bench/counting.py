"""Counting: 1,000, 10,000 and 100,000 ballots of 40 options by Scottish STV and by equal shares, by both counts, and
the largest shared budget.

Every ranked ballot is another order, so that none are counted together. The baseline of the rankings is one pass over
the same ballots (first choices), that of what shares a made-up budget is greedy, that of the shared one is the same
count without raising the shares.
"""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from cocrea.config import PROJECT
from cocrea.voting import files
from cocrea.voting.counting import Ballot, Candidate, Election, Kind, Terms, count, second_count, tally
from cocrea.voting.counting.shares import equal_shares
from cocrea.voting.counting.ties import Ties

SIZES, CANDIDATES, SEATS, GOAL_SECONDS, GOAL_MB = (1_000, 10_000, 100_000), 40, 10, 10, 500
BUDGET, GOAL_SHARES = 1_000_000, 60
BUDGETS = Path(os.environ.get("COCREA_SHARED") or PROJECT.parent / "shared") / "data" / "voting" / "pb"


def main() -> int:
    reached = [measure(size) for measure in (_rankings, _shares) for size in SIZES]
    if BUDGETS.exists():
        reached.append(_budget(max(BUDGETS.glob("*.pb"), key=lambda file: len(files.read(file).candidates))))
    return 0 if all(reached) else 1


def _rankings(size: int) -> bool:
    election = _made_up(size)
    baseline, _ = _timed(lambda: tally(election, "majority"))
    seconds, outcome = _timed(lambda: tally(election, "scottish-stv"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{size:>7,} ballots: {seconds:5.2f} s, {len(outcome.rounds)} stages, {seconds / baseline:4.1f} of one pass, "
        f"{seconds / size * 1e6:4.1f} µs a ballot, {memory} MB (goals {GOAL_SECONDS} s, {GOAL_MB} MB)"
    )
    return seconds < GOAL_SECONDS and memory < GOAL_MB


def _shares(size: int) -> bool:
    terms, ballots = _marked(size)
    given: dict[str, Any] = {"roll_size": size, "seed": "x"}
    baseline, _ = _timed(lambda: count(replace(terms, rule="greedy"), ballots, **given))
    seconds, result = _timed(lambda: count(terms, ballots, **given))
    again, second = _timed(lambda: second_count(terms, ballots, **given))
    print(
        f"{size:>7,} marked ballots: {seconds:5.2f} s, {len(result['winners'])} options, {seconds / baseline:4.0f} "
        f"times greedy, {seconds / size * 1e6:4.0f} µs a ballot; "
        f"counted again: {again:5.2f} s (goal {GOAL_SHARES} s each)"
    )
    return max(seconds, again) < GOAL_SHARES and result["winners"] == second["winners"]


def _budget(file: Path) -> bool:
    election = files.read(file)
    baseline, _ = _timed(lambda: equal_shares(election, Ties(election.candidates), add_one=False))
    seconds, outcome = _timed(lambda: tally(election, "equal-shares"))
    print(
        f"{file.name}, {election.valid:,} ballots: {seconds:5.2f} s for {len(outcome.winners)} projects, "
        f"{seconds / baseline:4.0f} times a count without raised shares (goal {GOAL_SECONDS} s)"
    )
    return seconds < GOAL_SECONDS


def _made_up(size: int) -> Election:
    drawn = random.Random(size)
    names = [str(number) for number in range(1, CANDIDATES + 1)]
    liked = {name: 1 / (place + 3) for place, name in enumerate(names)}
    ballots = []
    for _ballot in range(size):
        order = sorted(names, key=lambda name: -(drawn.random() ** (1 / liked[name])))
        ballots.append(Ballot(tuple((name,) for name in order[: drawn.randint(1, CANDIDATES)])))
    return Election(Kind.RANKED, {name: Candidate(name) for name in names}, ballots, seats=SEATS)


def _marked(size: int) -> tuple[Terms, list[dict[str, Any]]]:
    """Up to eight marks each, of options that few or many like, within a budget of fifty pesos for each of 20,000."""
    drawn = random.Random(size)
    costs = {str(number): drawn.randrange(20_000, 200_000) for number in range(1, CANDIDATES + 1)}
    liked = [1 / number for number in range(1, CANDIDATES + 1)]
    ballots = []
    for number in range(size):
        marked, left = list[str](), BUDGET
        for name in drawn.choices(list(costs), liked, k=drawn.randint(1, 8)):
            if name not in marked and costs[name] <= left:
                marked.append(name)
                left -= costs[name]
        ballots.append({"receipt": str(number), "choices": sorted(marked, key=int)})
    options = tuple(Candidate(name, name, Fraction(cost)) for name, cost in costs.items())
    return Terms("equal-shares", options, budget=BUDGET), ballots


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


if __name__ == "__main__":
    raise SystemExit(main())
