"""What groups say: shares, tests, the statements that speak for each and those on which all agree.

Formulas as Polis publishes them (github.com/compdemocracy/polis, math/src/polismath/math/repness.clj and stats.clj).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cocrea.consultation.opinions.answers import Answers, Floats, Group, Side, Speaking, Voice

CERTAIN = 1.2816  # 90 % on one side of the normal distribution
SPEAK_FOR = 5


def group(answers: Answers, number: int, members: list[int], all_grouped: Sequence[int]) -> Group:
    """A group with its voices. Everyone else are the members of the other groups."""
    row = {person: at for at, person in enumerate(answers.people)}
    inside = set(members)
    ours = answers.values[[row[person] for person in members]]
    rest = answers.values[[row[person] for person in all_grouped if person not in inside]]
    voices = [
        _voice(statement, ours[:, column], rest[:, column]) for column, statement in enumerate(answers.statements)
    ]
    shown = [voice for voice, out in zip(voices, answers.left_out, strict=True) if not out]
    return Group(number, members, voices, speaking(shown))


def consensus(groups: Sequence[Group], *, agree: bool = True) -> dict[int, float]:
    """For each statement the product over groups of (agree + 1) / (seen + 2); 1 without groups has no meaning: {}."""
    found: dict[int, float] = {}
    for found_group in groups:
        for voice in found_group.voices:
            share = (voice.agree if agree else voice.disagree).p
            found[voice.statement] = found.get(voice.statement, 1.0) * share
    return found


def speaking(voices: Sequence[Voice]) -> list[Speaking]:
    """At most five statements that speak for a group, the strongest first.

    Both tests must be certain. The best one it agrees with is always kept, also when no test is passed.
    """
    certain = [said for voice in voices if (said := _certain(voice))]
    certain.sort(key=lambda said: (-said.weight, said.statement))
    best = next((said for said in certain if said.agrees), None) or _most_agreed(voices)
    if best is None:
        return certain[:SPEAK_FOR]
    kept = [said for said in certain if said != best][: SPEAK_FOR - 1]
    return sorted([best, *kept], key=lambda said: (-said.weight, said.statement))


def _voice(statement: int, ours: Floats, rest: Floats) -> Voice:
    seen, others = int((~np.isnan(ours)).sum()), int((~np.isnan(rest)).sum())
    sides = [_side(int((ours == value).sum()), seen, int((rest == value).sum()), others) for value in (1, -1)]
    return Voice(statement, seen, *sides)


def _side(count: int, seen: int, elsewhere: int, others: int) -> Side:
    share, other_share = (count + 1) / (seen + 2), (elsewhere + 1) / (others + 2)
    single = 2 * math.sqrt(seen + 1) * ((count + 1) / (seen + 1) - 0.5)
    return Side(count, share, single, share / other_share, _two_proportions(count, seen, elsewhere, others))


def _two_proportions(count: int, seen: int, elsewhere: int, others: int) -> float:
    """The z of the difference of two proportions, one added to all four counts."""
    count, seen, elsewhere, others = count + 1, seen + 1, elsewhere + 1, others + 1
    pooled = (count + elsewhere) / (seen + others)
    if pooled >= 1:
        return 0.0
    return (count / seen - elsewhere / others) / math.sqrt(pooled * (1 - pooled) * (1 / seen + 1 / others))


def _certain(voice: Voice) -> Speaking | None:
    agrees = voice.agree.rz > voice.disagree.rz
    side = voice.agree if agrees else voice.disagree
    if min(side.rz, side.z) <= CERTAIN:
        return None
    return Speaking(voice.statement, agrees, side.p * side.z * side.r * side.rz)


def _most_agreed(voices: Sequence[Voice]) -> Speaking | None:
    """What a group without certain statements agrees with most, of what anyone in it agreed with."""
    liked = [voice for voice in voices if voice.agree.count]
    if not liked:
        return None
    best = max(liked, key=lambda voice: (voice.agree.p * voice.agree.r, -voice.statement))
    return Speaking(best.statement, True, 0.0)
