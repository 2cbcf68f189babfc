"""How often one may do something, counted in this process's memory."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from threading import Lock

REMEMBERED = 10_000


class Rate:
    """At most `limit` times in any `seconds`, each name on its own. The longest idle names are forgotten first."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit, self.seconds = limit, seconds
        self._spent: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def spend(self, name: str) -> bool:
        """Count one more time, unless that is too often. Whether it was counted."""
        moment = time.monotonic()
        with self._lock:
            recent = self._spent.setdefault(name, deque(maxlen=self.limit))
            self._spent.move_to_end(name)
            if len(self._spent) > REMEMBERED:
                self._spent.popitem(last=False)
            if len(recent) == self.limit and moment - recent[0] < self.seconds:
                return False
            recent.append(moment)
            return True
