"""What a contest decides by: its rule with the parameters, and what can be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from cocrea.voting.counting.elections import Candidate
from cocrea.voting.counting.shares import Satisfaction


class Style(StrEnum):
    """What people do on the ballot: answer each option, mark one, mark several, give points, or put in order."""

    ANSWERS = "answers"
    ONE = "one"
    SEVERAL = "several"
    POINTS = "points"
    ORDER = "order"


class Base(StrEnum):
    """What a threshold is a part of: who said yes or no, ballots that say something, all ballots, all who may vote."""

    YES_NO = "yes-no"
    VALID = "valid"
    CAST = "cast"
    ENTITLED = "entitled"


STYLES: Mapping[str, Style] = {
    "yes-no-abstain": Style.ANSWERS,
    "majority": Style.ONE,
    **dict.fromkeys(("approval", "seq-pav", "equal-shares", "greedy"), Style.SEVERAL),
    "score": Style.POINTS,
    **dict.fromkeys(("irv", "scottish-stv", "schulze"), Style.ORDER),
}
WITH_BUDGET = frozenset({"equal-shares", "greedy"})
WITH_THRESHOLD = frozenset({"yes-no-abstain", "majority", "approval"})


@dataclass(frozen=True)
class Terms:
    """The rule of a contest. The ids of `options` are their positions as text: "1", "2", …

    `max_choices` is how many options may be marked or put in order; a `budget` is for equal shares and greedy, in
    whole pesos. Equal shares without one choose as many as there are `seats`. With `average`, points are counted by
    the mean of who gave any. A `threshold_percent` is for rules `WITH_THRESHOLD`.
    """

    rule: str
    options: tuple[Candidate, ...]
    seats: int = 1
    budget: int | None = None
    max_choices: int | None = None
    max_points: int = 5
    average: bool = False
    satisfaction: Satisfaction = Satisfaction.COST
    quorum_percent: int = 0
    threshold_percent: int = 50
    threshold_base: Base = Base.YES_NO

    @property
    def style(self) -> Style:
        return STYLES[self.rule]

    @cached_property
    def costs(self) -> Mapping[str, Fraction]:
        """What each option costs, by its id, in the order of the options."""
        return {option.id: option.cost for option in self.options}

    def published(self) -> dict[str, Any]:
        """As the public file has it, without the options."""
        return {
            "name": self.rule,
            "seats": self.seats,
            "budget": self.budget,
            "max_choices": self.max_choices,
            "max_points": self.max_points,
            "average": self.average,
            "satisfaction": self.satisfaction.value,
            "quorum_percent": self.quorum_percent,
            "threshold_percent": self.threshold_percent,
            "threshold_base": self.threshold_base.value,
        }

    @classmethod
    def from_published(cls, rule: Mapping[str, Any], options: Sequence[Mapping[str, Any]]) -> Terms:
        """What a public file says. `KeyError`, `TypeError` or `ValueError` where that makes no sense."""
        terms = cls(
            rule=rule["name"],
            options=tuple(_option(number, option) for number, option in enumerate(options, 1)),
            seats=_whole(rule["seats"], least=1),
            budget=_optional(rule["budget"]),
            max_choices=_optional(rule["max_choices"]),
            max_points=_whole(rule["max_points"], least=1),
            average=rule["average"] is True,
            satisfaction=Satisfaction(rule["satisfaction"]),
            quorum_percent=_whole(rule["quorum_percent"]),
            threshold_percent=_whole(rule["threshold_percent"]),
            threshold_base=Base(rule["threshold_base"]),
        )
        if terms.rule not in STYLES or not options or not _costs_fit(terms, options):
            raise ValueError("no terms to count by")
        return terms


def _costs_fit(terms: Terms, options: Sequence[Mapping[str, Any]]) -> bool:
    """Where there is a budget everything has a cost, and greedy does not go without."""
    if terms.budget is None:
        return terms.rule != "greedy"
    return terms.rule in WITH_BUDGET and all(option["cost"] is not None for option in options)


def _option(number: int, option: Mapping[str, Any]) -> Candidate:
    if _whole(option["position"]) != number:
        raise ValueError("options are numbered from one")
    cost = _optional(option["cost"])
    return Candidate(str(number), str(option["title"]), Fraction(1 if cost is None else cost))


def _optional(value: Any) -> int | None:
    return None if value is None else _whole(value)


def _whole(value: Any, least: int = 0) -> int:
    if type(value) is not int or value < least:
        raise ValueError("not a whole number that makes sense here")
    return value
