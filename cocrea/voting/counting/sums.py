"""The rules that add up what every ballot says: majority, approval and score."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from cocrea.voting.counting.choices import first_choices
from cocrea.voting.counting.elections import Election, Outcome
from cocrea.voting.counting.ties import Ties


def majority(election: Election, ties: Ties) -> Outcome:
    """Most first choices wins; the account says whether they are more than half of all that have one.

    A ballot that puts two first counts for neither.
    """
    votes, unclear = first_choices(election, election.candidates)
    winner = ties.highest(votes, "winner")
    more_than_half = votes[winner] * 2 > sum(votes.values())
    counted = {"votes": votes, "none": unclear, "more_than_half": more_than_half}
    return Outcome("majority", (winner,), [counted], ties.uses)


def approval(election: Election, ties: Ties) -> Outcome:
    """As many as there are seats, by how many ballots name them."""
    votes = dict.fromkeys(election.candidates, 0)
    for ballot in election.ballots:
        for name in ballot.named:
            votes[name] += ballot.weight
    return _highest("approval", election, votes, ties, {"votes": votes})


def score(election: Election, ties: Ties, *, mean: bool = False) -> Outcome:
    """By the sum of points, where who is not named has none; or by the `mean` of those who gave any."""
    points: dict[str, Fraction] = dict.fromkeys(election.candidates, Fraction(0))
    givers = dict.fromkeys(election.candidates, 0)
    for ballot in election.ballots:
        for name, worth in election.worth(ballot).items():
            points[name] += worth * ballot.weight
            givers[name] += ballot.weight
    means = {name: points[name] / givers[name] if givers[name] else Fraction(0) for name in points}
    account = {"points": points, "voters": givers, "mean": means}
    return _highest("score", election, means if mean else points, ties, account)


def _highest(
    rule: str, election: Election, scores: Mapping[str, Any], ties: Ties, account: Mapping[str, Any]
) -> Outcome:
    return Outcome(rule, tuple(ties.best(scores, election.seats, "winner")), [account], ties.uses)
