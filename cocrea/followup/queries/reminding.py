"""Which activities officials are to be reminded of, by the days of the calendar where the cycle happens."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from cocrea.accounts.models import Grant, Organisation, Person, Role
from cocrea.commitments.models import Commitment
from cocrea.core.i18n import zone
from cocrea.cycles.models import Action
from cocrea.extensions import db
from cocrea.followup.models import UNFINISHED, Activity
from cocrea.followup.queries.work import activities_with
from cocrea.tables.models import Reminder
from cocrea.tables.timing import is_daytime

DAY = timedelta(days=1)
AHEAD, NO_LONGER = 7, 7  # days before the end when one is reminded, and days after it when one no longer is
AT_ONCE = 500


class Occasion(StrEnum):
    """Why somebody is reminded of an activity."""

    DUE = "due"
    LATE = "late"

    def is_now(self, ends_on: date, today: date) -> bool:
        """From a week before its last day until it; or from the day after, for a week."""
        left = (ends_on - today).days
        return 0 <= left <= AHEAD if self is Occasion.DUE else -NO_LONGER <= left < 0


def activities_to_remind(occasion: Occasion, now: datetime) -> list[tuple[Person, Any]]:
    """Officials of the institution that answers for an unfinished activity, or of the lead where none is named, each
    with one of which they were not reminded yet, `about` which as the reminder is kept. None at night. An activity that
    got another last day is to be reminded of anew."""
    answers = sa.func.coalesce(Activity.responsible_id, Commitment.lead_id)
    official = sa.and_(Grant.role == Role.OFFICIAL, Grant.scope == "organisation:" + sa.cast(answers, sa.String(12)))
    about = Activity.reference + ":" + sa.cast(Activity.ends_on, sa.String(10)) + f":{occasion}"
    first, last = (-1, AHEAD + 1) if occasion is Occasion.DUE else (-NO_LONGER - 1, 0)  # whatever the zone
    statement = (
        activities_with(Action.REPORT_PROGRESS, now)
        .add_columns(Commitment.title.label("commitment_title"), Organisation.name.label("institution"))
        .add_columns(about.label("about"), Person)
        .join(Organisation, Organisation.id == answers)
        .join(Grant, official)
        .join(Person, Person.id == Grant.person_id)
        .where(Activity.status.in_(UNFINISHED))
        .where(Activity.ends_on.between(now.date() + first * DAY, now.date() + last * DAY))
        .where(~sa.exists().where(Reminder.about == about, Reminder.person_id == Person.id))
        .where(Person.suspended_at.is_(None), Person.withdrawn_at.is_(None))
        .options(lazyload("*"))
        .order_by(Person.id, Activity.ends_on, Activity.id)
    )
    rows = db.session.execute(statement.limit(AT_ONCE))
    return [(row.Person, row) for row in rows if _is_time(occasion, row, now)]


def _is_time(occasion: Occasion, row: Any, now: datetime) -> bool:
    today = now.astimezone(zone(row.timezone)).date()
    return is_daytime(now, row.timezone) and occasion.is_now(row.ends_on, today)
