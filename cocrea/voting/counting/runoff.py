"""Instant runoff."""

from __future__ import annotations

from typing import Any

from cocrea.voting.counting.choices import first_choices, lowest
from cocrea.voting.counting.elections import Election, Outcome
from cocrea.voting.counting.ties import Ties


def irv(election: Election, ties: Ties) -> Outcome:
    """Who has the fewest goes out, one at a time, until somebody has more than half of what still counts.

    A ballot that wants two alike first counts for neither until one of them is out.
    """
    remaining = list(election.candidates)
    stages: list[dict[str, int]] = []
    rounds: list[dict[str, Any]] = []
    while True:
        votes, exhausted = first_choices(election, remaining)
        stages.append(votes)
        rounds.append({"votes": votes, "exhausted": exhausted})
        leader = max(votes, key=votes.__getitem__)
        if votes[leader] * 2 > sum(votes.values()) or len(remaining) == 1:
            return Outcome("irv", (leader,), rounds, ties.uses)
        out = lowest(stages, ties, f"round {len(rounds)}")
        rounds[-1]["out"] = out
        remaining.remove(out)
