"""One's own calendar address: made, made anew, taken away, and ended when its owner signs out everywhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.core.access import enforce
from cocrea.core.db import add_once
from cocrea.extensions import db
from cocrea.tables import policies
from cocrea.tables.models import CalendarKey
from cocrea.tables.models.calendars import new_nonce


def open_calendar(*, actor: Any, now: datetime) -> None:
    """Give the actor another calendar address; the one before it, if any, leads nowhere from now on."""
    close_calendar(actor=actor, now=now)
    add_once(CalendarKey, person_id=actor.id, made_at=now)


def close_calendar(*, actor: Any, now: datetime) -> None:
    """Take the actor's calendar address away."""
    enforce(policies.can_keep_calendar, actor, None, now)
    db.session.execute(sa.delete(CalendarKey).where(CalendarKey.person_id == actor.id))


def renew_calendar(person: Person, now: datetime) -> None:
    """End the address of whoever has one and give another: whoever copied it reads nothing any more.

    The person may have been let in anew by an e-mailed link: there is no actor to ask of.
    """
    own = sa.update(CalendarKey).where(CalendarKey.person_id == person.id)
    db.session.execute(own.values(nonce=new_nonce(), renewed_at=now))
