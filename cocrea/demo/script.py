"""What happens in the demonstration, told in order of time whatever the order in which it was written down."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from cocrea.core.i18n import zone

TIMEZONE = "America/Mexico_City"
DATA = Path(__file__).parent / "data"
STAGE_HOUR = time(9)  # the hour at which `create_cycle` opens stages
FIRST_ACT = time(10)
BETWEEN_ACTS = timedelta(minutes=2)

Act = Callable[..., Any]


def read(name: str) -> dict[str, Any]:
    """One of the files in `data/`; each says in `_about` how it is to be read."""
    content: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    return content


class Script:
    """A list of acts with their moments. History, versions and references come out in order because acts do."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today = now.astimezone(zone(TIMEZONE)).date()
        self._acts: list[tuple[datetime, int, Act, tuple[Any, ...]]] = []
        self._told: Counter[int] = Counter()

    def day(self, offset: int) -> date:
        """The date so many days from today."""
        return self.today + timedelta(days=offset)

    def moment(self, offset: int, clock: time = STAGE_HOUR) -> datetime:
        """An hour of the day so many days from today."""
        return datetime.combine(self.day(offset), clock, zone(TIMEZONE))

    def at(self, moment: datetime, act: Act, *args: Any) -> None:
        """Have `act(*args, now=moment)` happen. Of one moment, what was written down first happens first."""
        self._acts.append((moment, len(self._acts), act, args))

    def ago(self, days: int, act: Act, *args: Any) -> None:
        """The same so many days ago, a little after what was written down before for that day; never in the future."""
        moment = self.moment(-days, FIRST_ACT) + self._told[days] * BETWEEN_ACTS
        self._told[days] += 1
        self.at(min(moment, self.now), act, *args)

    def spread(self, first: int, last: int, acts: list[tuple[Any, ...]]) -> None:
        """Acts (with their arguments) from `first` to `last` days ago, evenly."""
        for number, (act, *args) in enumerate(acts):
            self.ago(first - (first - last) * number // len(acts), act, *args)

    def play(self) -> None:
        for moment, _order, act, args in sorted(self._acts, key=lambda entry: entry[:2]):
            act(*args, now=moment)
