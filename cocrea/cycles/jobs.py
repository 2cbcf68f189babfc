"""Announcing stages as they open and close."""

from __future__ import annotations

from cocrea.core import clock
from cocrea.core.db import transaction
from cocrea.core.jobs import every_minutes
from cocrea.cycles import operations


@every_minutes(1)
def announce_stages() -> None:
    """Listeners of `stage.opened` and `stage.closed` are told once per opening and closing."""
    with transaction():
        operations.announce(now=clock.now())
