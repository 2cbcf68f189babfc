"""Who may plan workshops and write down what happened in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.consultation.models import Workshop
from cocrea.consultation.policies.problems import can_record
from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import in_words
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.policies import can_facilitate

CANCELLED = _l("Esta jornada se canceló: su página queda como constancia.")


def can_run_workshop(actor: Any, workshop: Workshop, now: datetime) -> Decision:
    """Change what was announced: the facilitation of its cycle, unless it was cancelled."""
    facilitates = can_facilitate(actor, workshop.cycle, now)
    return deny(CANCELLED) if facilitates and workshop.is_cancelled else facilitates


def can_cancel_workshop(actor: Any, workshop: Workshop, now: datetime) -> Decision:
    """Call it off, until it begins: what took place is not undone."""
    runs = can_run_workshop(actor, workshop, now)
    begun = runs and workshop.has_begun(now)
    return deny(_l("La jornada ya empezó: no se puede cancelar.")) if begun else runs


def can_count_people(actor: Any, workshop: Workshop, now: datetime) -> Decision:
    """Write down how many came, from the moment it begins."""
    runs = can_run_workshop(actor, workshop, now)
    return _once_begun(workshop, now) if runs else runs


def can_enter(actor: Any, workshop: Workshop, now: datetime) -> Decision:
    """Write down what was said in it, from the moment it begins and in the same window as everyone."""
    counts = can_count_people(actor, workshop, now)
    return can_record(actor, workshop.cycle, now) if counts else counts


def can_send_entries(actor: Any, workshop: Workshop, now: datetime) -> Decision:
    """Ask whether what was typed on a device has arrived: the facilitation, at any time. Each is then judged alone."""
    return can_facilitate(actor, workshop.cycle, now)


def can_see_photos(actor: Any, workshop: Workshop, now: datetime) -> Decision:
    """See the photographs of its sheets, and take one away: the facilitation, at any time."""
    return can_facilitate(actor, workshop.cycle, now)


def _once_begun(workshop: Workshop, now: datetime) -> Decision:
    when = in_words(workshop.starts_at, workshop.cycle.timezone)
    return allow_if(workshop.has_begun(now), _l("La jornada todavía no empieza: es el %(when)s.", when=when))
