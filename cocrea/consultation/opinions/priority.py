"""What to ask next: the statements from which most is learnt more often, and new ones before all."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random


def weight(agree: int, passed: int, seen: int, extremity: float) -> float:
    """The priority of a statement as Polis publishes it:

    [(1 - p_pass) · (1 + E) · p_agree · (1 + 8 · 2^(-S/5))]²

    with p_pass = (passes + 1) / (S + 2) and p_agree = (agrees + 1) / (S + 2), S the times it was answered and E the
    length of its projection, `extremity`. The last factor lets new statements rise. Source: `importance-metric` and
    `priority-metric` in github.com/compdemocracy/polis, math/src/polismath/math/conversation.clj. Ours has no meta
    statements, which Polis gives a fixed 49.
    """
    p_pass, p_agree = (passed + 1) / (seen + 2), (agree + 1) / (seen + 2)
    fresh: float = 1 + 8 * 2.0 ** (-seen / 5)
    return ((1 - p_pass) * (1 + extremity) * p_agree * fresh) ** 2


def choose(weights: Sequence[float], seed: str) -> int:
    """The place of one of the weights, each as likely as it is large; the same for the same weights and seed."""
    return Random(seed).choices(range(len(weights)), weights)[0]  # noqa: S311 - nothing is kept secret by it
