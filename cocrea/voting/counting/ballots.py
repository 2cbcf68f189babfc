"""What a ballot may say under the terms of a contest, and the one way of writing it.

By style of ballot: answers `{"1": "yes", "2": "abstain"}`, one or several `["2", "5"]`, an order `["3", "1"]` with the
most wanted first, points `{"1": 3, "4": 5}`. One that names nothing (`{}` or `[]`) is blank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any

from cocrea.voting.counting.terms import Style, Terms

CHOICES = ("yes", "no", "abstain")


class BallotFault(Enum):
    """Why a ballot cannot be counted."""

    MALFORMED = auto()
    UNKNOWN_OPTION = auto()
    REPEATED = auto()
    TOO_MANY = auto()
    OVER_BUDGET = auto()
    POINTS_OUT_OF_RANGE = auto()
    UNANSWERED = auto()


def fault(terms: Terms, choices: Any) -> BallotFault | None:
    """What is wrong with a ballot, None where nothing is: blank ballots are good. Takes any value that JSON has."""
    return FAULTS[terms.style](terms, choices)


def blank(terms: Terms) -> Any:
    """The ballot that names nothing."""
    return {} if terms.style in {Style.ANSWERS, Style.POINTS} else []


def normal(terms: Terms, choices: Any) -> Any:
    """A ballot without `fault` as it is kept: by position, without options that get no points; orders as they are."""
    if terms.style is Style.ORDER:
        return list(choices)
    if isinstance(choices, list):
        return sorted(choices, key=int)
    kept = {name: said for name, said in choices.items() if said != 0}
    return {name: kept[name] for name in sorted(kept, key=int)}


def _of_answers(terms: Terms, choices: Any) -> BallotFault | None:
    if not isinstance(choices, dict):
        return BallotFault.MALFORMED
    if not choices.keys() <= terms.costs.keys():
        return BallotFault.UNKNOWN_OPTION
    if any(answer not in CHOICES for answer in choices.values()):
        return BallotFault.MALFORMED
    return BallotFault.UNANSWERED if choices and len(choices) < len(terms.costs) else None


def _of_points(terms: Terms, choices: Any) -> BallotFault | None:
    if not isinstance(choices, dict):
        return BallotFault.MALFORMED
    if not choices.keys() <= terms.costs.keys():
        return BallotFault.UNKNOWN_OPTION
    if any(type(points) is not int for points in choices.values()):  # True is no number here
        return BallotFault.MALFORMED
    if not all(0 <= points <= terms.max_points for points in choices.values()):
        return BallotFault.POINTS_OUT_OF_RANGE
    return None


def _of_names(terms: Terms, choices: Any) -> BallotFault | None:
    if not isinstance(choices, list) or not all(isinstance(name, str) for name in choices):
        return BallotFault.MALFORMED
    if not terms.costs.keys() >= set(choices):
        return BallotFault.UNKNOWN_OPTION
    if len(set(choices)) < len(choices):
        return BallotFault.REPEATED
    if len(choices) > _most(terms):
        return BallotFault.TOO_MANY
    if terms.budget is not None and sum(terms.costs[name] for name in choices) > terms.budget:
        return BallotFault.OVER_BUDGET
    return None


def _most(terms: Terms) -> int:
    if terms.style is Style.ONE:
        return 1
    return len(terms.options) if terms.max_choices is None else terms.max_choices


FAULTS: Mapping[Style, Callable[[Terms, Any], BallotFault | None]] = {
    Style.ANSWERS: _of_answers,
    Style.POINTS: _of_points,
    **dict.fromkeys((Style.ONE, Style.SEVERAL, Style.ORDER), _of_names),
}
