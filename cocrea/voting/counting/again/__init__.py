"""The count, made again in other ways: ballot by ballot, with other structures, by nothing of the first count's code.

What they share is what is published: the terms, and the order of ties.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from cocrea.voting.counting.again import adding, buying, pairing, transferring
from cocrea.voting.counting.terms import WITH_THRESHOLD, Base, Style, Terms
from cocrea.voting.counting.ties import by_lot

Rule = Callable[[Terms, Sequence[Any], Sequence[str]], list[str]]
RULES: Mapping[str, Rule] = {
    "majority": adding.first,
    "approval": adding.most_marked,
    "score": adding.most_points,
    "greedy": adding.most_marked_that_fit,
    "irv": transferring.runoff,
    "scottish-stv": transferring.transfer,
    "schulze": pairing.beatpaths,
    "seq-pav": buying.thiele,
    "equal-shares": buying.shares,
}


def second_count(
    terms: Terms,
    ballots: Iterable[Mapping[str, Any]],
    *,
    roll_size: int,
    seed: str,
    sectors_reached: bool | None = None,
) -> dict[str, Any]:
    """Who wins, how many ballots are valid, blank and invalid, and the votes of each option; as `count` takes them."""
    said = [ballot["choices"] for ballot in ballots]
    valid = [choices for choices in said if choices is not None and len(choices) > 0]
    invalid = sum(choices is None for choices in said)
    votes = {name: sum(_given(terms.style, name, choices) for choices in valid) for name in terms.costs}
    winners: list[str] = []
    if 100 * len(said) >= terms.quorum_percent * roll_size and sectors_reached is not False and valid:
        sizes = {Base.VALID: len(valid), Base.CAST: len(said), Base.ENTITLED: roll_size}
        winners = _winners(terms, valid, votes, sizes, seed)
    return {
        "winners": winners,
        "valid": len(valid),
        "blank": len(said) - len(valid) - invalid,
        "invalid": invalid,
        "votes": votes,
    }


def agrees(result: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether the result of `count` says what the second count says."""
    votes = {str(one["position"]): one["yes"] if "yes" in one else one["votes"] for one in result["options"]}
    same = all(result[key] == second[key] for key in ("winners", "valid", "blank", "invalid"))
    return bool(same and votes == second["votes"])


def _winners(
    terms: Terms, valid: Sequence[Any], votes: Mapping[str, int], sizes: Mapping[Base, int], seed: str
) -> list[str]:
    if terms.style is Style.ANSWERS:
        no = {name: sum(choices[name] == "no" for choices in valid) for name in terms.costs}
        return [name for name in terms.costs if _is_enough(terms, votes[name], votes[name] + no[name], sizes)]
    found = RULES[terms.rule](terms, valid, by_lot(terms.costs, seed))
    if terms.rule in WITH_THRESHOLD:
        return [name for name in found if _is_enough(terms, votes[name], len(valid), sizes)]
    return found


def _is_enough(terms: Terms, votes: int, yes_and_no: int, sizes: Mapping[Base, int]) -> bool:
    whole = sizes.get(terms.threshold_base, yes_and_no)
    return 100 * votes > terms.threshold_percent * whole


def _given(style: Style, name: str, choices: Any) -> int:
    """What a ballot adds to the figure of an option."""
    if style is Style.ANSWERS:
        return int(choices[name] == "yes")
    if style is Style.POINTS:
        return int(choices.get(name, 0))
    return int(choices[0] == name) if style is Style.ORDER else int(name in choices)
