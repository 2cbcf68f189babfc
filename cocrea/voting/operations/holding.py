"""Keeping the count away while somebody works on papers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import InvalidRequestError

from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import NotFound
from cocrea.extensions import db
from cocrea.voting import policies
from cocrea.voting.models import Batch, Booth, Contest


def hold(actor: Any, booth: Booth, now: datetime) -> None:
    """Share the contest's lock so that it is not counted meanwhile, and enforce that the actor counts at a booth.

    Booth, shifts and contest are read afresh for that.

    Always taken before the lock of a booth or batch: one order of locks, no deadlock.
    """
    db.session.execute(sa.select(Contest.id).where(Contest.id == booth.contest_id).with_for_update(read=True))
    db.session.expire(booth.contest)
    db.session.expire(booth)
    enforce(policies.can_count, actor, booth, now)


def hold_batch(actor: Any, batch: Batch, now: datetime) -> None:
    """The same, and lock the batch: one thing at a time happens to it. What it holds is read afresh.

    Raises `NotFound` where it was withdrawn meanwhile.
    """
    try:
        hold(actor, batch.booth, now)
        lock(batch)
    except InvalidRequestError:
        raise NotFound from None
    db.session.expire(batch, ["readings", "papers", "corrections"])
