"""What higher domains ask of those who answer for a space, about a cycle, without being known here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class Chore:
    """One thing to do in a cycle: its words, its page (`endpoint` takes the cycle's slug), and when.

    `is_due(now)` is a condition on `Cycle`, so that asking for all chores costs no statement more.
    """

    title: Any
    endpoint: str
    is_due: Callable[[datetime], sa.ColumnElement[bool]]


CHORES: list[Chore] = []


def provide(chore: Chore) -> None:
    """Add a chore; called by `create_app`."""
    if chore not in CHORES:
        CHORES.append(chore)
