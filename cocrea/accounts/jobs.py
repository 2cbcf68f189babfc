"""Background work of accounts."""

from __future__ import annotations

from cocrea.accounts import operations
from cocrea.core import clock
from cocrea.core.db import transaction
from cocrea.core.jobs import every_minutes


@every_minutes(60)
def purge() -> None:
    with transaction():
        operations.purge(now=clock.now())
