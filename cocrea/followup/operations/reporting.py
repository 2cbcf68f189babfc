"""What officials report of an activity in one go: its status, a text, evidence and what it has cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.commitments.content import MOST_PESOS
from cocrea.core import text
from cocrea.core.access import ALLOW, Decision, enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import CocreaError, Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.followup import policies
from cocrea.followup.models import BACKWARD, Activity, ActivitySpending, ActivityStatus
from cocrea.followup.operations import proofs
from cocrea.followup.operations.proofs import note

AT_ONCE = 100  # activities that one report can be of


@dataclass(frozen=True)
class Report:
    """What somebody reports; what is left out stays as it is. `spent` is the total so far, in whole pesos."""

    status: ActivityStatus | None = None
    text: str = ""
    title: str = ""
    url: str = ""
    upload: Any = None
    spent: int | None = None
    spent_note: str = ""

    @property
    def has_evidence(self) -> bool:
        return bool(text.plain(self.title) or text.plain(self.url) or self.upload)

    @property
    def is_empty(self) -> bool:
        said = text.plain(self.text) or self.has_evidence or self.spent_note
        return not said and self.status is None and self.spent is None


@dataclass(frozen=True)
class _News:
    """What of a report is not so already, under the lock of the activity."""

    status: ActivityStatus | None
    words: str
    spent: int | None
    was_spent: int | None

    def __bool__(self) -> bool:
        return bool(self.status or self.words) or self.spent is not None


def report(*, actor: Any, activity: Activity, content: Report, now: datetime, base: str = "") -> bool:
    """Take a step of the table of transitions, say how it goes, add evidence and what it cost: all of it or nothing.
    Whether anything was new: the same report again changes nothing.

    `base` is the `state_of` the activity that the writer read: where a colleague reported since, or the counterpart
    judged, it is a `Conflict`, and nothing is put in place of what they said. Evidence alone is added in any case.
    """
    enforce(policies.can_report, actor, lock(activity), now)
    latest = _latest(activity)
    found = _news(activity, content, latest)
    if found and base and base != _state(activity, latest.amount if latest else None):
        raise Conflict(
            _l("Alguien más cambió esta actividad mientras escribías. Lee cómo está ahora y guarda de nuevo.")
        )
    for wrong in problems(activity, content):
        raise wrong
    if found.status and not (allowed := policies.can_move(activity, found.status)):
        raise Conflict(allowed.reason)
    is_new = content.has_evidence and _prove(actor, activity, content, now)
    _say(actor, activity, found, now)
    if found.spent is not None:
        _spend(actor, activity, found, text.plain(content.spent_note), now)
    return is_new or bool(found)


def report_several(
    *, actor: Any, activities: Sequence[Activity], content: Report, bases: Mapping[str, str], now: datetime
) -> int:
    """The same report of each of these activities, up to `AT_ONCE`: all of them or none. Of how many it was new.

    `bases` are as the `base` of `report`, by reference. What keeps one from it is a `Conflict` that names it.
    """
    if len(activities) > AT_ONCE:
        raise Invalid(_l("Actualiza como máximo %(most)s actividades a la vez.", most=AT_ONCE))
    told = 0
    for activity in sorted(activities, key=lambda one: one.id):  # so that no two wait for each other
        try:
            base = bases[activity.reference]
            told += report(actor=actor, activity=activity, content=content, now=now, base=base)
        except CocreaError as error:
            raise Conflict(_l("«%(title)s»: %(problem)s", title=activity.title, problem=error.message)) from error
    return told


def hindrance(*, actor: Any, activity: Activity, content: Report, now: datetime) -> Any:
    """Why this activity in particular cannot be reported so, in words; empty where it can."""
    for decision in (policies.can_report(actor, activity, now), _may_move(activity, content)):
        if not decision:
            return decision.reason
    return next((wrong.message for wrong in step_problems(activity, content)), "")


def _may_move(activity: Activity, content: Report) -> Decision:
    return policies.can_move(activity, content.status) if content.status not in {None, activity.status} else ALLOW


def problems(activity: Activity, content: Report) -> Iterator[Invalid]:
    """All that keeps a report from being made, each with the field it belongs to."""
    yield from content_problems(content)
    yield from step_problems(activity, content)


def step_problems(activity: Activity, content: Report) -> Iterator[Invalid]:
    """A step back needs its reason, and completing what the counterpart disputed its answer: the objection stands
    beside it until the counterpart judges again."""
    words, old, new = text.plain(content.text), activity.status, content.status
    if (old, new) in BACKWARD and not words:
        yield Invalid(_l("Di por qué retrocede: la razón es pública."), "text")
    if new is ActivityStatus.COMPLETE and new is not old and activity.dispute_reason and not words:
        yield Invalid(_l("Di cómo atendieron la objeción de la contraparte: la respuesta es pública."), "text")


def content_problems(content: Report) -> Iterator[Invalid]:
    """All that is wrong with a report, of whatever activity it is."""
    if content.is_empty:
        yield Invalid(_l("No llenaste nada. Di cómo está, qué se ha hecho, qué lo muestra o cuánto se ha gastado."))
    if content.has_evidence:
        yield from proofs.problems(content.title, content.url, content.upload)
    if content.spent is None and text.plain(content.spent_note):
        yield Invalid(_l("Di cuánto se ha gastado, o borra la nota sobre el gasto."), "spent")
    if content.spent is not None and not 0 <= content.spent <= MOST_PESOS:
        yield Invalid(_l("Escribe el monto en pesos completos, sin signos."), "spent")


def state_of(activity: Activity) -> str:
    """What the writer of a report begins from: changes when somebody reports or judges."""
    return _state(activity, activity.spent)


def _state(activity: Activity, spent: int | None) -> str:
    return text.fingerprint(activity.status, activity.status_note, activity.dispute_reason, str(spent))


def _latest(activity: Activity) -> ActivitySpending | None:
    """Read apart from the locked row: what was added while one waited for it belongs to it too."""
    statement = sa.select(ActivitySpending).where(ActivitySpending.activity_id == activity.id)
    found: ActivitySpending | None = db.session.scalar(statement.order_by(ActivitySpending.id.desc()).limit(1))
    return found


def _news(activity: Activity, content: Report, latest: ActivitySpending | None) -> _News:
    words, remark = text.plain(content.text), text.plain(content.spent_note)
    known = latest is not None and content.spent == latest.amount and remark in {"", latest.note}
    return _News(
        content.status if content.status is not activity.status else None,
        words if words != activity.status_note else "",
        None if known else content.spent,
        latest.amount if latest else None,
    )


def _say(actor: Any, activity: Activity, found: _News, now: datetime) -> None:
    """The text belongs to the status: one that moves without a text has none."""
    old = activity.status
    if found.status:
        activity.status, activity.status_note = found.status, found.words
        change = {"old": {"status": old}, "new": {"status": found.status}}
        note(actor, activity, f"activity.{found.status}", now, reason=found.words, **change)
    elif found.words:
        activity.status_note = found.words
        note(actor, activity, "activity.told", now, reason=found.words)


def _prove(actor: Any, activity: Activity, content: Report, now: datetime) -> bool:
    """Add a means of verification, a web address or a file; the same one twice is kept once."""
    shown = proofs.read(content.title, content.url, content.upload, now)
    if proofs.known(activity, shown.digest) is None:
        proofs.add_to(activity, shown, author=actor, by=actor, now=now)
        return True
    if shown.file:
        db.session.delete(shown.file)
    return False


def _spend(actor: Any, activity: Activity, found: _News, remark: str, now: datetime) -> None:
    own = {"activity_id": activity.id, "reported_by_id": actor.id, "reported_at": now}
    add(ActivitySpending(amount=found.spent, note=remark, **own))
    db.session.expire(activity, ["spent"])
    change = {"old": {"spent": found.was_spent}, "new": {"spent": found.spent}}
    note(actor, activity, "activity.spent", now, reason=remark, **change)
