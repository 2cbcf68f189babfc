"""What agreements make people owe: done, and said so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import Lazy, day_in_words
from cocrea.core.i18n import lazy as _l
from cocrea.tables import policies, queries
from cocrea.tables.models import AgreementState, Duty
from cocrea.tables.operations.agreements import note, tell
from cocrea.tables.operations.reminders import remind


def fulfil_duty(*, actor: Any, duty: Duty, outcome: str, now: datetime) -> None:
    """Say that what was owed is done, and what was done: public, with who says so."""
    agreement = duty.agreement
    lock(agreement.session)
    enforce(policies.can_fulfil, actor, lock(duty), now)
    told = text.plain(outcome)[:500]
    if not told:
        raise Invalid(_l("Di qué se hizo: se publica junto al acuerdo."), "outcome")
    duty.done_at, duty.done_by_id, duty.outcome = now, actor.id, told
    new = {"duty": duty.position, "text": text.fingerprint(told)}
    note(actor, agreement, "agreement.fulfilled", now, new=new)
    tell(actor, agreement, "done", now)


def remind_of_duties(*, now: datetime) -> int:
    """A week before something owed is due, and a day after it was, by day; how many e-mails were written."""
    written = 0
    for duty in queries.duties_to_remind(now):
        late = duty.state(now) is AgreementState.OVERDUE
        day = Lazy(day_in_words, duty.due_at, duty.agreement.cycle.timezone)
        subject = (
            _l("Venció lo que te toca de un acuerdo: era para el %(day)s", day=day)
            if late
            else _l("El %(day)s vence lo que te toca de un acuerdo", day=day)
        )
        about = f"{duty.agreement.reference}:{duty.position}:{'overdue' if late else 'due'}"
        for person in queries.responsible_people(duty):
            written += remind(
                person=person, about=about, subject=subject, template="tables/duty_due", now=now, duty=duty, late=late
            )
    return written
