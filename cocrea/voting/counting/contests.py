"""Counting a contest, without database or application."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from cocrea.voting.counting import elections
from cocrea.voting.counting.ballots import CHOICES
from cocrea.voting.counting.elections import Election, Kind, Tiers
from cocrea.voting.counting.gathering import Points, gathered
from cocrea.voting.counting.rules import tally
from cocrea.voting.counting.terms import WITH_THRESHOLD, Base, Style, Terms

KINDS = {
    Style.ONE: Kind.RANKED,
    Style.ORDER: Kind.RANKED,
    Style.SEVERAL: Kind.APPROVAL,
    Style.POINTS: Kind.POINTS,
}


def count(
    terms: Terms,
    ballots: Iterable[Mapping[str, Any]],
    *,
    roll_size: int,
    seed: str,
    sectors_reached: bool | None = None,
) -> dict[str, Any]:
    """The result of a contest as JSON has it, in whole numbers and "n/d" text: the same for whoever counts.

    Every ballot's `choices` is without `fault`, or None where a paper ballot is invalid. All ballots count for the
    quorum (ballots x 100 >= quorum x roll); without it, or where `sectors_reached` is False, nobody wins.
    """
    box = [ballot["choices"] for ballot in ballots]
    valid = [choices for choices in box if choices]
    invalid = box.count(None)
    reached = len(box) * 100 >= terms.quorum_percent * roll_size and sectors_reached is not False
    bases = {Base.VALID: len(valid), Base.CAST: len(box), Base.ENTITLED: roll_size}
    decide = _answered if terms.style is Style.ANSWERS else _elected
    return {
        "ballots": len(box),
        "valid": len(valid),
        "blank": len(box) - len(valid) - invalid,
        "invalid": invalid,
        "quorum_reached": reached,
        **decide(terms, valid, bases, seed, reached),
    }


def is_represented(winners: Iterable[str], choices: Any) -> bool:
    """Whether a ballot names one of the winners or, where one answers, says yes to one; None is an invalid ballot."""
    if isinstance(choices, Mapping):
        return any(choices.get(name, "no") not in ("no", "abstain") for name in winners)
    return not set(winners).isdisjoint(choices or ())


def _passes(terms: Terms, votes: int, bases: Mapping[Base, int]) -> bool:
    return votes * 100 > terms.threshold_percent * bases[terms.threshold_base]


def _answered(
    terms: Terms, valid: Sequence[Mapping[str, str]], bases: Mapping[Base, int], _seed: str, reached: bool
) -> dict[str, Any]:
    """Every option by itself: how many say yes, no and abstain, and whether it passes."""
    options, winners = list[dict[str, Any]](), list[str]()
    for position, name in enumerate(terms.costs, 1):
        said = Counter(choices[name] for choices in valid)
        passes = reached and _passes(terms, said["yes"], {Base.YES_NO: said["yes"] + said["no"], **bases})
        options.append({"position": position, **{choice: said[choice] for choice in CHOICES}, "passes": passes})
        winners += [name] if passes else []
    represented = sum(is_represented(winners, choices) for choices in valid)
    return {"winners": winners, "rounds": [], "ties": [], "options": options, "represented": represented}


def _elected(
    terms: Terms, valid: Sequence[Any], bases: Mapping[Base, int], seed: str, reached: bool
) -> dict[str, Any]:
    """Who wins under one of the other rules, with the account of the count."""
    election = election_of(terms, valid)
    votes = _votes(terms, valid)
    outcome = tally(election, terms.rule, seed=seed, **_parameters(terms))
    bases = {Base.YES_NO: len(valid), **bases}  # here nobody says no
    winners = [
        name
        for name in outcome.winners
        if reached and (terms.rule not in WITH_THRESHOLD or _passes(terms, votes[name], bases))
    ]
    account = elections.published(election, outcome)
    return {
        "winners": winners,
        "rounds": account["rounds"],
        "ties": account["ties"],
        "options": [
            {"position": position, "votes": votes[name], "won": name in winners}
            for position, name in enumerate(terms.costs, 1)
        ],
        "represented": sum(is_represented(winners, choices) for choices in valid),
    }


def election_of(terms: Terms, valid: Sequence[Any]) -> Election:
    """Where ballots name or give points, whom none of them names is left out: nobody is chosen without one vote."""
    ballots, _blank = gathered(_said(terms.style, choices) for choices in valid)
    named = {name for ballot in ballots for name in ballot.named}
    standing = [option for option in terms.options if terms.style is Style.ORDER or option.id in named]
    return Election(
        KINDS[terms.style],
        {option.id: option for option in standing},
        ballots,
        seats=terms.seats,
        budget=Fraction(terms.budget) if terms.budget is not None else None,
    )


def _said(style: Style, choices: Any) -> tuple[Tiers, Points, int]:
    if style is Style.SEVERAL:
        return (tuple(choices),), (), 1
    points = tuple((name, Fraction(each)) for name, each in choices.items()) if style is Style.POINTS else ()
    return tuple((name,) for name in choices), points, 1


def _votes(terms: Terms, valid: Sequence[Any]) -> dict[str, int]:
    """What is drawn as bars: points, how many mark it, or (of orders) how many put it first."""
    votes = dict.fromkeys(terms.costs, 0)
    for choices in valid:
        if terms.style is Style.ORDER:
            votes[choices[0]] += 1
            continue
        for name in choices:
            votes[name] += choices[name] if terms.style is Style.POINTS else 1
    return votes


def _parameters(terms: Terms) -> dict[str, Any]:
    """What a rule takes besides seats and budget."""
    if terms.rule == "score":
        return {"mean": terms.average}
    return {"satisfaction": terms.satisfaction} if terms.rule == "equal-shares" else {}
