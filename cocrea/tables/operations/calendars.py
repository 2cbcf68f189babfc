"""One's own calendar address: made, made anew, taken away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.core.access import enforce
from cocrea.core.db import add_once
from cocrea.extensions import db
from cocrea.tables import policies
from cocrea.tables.models import CalendarKey


def open_calendar(*, actor: Any, now: datetime) -> None:
    """Give the actor another calendar address; the one before it, if any, leads nowhere from now on."""
    close_calendar(actor=actor, now=now)
    add_once(CalendarKey, person_id=actor.id, made_at=now)


def close_calendar(*, actor: Any, now: datetime) -> None:
    """Take the actor's calendar address away."""
    enforce(policies.can_keep_calendar, actor, None, now)
    db.session.execute(sa.delete(CalendarKey).where(CalendarKey.person_id == actor.id))
