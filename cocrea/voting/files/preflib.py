"""Orders and categories as PrefLib has them (https://preflib.github.io/PrefLib-Jekyll/format): a head of lines
`# KEY: value`, then one line for all who voted alike, as `12: 3,{1,2}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from cocrea.voting.counting.elections import Candidate, Election, Kind, Tiers
from cocrea.voting.counting.gathering import gathered
from cocrea.voting.files.faults import Fault, Unreadable
from cocrea.voting.files.numbers import whole

NAME = re.compile(r"ALTERNATIVE NAME (\S+)", re.ASCII)
GROUPS = re.compile(r"\{[^{}]*\}|[^{},]+", re.ASCII)
SHAPE = re.compile(r"\s*(\{[^{}]*\}|[^{},]+)(\s*,\s*(\{[^{}]*\}|[^{},]+))*\s*", re.ASCII)


@dataclass
class _File:
    """The head by key, with its lines; the candidates by number; and the lines of votes with how many voted so."""

    head: dict[str, tuple[int, str]] = field(default_factory=dict)
    candidates: dict[str, Candidate] = field(default_factory=dict)
    votes: list[tuple[int, int, Tiers]] = field(default_factory=list)

    def number(self, key: str) -> int:
        if key not in self.head:
            raise Unreadable(Fault.MISSING, 0, key)
        line, value = self.head[key]
        return whole(value, line)


def read_orders(text: str) -> Election:
    """Ranked ballots. What the kind of file promises must hold: every candidate in it (`c`), none equal (`so`)."""
    file = _read(text)
    _line, promised = file.head.get("DATA TYPE", (0, ""))
    for line, _people, tiers in file.votes:
        named = sum(map(len, tiers))
        if promised.endswith("c") and named != len(file.candidates):
            raise Unreadable(Fault.NOT_COMPLETE, line)
        if promised.startswith("so") and named != len(tiers):
            raise Unreadable(Fault.NOT_STRICT, line)
    return _election(Kind.RANKED, file, [(tiers, people) for _line, people, tiers in file.votes])


def read_categories(text: str) -> Election:
    """Ballots that approve: of what its first category holds."""
    file = _read(text)
    approved = [(tuple(tuple(sorted(tier)) for tier in tiers[:1]), people) for _line, people, tiers in file.votes]
    return _election(Kind.APPROVAL, file, approved)


def _election(kind: Kind, file: _File, votes: list[tuple[Tiers, int]]) -> Election:
    ballots, blank = gathered((tiers, (), people) for tiers, people in votes)
    return Election(kind, file.candidates, ballots, blank=blank)


def _read(text: str) -> _File:
    file = _File()
    for line, words in enumerate(text.splitlines(), 1):
        if words.startswith("#"):
            key, _colon, value = words[1:].partition(":")
            file.head[key.strip()] = (line, value.strip())
            if name := NAME.fullmatch(key.strip()):
                file.candidates[name[1]] = Candidate(name[1], value.strip())
        elif words.strip():
            file.votes.append(_vote(file, words, line))
    _agree(file)
    return file


def _vote(file: _File, words: str, line: int) -> tuple[int, int, Tiers]:
    people, colon, order = words.partition(":")
    if not colon or (order.strip() and not SHAPE.fullmatch(order)):
        raise Unreadable(Fault.NOT_A_BALLOT, line, words)
    tiers = tuple(_tiers(file, order, line))
    named = [name for tier in tiers for name in tier]
    if len(set(named)) < len(named):
        raise Unreadable(Fault.REPEATED, line, words)
    return line, whole(people, line), tiers


def _tiers(file: _File, order: str, line: int) -> Iterator[tuple[str, ...]]:
    """The groups of a line, empty ones too: of categories the first may be."""
    for group in GROUPS.findall(order):
        if not group.strip():
            continue
        names = tuple(name.strip() for name in group.strip().strip("{}").split(",") if name.strip())
        for name in names:
            if name not in file.candidates:
                raise Unreadable(Fault.UNKNOWN_CANDIDATE, line, name)
        yield names


def _agree(file: _File) -> None:
    for key, found in (
        ("NUMBER ALTERNATIVES", len(file.candidates)),
        ("NUMBER VOTERS", sum(people for _line, people, _tiers in file.votes)),
    ):
        if file.number(key) != found:
            raise Unreadable(Fault.OTHER_COUNT, file.head[key][0], f"{key}: {file.number(key)}, {found}")
