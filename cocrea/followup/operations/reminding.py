"""Reminding officials of activities that end soon or are late. Written by jobs."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from cocrea.accounts.mails import tell
from cocrea.accounts.models import Person
from cocrea.core.db import add_once
from cocrea.core.i18n import Lazy, day_in_words
from cocrea.core.i18n import lazy as _l
from cocrea.followup import queries
from cocrea.tables.models import Reminder

SHOWN = 50  # activities that one letter names


def remind_of_activities(*, now: datetime) -> int:
    """A week before an activity ends, and the day after it did, to each official of who answers for it: one letter for
    all that ends on one day. Of each activity once, also by several processes; how many letters were written."""
    written = 0
    for occasion in queries.Occasion:
        together: dict[tuple[Person, date], list[Any]] = defaultdict(list)
        for person, row in queries.activities_to_remind(occasion, now):
            if add_once(Reminder, about=row.about, person_id=person.id, sent_at=now):
                together[person, row.ends_on].append(row)
        for (person, ends_on), rows in together.items():
            _write(person, occasion is queries.Occasion.LATE, ends_on, rows)
        written += len(together)
    return written


def _write(person: Person, late: bool, ends_on: date, rows: list[Any]) -> None:
    told = {"rows": rows[:SHOWN], "more": max(len(rows) - SHOWN, 0), "ends_on": ends_on, "late": late}
    tell(person, _subject(ends_on, late), "followup/activity_due", **told)


def _subject(ends_on: date, late: bool) -> Any:
    day = Lazy(day_in_words, ends_on)
    if late:
        return _l("Venció lo que tu institución haría a más tardar el %(day)s", day=day)
    return _l("El %(day)s termina el plazo de lo que tu institución prometió", day=day)
