"""Who may see and steer a cycle, and whether an open stage allows a contribution."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.models import PLATFORM, Role
from cocrea.core.access import ALLOW, Decision, allow_if, deny
from cocrea.core.i18n import in_words
from cocrea.core.i18n import lazy as _l
from cocrea.core.windows import WindowState
from cocrea.cycles.models import OPENS, Action, Cycle, Stage
from cocrea.forums.models import Space

STEER_REASON = _l("Solo quien es responsable del espacio puede hacer esto.")


def is_steward(actor: Any, cycle: Cycle) -> bool:
    return bool(
        actor.holds(Role.ADMINISTRATOR, PLATFORM) or actor.holds(Role.STEWARD, cycle, f"space:{cycle.space_id}")
    )


def is_facilitator(actor: Any, cycle: Cycle) -> bool:
    """Facilitators of the cycle, and those who answer for it."""
    return bool(actor.holds(Role.FACILITATOR, cycle)) or is_steward(actor, cycle)


def can_read(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """A published cycle is public; a draft is its stewards' alone."""
    return allow_if(cycle.published_at or is_steward(actor, cycle), STEER_REASON)


def can_steer(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    return allow_if(is_steward(actor, cycle), STEER_REASON)


def can_publish(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """Make the calendar public, once."""
    if cycle.published_at is not None:
        return deny(_l("El calendario de este ciclo ya es público."))
    return can_steer(actor, cycle, now)


def can_create(actor: Any, space: Space, now: datetime) -> Decision:
    """Begin a cycle in a space: its stewards."""
    return allow_if(actor.holds(Role.ADMINISTRATOR, PLATFORM) or actor.holds(Role.STEWARD, space), STEER_REASON)


def can_edit_stage(actor: Any, stage: Stage, now: datetime) -> Decision:
    """Stewards, until the stage's report is public."""
    if stage.report is not None:
        return deny(_l("El informe de esta etapa ya es público: la etapa quedó cerrada y no cambia."))
    return can_steer(actor, stage.cycle, now)


def can_set_rules(actor: Any, stage: Stage, now: datetime) -> Decision:
    """Until the stage opens: whoever takes part knows by which rules."""
    if stage.has_begun(now):
        return deny(_l("Las reglas de una etapa no cambian después de que abre."))
    return can_edit_stage(actor, stage, now)


def can_close_now(actor: Any, stage: Stage, now: datetime) -> Decision:
    """End a stage before its date: only while it is open."""
    if stage.state(now) is not WindowState.OPEN:
        return deny(_l("Solo se puede cerrar una etapa que está abierta."))
    return can_edit_stage(actor, stage, now)


def can_remove_stage(actor: Any, stage: Stage, now: datetime) -> Decision:
    """Take out a stage that has not begun."""
    if stage.has_begun(now):
        return deny(_l("Una etapa que ya abrió no se puede quitar: ciérrala con su informe."))
    return can_edit_stage(actor, stage, now)


def can_report(actor: Any, stage: Stage, now: datetime) -> Decision:
    """Stewards and facilitators, once, after the stage has ended."""
    if stage.report is not None:
        return deny(_l("Esta etapa ya tiene su informe."))
    if stage.state(now) is not WindowState.CLOSED:
        return deny(_l("El informe se publica cuando la etapa termina."))
    return can_facilitate(actor, stage.cycle, now)


def can_facilitate(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    return allow_if(is_facilitator(actor, cycle), _l("Solo la facilitación del ciclo puede hacer esto."))


def can_facilitate_in(actor: Any, subject: Any, now: datetime) -> Decision:
    """As `can_facilitate`, of what belongs to a cycle and whatever became of it."""
    return can_facilitate(actor, subject.cycle, now)


def stage_opens(action: Action, cycle: Cycle, now: datetime) -> Decision:
    """Whether an open stage of the cycle allows the action; if not, which stage does and when (invariant 1)."""
    if cycle.published_at is None:
        return deny(_l("Este ciclo todavía es un borrador: nada se recibe hasta que se publique su calendario."))
    if cycle.stage_that_opens(action, now):
        return ALLOW
    candidates = [stage for stage in cycle.stages if action in OPENS[stage.kind]]
    upcoming = [stage for stage in candidates if stage.state(now) is WindowState.PLANNED]
    if upcoming:
        return deny(_starts(action, min(upcoming, key=lambda stage: stage.window.start or now), cycle))
    finished = [stage for stage in candidates if stage.state(now) is WindowState.CLOSED]
    if finished:
        return deny(_ended(action, max(finished, key=lambda stage: stage.window.end or now), cycle))
    return deny(_l("En este ciclo aún no hay fecha para %(action)s.", action=action.label))


def can_contribute(actor: Any, cycle: Cycle, action: Action, now: datetime) -> Decision:
    """A signed-in person with a confirmed e-mail, in an open stage that allows the action.

    The stage is judged first, so that nobody is sent to sign in for something that is closed.
    """
    opened = stage_opens(action, cycle, now)
    if not opened:
        return opened
    if not actor.is_authenticated:
        return Decision(False, _l("Entra con tu cuenta para %(action)s.", action=action.label), needs_account=True)
    if not actor.is_verified:
        return deny(_l("Confirma tu correo para %(action)s: abre el enlace que te enviamos.", action=action.label))
    return ALLOW


def _starts(action: Action, stage: Stage, cycle: Cycle) -> Any:
    return _l(
        "Aún no es momento de %(action)s: la etapa «%(stage)s» abre el %(when)s.",
        action=action.label,
        stage=stage.title,
        when=in_words(stage.starts_at, cycle.timezone) if stage.starts_at else "",
    )


def _ended(action: Action, stage: Stage, cycle: Cycle) -> Any:
    return _l(
        "Ya no se puede %(action)s: la etapa «%(stage)s» cerró el %(when)s.",
        action=action.label,
        stage=stage.title,
        when=in_words(stage.ends_at, cycle.timezone) if stage.ends_at else "",
    )
