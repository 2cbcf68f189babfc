"""Ties are broken by one order of all candidates that was fixed before anything was counted; each use is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from itertools import groupby

from cocrea.voting.counting.elections import Tie

Score = Fraction | int


def by_lot(candidates: Iterable[str], seed: str) -> list[str]:
    """The order drawn from a seed: by SHA-256 of "seed:candidate". Without a seed, the order of the file."""
    if not seed:
        return list(candidates)
    return sorted(candidates, key=lambda one: sha256(f"{seed}:{one}".encode()).hexdigest())


class Ties:
    """The order of all, and every use of it."""

    def __init__(self, candidates: Iterable[str], seed: str = "") -> None:
        self._place = {candidate: place for place, candidate in enumerate(by_lot(candidates, seed))}
        self.uses: list[Tie] = []

    def first(self, tied: Sequence[str], stage: str) -> str:
        """The one that comes first in the order; of one alone that is no tie."""
        return self._settle(tied, stage, min)

    def last(self, tied: Sequence[str], stage: str) -> str:
        """The one that comes last: who goes out."""
        return self._settle(tied, stage, max)

    def highest(self, scores: Mapping[str, Score], stage: str) -> str:
        best = max(scores.values())
        return self.first([one for one, score in scores.items() if score == best], stage)

    def best(self, scores: Mapping[str, Score], number: int, stage: str) -> list[str]:
        """So many of them, the highest score first. Who is equal further down is no tie."""
        ranked = sorted(scores, key=lambda one: (-scores[one], self._place[one]))
        least = min((scores[one] for one in ranked[:number]), default=0)
        for score, equal in groupby(ranked, key=lambda one: scores[one]):
            if score >= least and number:
                self.first(list(equal), stage)
        return ranked[:number]

    def _settle(self, tied: Sequence[str], stage: str, pick: Callable[..., str]) -> str:
        chosen = pick(tied, key=self._place.__getitem__)
        if len(tied) > 1:
            self.uses.append(Tie(stage, tuple(sorted(tied, key=self._place.__getitem__)), chosen))
        return chosen
