"""The Sustainable Development Goals and their targets, by the codes that contributions and commitments carry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask_babel import get_locale

DATA = Path(__file__).parent / "data" / "sdg.json"


@dataclass(frozen=True)
class Target:
    """A target (`16.6`, `16.a`) with its short label in our own words."""

    code: str
    goal: int
    label_es: str
    label_en: str

    @property
    def label(self) -> str:
        return self.label_en if _reads_english() else self.label_es


@dataclass(frozen=True)
class Goal:
    """One of the seventeen goals: its official short name and colour."""

    number: int
    name_es: str
    name_en: str
    color: str
    targets: tuple[Target, ...]

    @property
    def code(self) -> str:
        return str(self.number)

    @property
    def label(self) -> str:
        return self.name_en if _reads_english() else self.name_es


@dataclass(frozen=True)
class Chip:
    """What a page shows of a code: itself, its words in the reader's language, and its goal."""

    code: str
    label: str
    goal: Goal


@cache
def goals() -> tuple[Goal, ...]:
    """The seventeen goals in order, each with its targets."""
    data = json.loads(DATA.read_text(encoding="utf-8"))
    targets = [Target(**row) for row in data["targets"]]
    return tuple(Goal(**row, targets=tuple(t for t in targets if t.goal == row["number"])) for row in data["goals"])


def is_code(code: str) -> bool:
    """Whether it names a goal (`16`) or a target (`16.6`)."""
    return code in _known()


def with_goals(codes: Iterable[str]) -> list[str]:
    """These codes and the goals that their targets imply, in order."""
    chosen = set(codes)
    return in_order(chosen | {code.partition(".")[0] for code in chosen})


def within(code: str) -> list[str]:
    """The codes that a goal comprises: its own and those of its targets; of a target, its own."""
    return [known for known in _known() if known == code or known.startswith(f"{code}.")]


def in_order(codes: Iterable[str]) -> list[str]:
    """The known ones of these codes, each once, as the goals list them."""
    chosen = set(codes)
    return [code for code in _known() if code in chosen]


def chips(codes: Iterable[str]) -> list[Chip]:
    """What to show for these codes, in order, in the reader's language; unknown codes are left out."""
    known = _known()
    return [
        Chip(code, known[code].label, goals()[int(code.partition(".")[0]) - 1])
        for code in in_order(codes)
    ]  # fmt: skip


@cache
def _known() -> Mapping[str, Goal | Target]:
    known: dict[str, Goal | Target] = {}
    for goal in goals():
        known |= {goal.code: goal, **{target.code: target for target in goal.targets}}
    return known


def _reads_english() -> bool:
    return str(get_locale()).startswith("en")
