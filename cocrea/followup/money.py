"""What a commitment has cost beside what it planned, from what officials report of its activities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cocrea.followup.models import Activity


@dataclass(frozen=True)
class Money:
    """Whole pesos; None is unknown. `known` of the `activities` say what they cost, and `spent` adds up those alone."""

    planned: int | None
    spent: int | None
    known: int
    activities: int

    @property
    def share(self) -> str | None:
        """What was spent of what was planned, in percent; more than it is possible. Never rounded up."""
        if self.spent is None or not self.planned:
            return None
        return "<1" if 0 < self.spent * 100 < self.planned else str(self.spent * 100 // self.planned)


def of(planned: int | None, activities: Iterable[Activity]) -> Money:
    amounts = [activity.spent for activity in activities]
    known = [amount for amount in amounts if amount is not None]
    return Money(planned, sum(known) if known else None, len(known), len(amounts))
