"""Workshops: called, changed, cancelled, and the people who came to them counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cocrea.accounts.models import Gender, Sector
from cocrea.consultation.models import Attendance, Trait, Workshop
from cocrea.consultation.operations.history import note
from cocrea.consultation.operations.paper import most_on_paper
from cocrea.consultation.operations.problems import check_place
from cocrea.consultation.policies import can_cancel_workshop, can_count_people, can_run_workshop
from cocrea.consultation.queries import attendance
from cocrea.core import references, text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import in_words
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_facilitate
from cocrea.extensions import db

MOST_PEOPLE = 100_000
VALUES = {Trait.SECTOR: Sector, Trait.GENDER: Gender}
Counts = Mapping[Trait, Mapping[str, int]]


@dataclass(frozen=True)
class Plan:
    """What a workshop is called, where and when people meet, who invites and how they work. All plain text.

    `already_held` says that a moment in the past is meant: the workshop took place and is written down afterwards.
    """

    title: str
    place: str
    starts_at: datetime
    organiser: str
    method: str
    territory: str = ""
    municipality: str = ""
    already_held: bool = False


def plan_workshop(*, actor: Any, cycle: Cycle, plan: Plan, now: datetime) -> Workshop:
    """Call a meeting in person. Its page is public at once."""
    enforce(can_facilitate, actor, cycle, now)
    _check_moment(cycle, plan, now)
    fields = _checked(plan)
    reference = references.allot(cycle.prefix, "JOR")
    own = {"reference": reference, "cycle_id": cycle.id, "planned_by_id": actor.id, "created_at": now}
    workshop = add(Workshop(**own, **fields))
    note(actor, workshop, "workshop.planned", now, new=_recorded(workshop))
    return workshop


def edit_workshop(*, actor: Any, workshop: Workshop, plan: Plan, now: datetime) -> Workshop:
    """Change what was announced. The history says what changed: nobody finds a closed door without knowing why.

    Once it has begun, everything but its moment can be corrected.
    """
    enforce(can_run_workshop, actor, lock(workshop), now)
    if plan.starts_at != workshop.starts_at:
        if workshop.has_begun(now):
            raise Invalid(_l("La jornada ya empezó: su día y hora no cambian."), "starts_at")
        _check_moment(workshop.cycle, plan, now)
    old = _recorded(workshop)
    for field, value in _checked(plan).items():
        setattr(workshop, field, value)
    new = _recorded(workshop)
    changed = [name for name in new if new[name] != old[name]]
    if changed:
        note(actor, workshop, "workshop.edited", now, old=_only(old, changed), new=_only(new, changed))
    return workshop


def cancel_workshop(*, actor: Any, workshop: Workshop, reason: str, now: datetime) -> None:
    """Call it off, for good and with its reason in public."""
    enforce(can_cancel_workshop, actor, lock(workshop), now)
    why = text.plain(reason)
    if not why:
        raise Invalid(_l("Di por qué se cancela: quien pensaba ir leerá tu razón."), "reason")
    workshop.cancelled_at, workshop.cancel_reason = now, why
    note(actor, workshop, "workshop.cancelled", now, reason=why)


def count_people(*, actor: Any, workshop: Workshop, attended: int, counts: Counts, now: datetime) -> None:
    """Write down how many came and, as far as they said, of which sectors and genders. Replaces an earlier count."""
    enforce(can_count_people, actor, lock(workshop), now)
    if not 0 <= attended <= MOST_PEOPLE:
        raise Invalid(_l("Escribe cuántas personas fueron, entre 0 y %(most)s.", most=MOST_PEOPLE), "attended")
    if attended < (needed := most_on_paper(workshop, now)):
        wrong = _l(
            "En papel hay apoyos o respuestas de al menos %(needed)s personas: corrígelos antes.", needed=needed
        )
        raise Invalid(wrong, "attended")
    for trait, by_value in counts.items():
        _check_counts(trait, by_value, attended)
    old, workshop.attended = _counted(workshop), attended
    workshop.attendance.clear()
    db.session.flush()
    workshop.attendance = [
        Attendance(trait=trait, value=value, people=people)
        for trait, by_value in counts.items()
        for value, people in by_value.items()
        if people
    ]
    db.session.flush()
    note(actor, workshop, "workshop.counted", now, old=old, new=_counted(workshop))


def _counted(workshop: Workshop) -> dict[str, Any]:
    """What the history keeps of a count: what the page shows of it, no group of fewer than five."""
    if workshop.attended is None:
        return {"attended": None}
    shown = {trait.value: dict(counts) for trait, counts in attendance(workshop).items()}
    return {"attended": workshop.attended, **shown}


def _check_counts(trait: Trait, counts: Mapping[str, int], attended: int) -> None:
    if not set(counts) <= set(VALUES[trait]) or any(people < 0 for people in counts.values()):
        raise Invalid(_l("Escribe números que no sean negativos."), "attended")
    if sum(counts.values()) > attended:
        wrong = {
            Trait.SECTOR: _l("Por sector suman más personas que las que fueron."),
            Trait.GENDER: _l("Por género suman más personas que las que fueron."),
        }
        raise Invalid(wrong[trait], "attended")


def _check_moment(cycle: Cycle, plan: Plan, now: datetime) -> None:
    ends = [stage.ends_at for stage in cycle.stages if Action.PUBLISH_PROBLEM in stage.opens]
    last = max((end for end in ends if end), default=None) if all(ends) else None
    if last and plan.starts_at >= last:
        when = in_words(last, cycle.timezone)
        raise Invalid(_l("La consulta termina el %(when)s: elige un momento anterior.", when=when), "starts_at")
    if plan.starts_at <= now and not plan.already_held:
        wrong = _l("Ese momento ya pasó. Si la jornada ya se realizó, marca la casilla para registrarla.")
        raise Invalid(wrong, "starts_at")


def _checked(plan: Plan) -> dict[str, Any]:
    fields = asdict(plan)
    del fields["already_held"]
    for name in ("title", "place", "organiser", "municipality"):
        fields[name] = text.plain(fields[name])
    fields["method"] = text.block(plan.method)
    for name in ("title", "place", "organiser", "method"):
        if not fields[name]:
            raise Invalid(_l("Este dato hace falta."), name)
    check_place(plan.territory, plan.municipality)
    return {**fields, "territory": plan.territory or None}


def _recorded(workshop: Workshop) -> dict[str, Any]:
    """What the history keeps of it: moments and codes, and a fingerprint of the texts."""
    said = (workshop.title, workshop.place, workshop.municipality, workshop.organiser, workshop.method)
    written = text.fingerprint(*said)
    return {"starts_at": workshop.starts_at, "territory": workshop.territory, "text": written}


def _only(values: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: values[name] for name in names}
