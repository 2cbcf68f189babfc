"""Sealing the history, every minute and when the server stops."""

from __future__ import annotations

from flask import current_app

from cocrea.audit import heads, operations
from cocrea.core import clock
from cocrea.core.db import transaction
from cocrea.core.jobs import every_minutes


@every_minutes(1)
def seal() -> None:
    seal_now()


def seal_now() -> None:
    """Seal all that is waiting, batch by batch, each in its own transaction so that no writer waits long."""
    key = heads.signing_key(current_app.config["COCREA"])
    more = True
    while more:
        with transaction():
            more = operations.seal(now=clock.now(), key=key) is not None
