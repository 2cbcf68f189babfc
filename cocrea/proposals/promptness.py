"""How institutions answer what is routed to them, in figures: how many, what, and after how long.

What is counted are the acts of public bodies, each of which anyone reads on the page of its proposal: nothing is
withheld for being few. The kind is that of the answer as it stands, the delay that of the first text it had.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median
from typing import Protocol
from zoneinfo import ZoneInfo

from cocrea.core import workdays
from cocrea.proposals.models import ResponseKind


class Turn(Protocol):
    """A proposal put before an institution, and when and how it was answered, if it was."""

    routed_at: datetime
    due_at: datetime
    published_at: datetime | None
    kind: ResponseKind | None


@dataclass(frozen=True)
class Promptness:
    """Of what was routed: what was answered, by kind, and after how many working days each (`delays`, in order);
    what was answered late; what waits, and what of it is late."""

    routed: int = 0
    late: int = 0
    waiting: int = 0
    waiting_late: int = 0
    kinds: Counter[ResponseKind] = field(default_factory=Counter)
    delays: tuple[int, ...] = ()

    @property
    def answered(self) -> int:
        return self.routed - self.waiting

    @property
    def in_time(self) -> int:
        return self.answered - self.late

    @property
    def waiting_in_time(self) -> int:
        return self.waiting - self.waiting_late

    @property
    def by_kind(self) -> list[int]:
        """How many there are of each kind of answer, in their order."""
        return [self.kinds[kind] for kind in ResponseKind]

    @property
    def median(self) -> float | None:
        """Half of the answers took so many working days or fewer; None where there is no answer."""
        return median(self.delays) if self.delays else None

    def __add__(self, other: Promptness) -> Promptness:
        return Promptness(
            self.routed + other.routed,
            self.late + other.late,
            self.waiting + other.waiting,
            self.waiting_late + other.waiting_late,
            self.kinds + other.kinds,
            tuple(sorted(self.delays + other.delays)),
        )


def measure(turns: Iterable[Turn], off: Collection[date], tz: ZoneInfo, now: datetime) -> Promptness:
    """The figures of one institution, whose own days off are `off`; days are those of the clocks of `tz`."""
    given = list(turns)
    waiting = [turn for turn in given if turn.published_at is None]
    answered = [(turn, turn.published_at) for turn in given if turn.published_at is not None]
    spans = Counter((turn.routed_at.astimezone(tz).date(), at.astimezone(tz).date()) for turn, at in answered)
    delays = Counter[int]()
    for (first, last), number in spans.items():
        delays[workdays.between(first, last, off)] += number
    return Promptness(
        routed=len(given),
        late=sum(at >= turn.due_at for turn, at in answered),
        waiting=len(waiting),
        waiting_late=sum(now >= turn.due_at for turn in waiting),
        kinds=Counter(turn.kind for turn, _at in answered if turn.kind is not None),
        delays=tuple(sorted(delays.elements())),
    )
