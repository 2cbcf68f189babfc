"""Counting the answers to straw polls, from plain values alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from cocrea.core.text import fold
from cocrea.cycles.figures import SMALLEST

Answers = Iterable[tuple[Sequence[str], int]]
_Group = TypeVar("_Group")


def count(answers: Answers, choices: Iterable[str]) -> dict[str, int]:
    """How many people chose each of the choices, in their order. `answers` are (what was chosen, by how many)."""
    found: dict[str, int] = dict.fromkeys(choices, 0)
    for chosen, people in answers:
        for choice in set(chosen) & found.keys():
            found[choice] += people
    return found


def count_words(answers: Answers) -> dict[str, int]:
    """How many people said each word, the most said first. Case and accents make no other word: it is shown as most
    people wrote it."""
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for words, people in answers:
        for word in words:
            written[fold(word)][word] += people
    found = {min(spelt, key=lambda word: (-spelt[word], word)): spelt.total() for spelt in written.values()}
    return dict(sorted(found.items(), key=lambda entry: (-entry[1], fold(entry[0]))))


def groups_shown(groups: Mapping[_Group, int]) -> dict[_Group, int]:
    """The sizes of groups, largest first; none of them where one is so small that it might tell who is in it."""
    if any(size < SMALLEST for size in groups.values()):
        return {}
    return dict(sorted(groups.items(), key=lambda entry: -entry[1]))
