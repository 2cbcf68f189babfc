"""What other domains keep for each person: pages of theirs that the account leads to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Leaf:
    """A page for whoever is signed in."""

    endpoint: str
    label: Any


LEAVES: list[Leaf] = []


def provide(leaf: Leaf) -> None:
    """Lead to a page from the account; called by `create_app`."""
    if leaf not in LEAVES:
        LEAVES.append(leaf)
