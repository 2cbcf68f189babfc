"""Ranked ballots as programs for the single transferable vote exchange them: `.blt`, first described by the Electoral
Reform Society (B. A. Wichmann and I. D. Hill).

"candidates seats", lines "people first second … 0", a line "0", then the names and the title in quotes. A minus
before a candidate in the second line says who withdrew; `=` joins candidates that are wanted alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cocrea.voting.counting.elections import Candidate, Election, Kind, Tiers
from cocrea.voting.counting.gathering import gathered
from cocrea.voting.files.faults import Fault, Unreadable
from cocrea.voting.files.numbers import whole

WITHDRAWN = re.compile(r"(-\d{1,6}\s*)+", re.ASCII)


@dataclass
class _Lines:
    """What is left to read, with the number of each line; comments and empty lines are left out."""

    rest: Iterator[tuple[int, str]]
    last: int = 0

    def next(self) -> tuple[int, str]:
        for line, words in self.rest:
            self.last = line
            return line, words
        raise Unreadable(Fault.UNFINISHED, self.last)


def read(text: str) -> Election:
    """The election, with its seats; who withdrew is not among the candidates and on no ballot."""
    numbered = ((line, words.partition(" #")[0].strip()) for line, words in enumerate(text.splitlines(), 1))
    lines = _Lines((line, words) for line, words in numbered if words and not words.startswith("#"))
    size, seats = _head(*lines.next())
    votes, withdrawn = _votes(lines, size)
    names = _names(lines, size)
    candidates = {
        str(number): Candidate(str(number), name) for number, name in enumerate(names, 1) if number not in withdrawn
    }
    ballots, blank = gathered((_without(tiers, withdrawn), (), people) for tiers, people in votes)
    return Election(Kind.RANKED, candidates, ballots, blank=blank, seats=seats)


def _head(line: int, words: str) -> tuple[int, int]:
    numbers = words.split()
    if len(numbers) != 2:
        raise Unreadable(Fault.NOT_A_BALLOT, line, words)
    size, seats = (whole(number, line) for number in numbers)
    if not seats or not size:
        raise Unreadable(Fault.NOT_A_NUMBER, line, words)
    return size, seats


def _votes(lines: _Lines, size: int) -> tuple[list[tuple[Tiers, int]], set[int]]:
    votes: list[tuple[Tiers, int]] = []
    withdrawn: set[int] = set()
    line, words = lines.next()
    if WITHDRAWN.fullmatch(words):
        withdrawn = {_candidate(number[1:], size, line) for number in words.split()}
        line, words = lines.next()
    while words != "0":
        votes.append(_vote(line, words, size))
        line, words = lines.next()
    return votes, withdrawn


def _vote(line: int, words: str, size: int) -> tuple[Tiers, int]:
    people, *order = words.split()
    if not order or order[-1] != "0":
        raise Unreadable(Fault.UNFINISHED, line, words)
    tiers = tuple(tuple(str(_candidate(one, size, line)) for one in place.split("=")) for place in order[:-1])
    named = [name for tier in tiers for name in tier]
    if len(set(named)) < len(named):
        raise Unreadable(Fault.REPEATED, line, words)
    return tiers, whole(people, line)


def _candidate(words: str, size: int, line: int) -> int:
    number = whole(words, line)
    if not 1 <= number <= size:
        raise Unreadable(Fault.UNKNOWN_CANDIDATE, line, words)
    return number


def _names(lines: _Lines, size: int) -> list[str]:
    """The names in their order; the title, which some leave out, comes after them and is not needed."""
    return [_unquoted(*lines.next()) for _number in range(size)]


def _unquoted(line: int, words: str) -> str:
    if len(words) < 2 or not words.startswith('"') or not words.endswith('"'):
        raise Unreadable(Fault.NOT_A_BALLOT, line, words)
    return words[1:-1].replace('""', '"')


def _without(tiers: Tiers, withdrawn: set[int]) -> Tiers:
    out = {str(number) for number in withdrawn}
    return tuple(left for tier in tiers if (left := tuple(one for one in tier if one not in out)))
