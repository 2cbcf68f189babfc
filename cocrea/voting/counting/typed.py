"""A paper ballot as an officer types it: one line that says what the paper says, by positions of options.

`b` is a blank paper, `x` an invalid one. Answers: a letter per option in their order, `s n a` or `sna`. One: its
number. Several and orders: numbers between spaces (orders: most wanted first). Points: `1=5 3=2`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any

from cocrea.voting.counting.ballots import BallotFault, blank, fault, normal
from cocrea.voting.counting.terms import Style, Terms

MOST_CHARACTERS = 400
BLANK, INVALID = "b", "x"
LETTERS: Mapping[str, str] = {"s": "yes", "n": "no", "a": "abstain"}
_APART = re.compile(r"[\s,;.]+")
_NUMBER = re.compile(r"[0-9]{1,4}")


class LineFault(Enum):
    """Why a line is no ballot, before asking whether it fits the terms."""

    EMPTY = auto()
    TOO_LONG = auto()
    NOT_LETTERS = auto()
    HOW_MANY_LETTERS = auto()
    NOT_NUMBERS = auto()
    NOT_POINTS = auto()


class Unread(ValueError):
    """A line that cannot be taken for a ballot, and why."""

    def __init__(self, why: LineFault | BallotFault) -> None:
        super().__init__(why.name)
        self.why = why


def read_line(terms: Terms, line: str) -> Any:
    """What the paper says, as `ballots` has it; None where it is invalid. Raises `Unread`."""
    if len(line) > MOST_CHARACTERS:
        raise Unread(LineFault.TOO_LONG)
    parts = [part for part in _APART.split(line.strip().lower()) if part]
    if not parts:
        raise Unread(LineFault.EMPTY)
    if parts == [INVALID]:
        return None
    choices = blank(terms) if parts == [BLANK] else READERS[terms.style](terms, parts)
    if wrong := fault(terms, choices):
        raise Unread(wrong)
    return normal(terms, choices)


def _letters(terms: Terms, parts: list[str]) -> Any:
    letters = "".join(parts)
    if not set(letters) <= LETTERS.keys():
        raise Unread(LineFault.NOT_LETTERS)
    if len(letters) != len(terms.options):
        raise Unread(LineFault.HOW_MANY_LETTERS)
    return {option.id: LETTERS[letter] for option, letter in zip(terms.options, letters, strict=True)}


def _numbers(_terms: Terms, parts: list[str]) -> Any:
    return [_number(part, LineFault.NOT_NUMBERS) for part in parts]


def _points(_terms: Terms, parts: list[str]) -> Any:
    given: dict[str, int] = {}
    for part in parts:
        name, apart, points = part.partition("=")
        if not apart:
            raise Unread(LineFault.NOT_POINTS)
        key = _number(name, LineFault.NOT_POINTS)
        if key in given:
            raise Unread(BallotFault.REPEATED)
        given[key] = int(_number(points, LineFault.NOT_POINTS))
    return given


def _number(word: str, otherwise: LineFault) -> str:
    """A number as options are named: without leading zeros."""
    if not _NUMBER.fullmatch(word):
        raise Unread(otherwise)
    return str(int(word))


READERS: Mapping[Style, Callable[[Terms, list[str]], Any]] = {
    Style.ANSWERS: _letters,
    Style.POINTS: _points,
    **dict.fromkeys((Style.ONE, Style.SEVERAL, Style.ORDER), _numbers),
}
