"""Dealing people into small groups, so that anyone can do it again and find the same.

Within each sector people stand in the order of the SHA-256 of «seed:id», where the id is the public one of their
account. Sector after sector, and those without one last, they are dealt one to each group in turn: no group has two
people more than another, nor two more of one sector.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from cocrea.accounts.models import Sector

_ORDER = (*Sector, None)


def deal(people: Mapping[str, Sector | None], groups: int, seed: str) -> list[list[str]]:
    """Public ids by group. `people` maps public ids to sectors."""
    drawn = sorted(people, key=lambda one: (_ORDER.index(people[one]), _lot(seed, one)))
    return [drawn[first::groups] for first in range(groups)]


def smallest(sizes: Mapping[int, int], numbers: Iterable[int]) -> int:
    """Of the groups with these numbers, the one with the fewest people; of several, the first."""
    return min(numbers, key=lambda number: (sizes.get(number, 0), number))


def _lot(seed: str, one: str) -> str:
    return sha256(f"{seed}:{one}".encode()).hexdigest()
