"""Who reads the papers of a booth, and who counts them with the box."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.core.windows import WindowState
from cocrea.cycles.policies import can_facilitate
from cocrea.voting.models import Booth, Contest, ShiftKind


def can_count(actor: Any, booth: Booth, now: datetime) -> Decision:
    """Read the papers of a booth and state what was in its box: its officers in a shift to count, until the count."""
    contest = booth.contest
    if booth.annulled_at is not None or contest.cancelled_at is not None:
        return deny(_l("Esta casilla o su votación se anuló: sus boletas no cuentan."))
    if contest.counted_at is not None:
        return deny(_l("Esta votación ya se contó: nada cambia."))
    if contest.state(now) is not WindowState.CLOSED:
        return deny(_l("Las boletas se leen cuando la votación cierra."))
    serves = actor.is_authenticated and any(
        shift.person_id == actor.id and shift.kind is ShiftKind.COUNT and shift.window.is_open(now)
        for shift in booth.shifts
    )
    return allow_if(serves, _l("Esto lo hace quien tiene ahora un turno de captura en esta casilla."))


def can_tally(actor: Any, contest: Contest, now: datetime) -> Decision:
    """Count the sealed box with the papers: the facilitation. What is missing is told by the page and the operation."""
    if contest.cancelled_at is not None or contest.sealed_at is None:
        return deny(_l("Se cuenta cuando la votación cierra y su urna se sella."))
    return can_facilitate(actor, contest.cycle, now)
