"""What is counted and what comes of it: plain values, without database, application or settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

Tiers = tuple[tuple[str, ...], ...]


class Kind(StrEnum):
    """What a ballot says: an order, a set, or points."""

    RANKED = "ranked"
    APPROVAL = "approval"
    POINTS = "points"


@dataclass(frozen=True)
class Candidate:
    """What can be chosen: its number in the file or contest, and what it costs where there is a budget."""

    id: str
    name: str = ""
    cost: Fraction = Fraction(1)


@dataclass(frozen=True)
class Ballot:
    """What `weight` people voted alike.

    `tiers` names candidates from most to least wanted, those of one tier equally; who is not named is below all. A
    ballot that approves has one tier. `points` are what it gives, where the kind of the election is points.
    """

    tiers: Tiers
    weight: int = 1
    points: Mapping[str, Fraction] = field(default_factory=dict)

    @cached_property
    def named(self) -> tuple[str, ...]:
        return tuple(candidate for tier in self.tiers for candidate in tier)


@dataclass(frozen=True)
class Election:
    """Candidates in the order of the file, and what was voted. `blank` and `invalid` ballots are not in `ballots`.

    `longest`: how many a ranked ballot may name, where the file says so (it decides what a place is worth in points).
    `seed`: what draws the order of ties, where the file says so.
    """

    kind: Kind
    candidates: Mapping[str, Candidate]
    ballots: Sequence[Ballot]
    blank: int = 0
    invalid: int = 0
    seats: int = 1
    budget: Fraction | None = None
    longest: int | None = None
    seed: str = ""

    @cached_property
    def valid(self) -> int:
        return sum(ballot.weight for ballot in self.ballots)

    def worth(self, ballot: Ballot) -> Mapping[str, Fraction]:
        """What each candidate that it names is worth to a ballot: one, its points, or (of an order) as many as a
        candidate in the last place that can be named has plus one for each place above, as Pabulib counts them."""
        if self.kind is Kind.POINTS:
            return ballot.points
        if self.kind is Kind.APPROVAL:
            return dict.fromkeys(ballot.named, Fraction(1))
        places = self.longest or len(self.candidates)
        return {name: Fraction(places - place) for place, tier in enumerate(ballot.tiers) for name in tier}


@dataclass(frozen=True)
class Tie:
    """One use of the rule for ties: who was tied, for what, and whom the rule named."""

    stage: str
    tied: tuple[str, ...]
    chosen: str


@dataclass(frozen=True)
class Outcome:
    """The winners in the order of their election, and the account of the count: rounds as plain values, ties."""

    rule: str
    winners: tuple[str, ...]
    rounds: Sequence[Mapping[str, Any]]
    ties: Sequence[Tie]


def plain(value: Any) -> Any:
    """Exact numbers as what JSON can carry: whole ones as they are, others as "numerator/denominator"."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else str(value)
    if isinstance(value, Mapping):
        return {key: plain(found) for key, found in value.items()}
    return value


def published(election: Election, outcome: Outcome) -> dict[str, Any]:
    """The result as JSON has it: the same for whoever counts the same ballots."""
    return {
        "rule": outcome.rule,
        "winners": list(outcome.winners),
        "rounds": [plain(dict(one)) for one in outcome.rounds],
        "ties": [{"stage": tie.stage, "tied": list(tie.tied), "chosen": tie.chosen} for tie in outcome.ties],
        "valid": election.valid,
        "blank": election.blank,
        "invalid": election.invalid,
    }
