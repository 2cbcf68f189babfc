"""Numbers in files of votes: exact, written in digits, none of them absurdly long."""

from __future__ import annotations

import re
from fractions import Fraction

from cocrea.voting.files.faults import Fault, Unreadable

WHOLE = re.compile(r"\d{1,15}", re.ASCII)
DECIMAL = re.compile(r"\d{1,15}([.,]\d{1,9})?", re.ASCII)


def whole(words: str, line: int) -> int:
    """A whole number, not negative."""
    if not WHOLE.fullmatch(words.strip()):
        raise Unreadable(Fault.NOT_A_NUMBER, line, words)
    return int(words)


def exact(words: str, line: int) -> Fraction:
    """A number that may have decimals, not negative."""
    if not DECIMAL.fullmatch(words.strip()):
        raise Unreadable(Fault.NOT_A_NUMBER, line, words)
    return Fraction(words.strip().replace(",", "."))
