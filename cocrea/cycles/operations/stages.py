"""Changing the stages of a cycle: what they are for, when they open, in which order they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.windows import Window
from cocrea.cycles import calendar, policies, rules
from cocrea.cycles.models import Cycle, Stage, StageKind
from cocrea.cycles.operations import history
from cocrea.extensions import db


@dataclass(frozen=True)
class StagePlan:
    """What a stage says and when it runs; both dates or neither."""

    title: str
    purpose: str
    product: str
    starts_at: datetime | None
    ends_at: datetime | None

    @property
    def window(self) -> Window:
        return Window(self.starts_at, self.ends_at)


def edit_stage(
    *, actor: Any, stage: Stage, plan: StagePlan, now: datetime, reason: str = "", notice_waiver: str = ""
) -> Stage:
    """Change a stage until its report is public. It cannot have dates without purpose and product.

    Once the calendar is public, moving a date needs a `reason`, and opening with less notice than the cycle
    announces needs a `notice_waiver`; both are recorded with the old and the new dates.
    """
    enforce(policies.can_edit_stage, actor, lock(stage), now)
    words = (text.plain(plan.title), text.block(plan.purpose), text.block(plan.product))
    why, waiver = text.plain(reason), text.plain(notice_waiver)
    _check_words(*words, plan)
    calendar.check_window(plan.window)
    old_words, old_dates = (stage.title, stage.purpose, stage.product), history.dates(stage)
    is_moved = plan.window != stage.window
    if is_moved and stage.cycle.published_at is not None:
        _check_public_move(stage, plan, why, waiver, now)
    stage.title, stage.purpose, stage.product = words
    stage.starts_at, stage.ends_at = plan.starts_at, plan.ends_at
    db.session.flush()
    if is_moved:
        new = {**history.dates(stage), **({"notice_waiver": waiver} if waiver else {})}
        history.note_stage(actor, stage, "stage.rescheduled", now, old=old_dates, new=new, reason=why)
    if words != old_words:
        old, new = ({"text": text.fingerprint(*found)} for found in (old_words, words))
        history.note_stage(actor, stage, "stage.reworded", now, old=old, new=new)
    return stage


def set_rules(*, actor: Any, stage: Stage, values: Mapping[str, Any], now: datetime) -> Stage:
    """Decide the rules of a stage (`cycles.rules`) before it opens. What `values` does not name stays as it is."""
    enforce(policies.can_set_rules, actor, lock(stage), now)
    known, old = rules.of_kind(stage.kind), rules.in_force(stage)
    for key, value in values.items():
        if key not in known or not known[key].accepts(value):
            raise Invalid(known[key].refusal if key in known else _l("Elige uno de los valores que se ofrecen."), key)
    new = {**old, **values}
    if new != old:
        stage.rules = new
        history.note_stage(actor, stage, "stage.rules_set", now, old=old, new=new)
    return stage


def add_stage(*, actor: Any, cycle: Cycle, kind: StageKind, now: datetime) -> Stage:
    """Add an undated stage at the end."""
    enforce(policies.can_steer, actor, lock(cycle), now)
    position = max((stage.position for stage in cycle.stages), default=0) + 1
    stage = add(Stage(cycle=cycle, position=position, kind=kind, title=str(kind.label)))
    history.note_stage(actor, stage, "stage.added", now, new={"kind": kind, "position": position})
    return stage


def remove_stage(*, actor: Any, stage: Stage, now: datetime, reason: str = "") -> None:
    """Take out a stage that has not begun and that nothing hangs on; from a public calendar, with a reason."""
    enforce(policies.can_remove_stage, actor, lock(stage), now)
    cycle, why = stage.cycle, text.plain(reason)
    if cycle.published_at and stage.starts_at and not why:
        raise Invalid(_l("El calendario ya es público: escribe por qué se quita la etapa."), "reason")
    old = {"kind": stage.kind, "position": stage.position, **history.dates(stage)}
    history.note_stage(actor, stage, "stage.removed", now, old=old, reason=why)
    _delete(stage)
    db.session.refresh(cycle)


def move_stage_earlier(*, actor: Any, stage: Stage, now: datetime) -> Stage:
    """Change places with the stage before. Only the order in which they are shown: dates stay as they are."""
    enforce(policies.can_edit_stage, actor, stage, now)
    cycle = lock(stage.cycle)
    before = max((s for s in cycle.stages if s.position < stage.position), key=lambda s: s.position, default=None)
    if before is None:
        raise Conflict(_l("Esta etapa ya es la primera."))
    enforce(policies.can_edit_stage, actor, before, now)
    earlier, later = before.position, stage.position
    for row, position in ((stage, -1), (before, later), (stage, earlier)):  # no two share a position at any moment
        row.position = position
        db.session.flush()
    db.session.refresh(cycle, ["stages"])
    history.note_stage(actor, stage, "stage.moved", now, old={"position": later}, new={"position": earlier})
    return stage


def close_stage_now(*, actor: Any, stage: Stage, reason: str, now: datetime) -> Stage:
    """End an open stage at this moment instead of on its date; the reason is public."""
    enforce(policies.can_close_now, actor, lock(stage), now)
    if stage.starts_at == now:
        raise Conflict(_l("La etapa acaba de abrir. Espera un momento y ciérrala."))
    why = text.plain(reason)
    if not why:
        raise Invalid(_l("Escribe por qué cierra antes de su fecha."), "reason")
    old, stage.ends_at = stage.ends_at, now
    db.session.flush()
    history.note_stage(actor, stage, "stage.rescheduled", now, old={"ends_at": old}, new={"ends_at": now}, reason=why)
    return stage


def _check_words(title: str, purpose: str, product: str, plan: StagePlan) -> None:
    if not title:
        raise Invalid(_l("La etapa necesita un nombre."), "title")
    if plan.starts_at and not purpose:
        raise Invalid(_l("Escribe para qué es la etapa: sin propósito no puede tener fechas."), "purpose")
    if plan.starts_at and not product:
        raise Invalid(_l("Escribe qué debe quedar hecho: sin producto no puede tener fechas."), "product")


def _check_public_move(stage: Stage, plan: StagePlan, reason: str, waiver: str, now: datetime) -> None:
    """A public calendar moves for a stated reason, never into the past, and with the announced notice or a waiver."""
    calendar.check_move(stage, plan.window, now)
    if not reason:
        raise Invalid(_l("El calendario ya es público: escribe por qué cambian las fechas."), "reason")
    if calendar.shortens_notice(stage, plan.starts_at, now):
        if not waiver:
            raise Invalid(calendar.notice_needed(stage), "notice_waiver")
        stage.notice_waiver = waiver


def _delete(stage: Stage) -> None:
    try:
        with db.session.begin_nested():
            db.session.delete(stage)
    except sa.exc.IntegrityError as error:
        raise Conflict(_l("Ya hay trabajo que depende de esta etapa: no se puede quitar.")) from error
