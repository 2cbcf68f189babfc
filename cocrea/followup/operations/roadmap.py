"""The roadmap while it is written: key actions with weights, activities with dates. Signed, it changes no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from cocrea.accounts.models import Organisation
from cocrea.audit.canonical import canonical_json
from cocrea.commitments import sections
from cocrea.commitments.models import Commitment
from cocrea.commitments.operations import text_changed
from cocrea.commitments.policies import can_edit
from cocrea.core import references, text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db
from cocrea.followup.models import Activity, KeyAction

CODE = "ACT"
MAX_WEIGHT = 100


@dataclass(frozen=True)
class ActionText:
    """What a key action says and how much of the commitment it weighs (1 to 100)."""

    title: str
    weight: int

    @property
    def fingerprint(self) -> str:
        return text.fingerprint(canonical_json(asdict(self)))


@dataclass(frozen=True)
class ActivityText:
    """What an activity says: who answers for it (an organisation's id), when, and what will prove it."""

    title: str
    responsible_id: int | None
    starts_on: date
    ends_on: date
    means_of_verification: str = ""

    @property
    def fingerprint(self) -> str:
        dates = {"starts_on": self.starts_on.isoformat(), "ends_on": self.ends_on.isoformat()}
        return text.fingerprint(canonical_json({**asdict(self), **dates}))


def action_text(action: KeyAction) -> ActionText:
    return ActionText(action.title, action.weight)


def activity_text(activity: Activity) -> ActivityText:
    return ActivityText(
        activity.title,
        activity.responsible_id,
        activity.starts_on,
        activity.ends_on,
        activity.means_of_verification,
    )


def add_action(*, actor: Any, commitment: Commitment, content: ActionText, now: datetime) -> KeyAction:
    """Add a key action at the end of the roadmap. Weights need to add to 100 only when it is signed."""
    enforce(can_edit, actor, lock(commitment), now)
    clean = _clean_action(content)
    position = _next(sa.select(sa.func.max(KeyAction.position)).where(KeyAction.commitment_id == commitment.id))
    action = add(KeyAction(commitment_id=commitment.id, position=position, title=clean.title, weight=clean.weight))
    _changed(actor, commitment, now)
    return action


def change_action(*, actor: Any, action: KeyAction, content: ActionText, base: str, now: datetime) -> KeyAction:
    """Rewrite a key action. `base`: fingerprint of the text the writer began from; `Conflict` when it is another."""
    enforce(can_edit, actor, lock(action.commitment), now)
    db.session.refresh(action)
    _refuse_older(action_text(action).fingerprint, base)
    clean = _clean_action(content)
    action.title, action.weight = clean.title, clean.weight
    db.session.flush()
    _changed(actor, action.commitment, now)
    return action


def remove_action(*, actor: Any, action: KeyAction, now: datetime) -> None:
    """Take a key action out of the draft, with its activities; the versions keep what it said."""
    commitment = action.commitment
    enforce(can_edit, actor, lock(commitment), now)
    for activity in list(action.activities):
        db.session.delete(activity)
    db.session.flush()
    db.session.delete(action)
    db.session.flush()
    _changed(actor, commitment, now)


def add_activity(*, actor: Any, action: KeyAction, content: ActivityText, now: datetime) -> Activity:
    """Add an activity at the end of a key action."""
    commitment = action.commitment
    enforce(can_edit, actor, lock(commitment), now)
    clean = _clean_activity(content)
    position = _next(sa.select(sa.func.max(Activity.position)).where(Activity.key_action_id == action.id))
    reference = references.allot(commitment.cycle.prefix, CODE)
    activity = add(Activity(reference=reference, key_action_id=action.id, position=position, **asdict(clean)))
    _changed(actor, commitment, now)
    return activity


def change_activity(*, actor: Any, activity: Activity, content: ActivityText, base: str, now: datetime) -> Activity:
    """Rewrite an activity. `base` as in `change_action`."""
    commitment = activity.key_action.commitment
    enforce(can_edit, actor, lock(commitment), now)
    db.session.refresh(activity)
    _refuse_older(activity_text(activity).fingerprint, base)
    for field, value in asdict(_clean_activity(content)).items():
        setattr(activity, field, value)
    db.session.flush()
    _changed(actor, commitment, now)
    return activity


def remove_activity(*, actor: Any, activity: Activity, now: datetime) -> None:
    """Take an activity out of the draft; the versions keep what it said."""
    commitment = activity.key_action.commitment
    enforce(can_edit, actor, lock(commitment), now)
    db.session.delete(activity)
    db.session.flush()
    _changed(actor, commitment, now)


def write_roadmap(commitment: Commitment, actions: Sequence[tuple[ActionText, Sequence[ActivityText]]]) -> None:
    """Make the roadmap of a locked draft say this. What stands at the same place is rewritten and keeps its reference;
    `text_changed` is the caller's to call."""
    clean = [(_clean_action(action), [_clean_activity(step) for step in steps]) for action, steps in actions]
    there = list(db.session.scalars(_actions_of(commitment)))
    for action in there[len(clean) :]:
        _delete(action.activities)
        db.session.delete(action)
    kept = [list(action.activities) for action in there] + [[]] * len(clean)
    added = sum(max(0, len(steps) - len(old)) for (_action, steps), old in zip(clean, kept, strict=False))
    fresh = iter(references.allot_many(commitment.cycle.prefix, CODE, count=added))
    last = there[-1].position if there else 0
    missing = range(last + 1, last + 1 + len(clean) - len(there))
    there += [KeyAction(commitment_id=commitment.id, position=position, activities=[]) for position in missing]
    for action, old, (said, steps) in zip(there, kept, clean, strict=False):
        action.title, action.weight = said.title, said.weight
        _write_activities(action, old, steps, fresh)
    db.session.add_all(there[: len(clean)])
    db.session.flush()


def _write_activities(
    action: KeyAction, there: list[Activity], contents: Sequence[ActivityText], fresh: Iterator[str]
) -> None:
    _delete(there[len(contents) :])
    last = there[-1].position if there else 0
    for place, content in enumerate(contents):
        if place < len(there):
            activity = there[place]
        else:
            last += 1
            activity = Activity(reference=next(fresh), position=last)
            action.activities.append(activity)
        for field, value in asdict(content).items():
            setattr(activity, field, value)


def _actions_of(commitment: Commitment) -> sa.Select[KeyAction]:
    found = sa.select(KeyAction).filter_by(commitment_id=commitment.id).options(selectinload(KeyAction.activities))
    return found.order_by(KeyAction.position).execution_options(populate_existing=True)


def _delete(activities: Iterable[Activity]) -> None:
    for activity in list(activities):
        db.session.delete(activity)


def reschedule(commitment: Commitment, dates: Mapping[str, tuple[date, date]]) -> None:
    """Move activities as an amendment says; `commitments` checked that both signed it, and writes the history."""
    statement = sa.select(Activity).join(KeyAction).where(KeyAction.commitment_id == commitment.id)
    for activity in db.session.scalars(statement.where(Activity.reference.in_(dates))):
        activity.starts_on, activity.ends_on = dates[activity.reference]


def _changed(actor: Any, commitment: Commitment, now: datetime) -> None:
    text_changed(actor=actor, commitment=commitment, part=sections.ROADMAP, now=now)


def _next(last: sa.Select[Any]) -> int:
    return (db.session.scalar(last) or 0) + 1


def _refuse_older(present: str, base: str) -> None:
    if present != base:
        raise Conflict(_l("Mientras escribías, otra persona cambió esto. Compara los dos textos."))


def _clean_action(content: ActionText) -> ActionText:
    title = text.plain(content.title)
    if not title:
        raise Invalid(_l("Di en qué consiste la acción."), "title")
    if not 1 <= content.weight <= MAX_WEIGHT:
        raise Invalid(_l("El peso va de 1 a 100."), "weight")
    return ActionText(title, content.weight)


def _clean_activity(content: ActivityText) -> ActivityText:
    title = text.plain(content.title)
    if not title:
        raise Invalid(_l("Di en qué consiste la actividad."), "title")
    if content.ends_on < content.starts_on:
        raise Invalid(_l("La fecha de término no puede ser anterior al inicio."), "ends_on")
    if content.responsible_id and db.session.get(Organisation, content.responsible_id) is None:
        raise Invalid(_l("Elige una institución de la lista."), "responsible_id")
    return ActivityText(
        title,
        content.responsible_id or None,
        content.starts_on,
        content.ends_on,
        text.plain(content.means_of_verification),
    )
