"""The account of a count in words: who won or went out at each step, by how much, and how ties were settled.

Reads what `counting.count` published (`rounds` and `ties`); the same as data is in the public file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import ngettext

from cocrea.core.i18n import grouped
from cocrea.core.i18n import lazy as _l
from cocrea.voting.counting import Style
from cocrea.voting.counting.shares import Satisfaction
from cocrea.voting.models import Contest
from cocrea.voting.rules import RuleName

Round = Mapping[str, Any]


@dataclass(frozen=True)
class Flow:
    """A table of the rounds: for each option, in the order of the result, its figure in each round; "" where out."""

    rounds: int
    rows: Sequence[tuple[Any, ...]]


@dataclass(frozen=True)
class Bar:
    """What an option got, with its `mean` where these are compared; `share` is of the largest figure, in percent."""

    option: Any
    votes: int
    share: float
    won: bool
    mean: str = ""


def bars(contest: Contest) -> list[Bar]:
    """The options that were chosen among each other: winners in their order, then the others by figure. None where each
    was answered by itself."""
    result = contest.result
    if contest.terms.style is Style.ANSWERS:
        return []
    compared = _compared(contest)
    most = max(compared) or 1
    drawn = [
        Bar(
            option,
            outcome["votes"],
            share=float(each * 100 / most),
            won=outcome["won"],
            mean=figure(each) if contest.average else "",
        )
        for option, outcome, each in zip(contest.options, result["options"], compared, strict=True)
    ]
    place = {position: number for number, position in enumerate(result["winners"])}
    return sorted(drawn, key=lambda bar: (place.get(str(bar.option.position), len(drawn)), -bar.share))


def _compared(contest: Contest) -> list[Fraction]:
    """The figure by which each option is compared with the others; the mean of one that nobody rated is 0."""
    if not contest.average:
        return [Fraction(outcome["votes"]) for outcome in contest.result["options"]]
    means = contest.result["rounds"][0]["mean"] if contest.result["rounds"] else {}
    return [Fraction(means.get(str(option.position), 0)) for option in contest.options]


def flow(contest: Contest) -> Flow | None:
    """How figures moved from round to round, for rules that count in rounds of votes; None for the others."""
    counted = [one.get("votes") or one.get("weights") for one in contest.result["rounds"]]
    if len(counted) < 2 or not all(counted):
        return None
    rows = [
        (
            bar.option.title,
            *(figure(votes[key]) if (key := str(bar.option.position)) in votes else "" for votes in counted),
        )
        for bar in bars(contest)
    ]
    return Flow(len(counted), rows)


def steps(contest: Contest) -> list[Any]:
    """What happened at each step, one sentence or more for each, then each use of the rule for ties."""
    titles = {str(option.position): option.title for option in contest.options}
    tell = TELLERS.get(contest.rule)
    told = [sentence for one in contest.result["rounds"] for sentence in (tell(contest, titles, one) if tell else ())]
    return told + [_tie(titles, tie) for tie in contest.result["ties"]]


def figure(value: Any) -> str:
    """An exact figure of the account as people read it: whole, or with as many as three decimals ("≈" where cut)."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return grouped(exact.numerator)
    cut = f"{float(exact):.3f}".rstrip("0")
    return cut if Fraction(cut) == exact else f"≈ {cut}"


def _votes(value: Any) -> Any:
    return ngettext("%(votes)s voto", "%(votes)s votos", 1 if Fraction(value) == 1 else 2, votes=figure(value))


def _tie(titles: Mapping[str, str], tie: Mapping[str, Any]) -> Any:
    tied = "; ".join(titles[one] for one in tie["tied"])
    return _l(
        "Empate entre: %(tied)s. El orden de la semilla tomó «%(chosen)s».", tied=tied, chosen=titles[tie["chosen"]]
    )


def _majority(contest: Contest, titles: Mapping[str, str], one: Round) -> list[Any]:
    if not contest.result["winners"]:
        return []
    winner = contest.result["winners"][0]
    most = one["votes"][winner]
    told = {"title": titles[winner], "votes": _votes(most)}
    if one["more_than_half"]:
        return [_l("«%(title)s» tiene %(votes)s: más de la mitad.", **told)]
    if list(one["votes"].values()).count(most) > 1:
        return [_l("«%(title)s» tiene %(votes)s, y ninguna otra tiene más.", **told)]
    return [_l("«%(title)s» tiene %(votes)s: más que cada otra.", **told)]


def _points(contest: Contest, titles: Mapping[str, str], one: Round) -> list[Any]:
    """The sum of each option or, where means are compared, what it is divided by: best first."""
    if not contest.average:
        best = sorted(one["points"], key=lambda name: -Fraction(one["points"][name]))
        return [
            _l("«%(title)s» suma %(points)s.", title=titles[name], points=figure(one["points"][name]))
            for name in best
        ]
    best = sorted(one["mean"], key=lambda name: -Fraction(one["mean"][name]))
    return [
        _l(
            "«%(title)s»: la suma de sus puntos, %(points)s, entre cuántas personas la califican, %(n)s, da %(mean)s.",
            title=titles[name],
            points=figure(one["points"][name]),
            n=figure(one["voters"][name]),
            mean=figure(one["mean"][name]),
        )
        for name in best
    ]


def _runoff(contest: Contest, titles: Mapping[str, str], one: Round) -> list[Any]:
    if out := one.get("out"):
        votes = figure(one["votes"][out])
        return [
            _l("Sale «%(title)s», con %(votes)s; pasan a su siguiente preferencia.", title=titles[out], votes=votes)
        ]
    winner, votes = max(one["votes"].items(), key=lambda pair: Fraction(pair[1]))
    return [_l("Gana «%(title)s», con %(votes)s.", title=titles[winner], votes=figure(votes))]


def _transfers(contest: Contest, titles: Mapping[str, str], one: Round) -> list[Any]:
    told: list[Any] = []
    if quota := one.get("quota"):
        told.append(_l("La cuota para ganar es de %(votes)s.", votes=_votes(quota)))
    if over := one.get("surplus_of"):
        surplus = _votes(one["surplus"])
        told.append(_l("Se reparte lo que le sobra a «%(title)s»: %(votes)s.", title=titles[over], votes=surplus))
    if out := one.get("out"):
        told.append(_l("Sale «%(title)s»; sus votos pasan a la siguiente preferencia.", title=titles[out]))
    won = [
        _l("Gana «%(title)s», con %(votes)s.", title=titles[key], votes=figure(one["votes"][key]))
        for key in one["elected"]
    ]
    return told + won


def _pairs(contest: Contest, titles: Mapping[str, str], one: Round) -> list[Any]:
    """Who beats whom, two by two."""
    preferred = one["preferred"]
    return [
        _l(
            "«%(one)s» vence a «%(other)s», %(more)s contra %(fewer)s.",
            one=titles[a],
            other=titles[b],
            more=preferred[a][b],
            fewer=preferred[b][a],
        )
        for a in one["order"]
        for b in one["order"]
        if a != b and preferred[a][b] > preferred[b][a]
    ]


def _seats(contest: Contest, titles: Mapping[str, str], one: Round) -> list[Any]:
    won = one["elected"]
    return [_l("Gana «%(title)s», con %(votes)s.", title=titles[won], votes=figure(one["weights"][won]))]


def _shares(contest: Contest, titles: Mapping[str, str], one: Round) -> list[Any]:
    if added := one.get("added"):
        return [_l("«%(title)s» ocupa un lugar que quedaba vacío.", title=titles[added])]
    bought = one["bought"]
    by_cost = contest.budget is not None and contest.satisfaction is Satisfaction.COST
    paid = Fraction(one["rate"]) * (_cost(contest, bought) if by_cost else 1)
    title, most = titles[bought], figure(paid)
    if contest.budget is None:
        return [_l("Gana «%(title)s»: quien la aprueba da como máximo %(most)s de su parte.", title=title, most=most)]
    return [_l("Se compra «%(title)s»: quien la aprueba paga como máximo %(most)s pesos.", title=title, most=most)]


def _purchases(contest: Contest, titles: Mapping[str, str], one: Round) -> list[Any]:
    told = {
        "title": titles[one["candidate"]],
        "votes": _votes(one["points"]),
        "cost": figure(one["cost"]),
        "left": figure(one["left"]),
    }
    if one["fits"]:
        return [_l("«%(title)s» (%(votes)s) cuesta %(cost)s pesos y cabe. Quedan %(left)s.", **told)]
    return [_l("«%(title)s» (%(votes)s) cuesta %(cost)s pesos y no cabe en los %(left)s que quedan.", **told)]


def _cost(contest: Contest, position: str) -> int:
    return next(option.cost or 1 for option in contest.options if str(option.position) == position)


TELLERS: Mapping[RuleName, Callable[[Contest, Mapping[str, str], Round], list[Any]]] = {
    RuleName.MAJORITY: _majority,
    RuleName.SCORE: _points,
    RuleName.IRV: _runoff,
    RuleName.SCHULZE: _pairs,
    RuleName.STV: _transfers,
    RuleName.SEQ_PAV: _seats,
    RuleName.EQUAL_SHARES: _shares,
    RuleName.GREEDY: _purchases,
}
