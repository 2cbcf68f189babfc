"""Small contests under every rule, with few options and few ballots, so that ties are common."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from cocrea.voting.counting import CHOICES, Base, Candidate, Style, Terms
from cocrea.voting.counting.terms import STYLES, Satisfaction


@st.composite
def contests(draw: Any, rules: tuple[str, ...] = tuple(STYLES)) -> tuple[Terms, list[Any]]:
    """The terms of a contest, and what each ballot says: blank and invalid ones too."""
    terms = draw(_terms(draw(st.sampled_from(rules))))
    said = st.one_of(_choices(terms), _choices(terms), st.just({} if _maps(terms) else []), st.none())
    return terms, draw(st.lists(said, max_size=9))


@st.composite
def _terms(draw: Any, rule: str) -> Terms:
    costs = draw(st.lists(st.integers(1, 12), min_size=1, max_size=5))
    has_budget = rule == "greedy" or (rule == "equal-shares" and draw(st.booleans()))
    return Terms(
        rule,
        tuple(
            Candidate(str(n), f"Opción {n}", Fraction(cost if has_budget else 1)) for n, cost in enumerate(costs, 1)
        ),
        seats=draw(st.integers(1, 4)),
        budget=draw(st.integers(1, 40)) if has_budget else None,
        max_points=draw(st.integers(1, 3)),
        average=draw(st.booleans()),
        satisfaction=draw(st.sampled_from(Satisfaction)),
        quorum_percent=draw(st.sampled_from([0, 0, 50])),
        threshold_percent=draw(st.sampled_from([0, 33, 50])),
        threshold_base=draw(st.sampled_from(Base)),
    )


def _maps(terms: Terms) -> bool:
    return terms.style in {Style.ANSWERS, Style.POINTS}


def _choices(terms: Terms) -> Any:
    names = list(terms.costs)
    if terms.style is Style.ANSWERS:
        return st.fixed_dictionaries({name: st.sampled_from(CHOICES) for name in names})
    if terms.style is Style.POINTS:
        return st.dictionaries(st.sampled_from(names), st.integers(1, terms.max_points))
    if terms.style is Style.ORDER:
        return st.lists(st.sampled_from(names), unique=True)
    some = st.lists(st.sampled_from(names), unique=True, max_size=1 if terms.style is Style.ONE else None)
    return some.map(sorted).filter(lambda marked: _is_affordable(terms, marked))


def _is_affordable(terms: Terms, marked: list[str]) -> bool:
    return terms.budget is None or sum(terms.costs[name] for name in marked) <= terms.budget
