"""The rules by which a stage's dates may be set and moved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.windows import Window
from cocrea.cycles.models import Stage, StageKind


def check_window(window: Window) -> None:
    """Both dates or neither, in order."""
    if (window.start is None) != (window.end is None):
        raise Invalid(_l("Pon las dos fechas o ninguna."), "starts_on" if window.start is None else "ends_on")
    if window.start and window.end and window.end <= window.start:
        raise Invalid(_l("El cierre debe ser después de la apertura."), "ends_on")


def check_move(stage: Stage, window: Window, now: datetime) -> None:
    """What already happened does not change: an opening that passed stays, and nothing is dated into the past.

    So nothing that was contributed ever finds itself outside the window in which it was contributed.
    """
    if window.start != stage.starts_at and stage.has_begun(now):
        raise Invalid(_l("La etapa ya abrió: su apertura no puede cambiar."), "starts_on")
    if window.start != stage.starts_at and window.start is not None and window.start < now:
        raise Invalid(_l("Esa apertura ya pasó. Elige un momento por venir."), "starts_on")
    if window.end != stage.ends_at and window.end is not None and window.end < now:
        raise Invalid(_l("Ese cierre ya pasó. Para terminar hoy, elige «Cerrar la etapa ahora»."), "ends_on")


def lacks_notice(stage: Stage, start: datetime | None, now: datetime) -> bool:
    """Whether opening then would come sooner than the cycle's notice after today. Preparation needs none."""
    if start is None or stage.kind is StageKind.PREPARATION:
        return False
    return start < now + timedelta(days=stage.cycle.notice_days)


def shortens_notice(stage: Stage, start: datetime | None, now: datetime) -> bool:
    """Whether the new opening takes people by surprise: new or sooner than announced, and with too little notice.

    Opening later than announced surprises nobody.
    """
    is_sooner = start is not None and (stage.starts_at is None or start < stage.starts_at)
    return is_sooner and lacks_notice(stage, start, now)


def notice_needed(stage: Stage) -> Any:
    return _l(
        "La etapa «%(stage)s» empezaría con menos de %(days)s días de aviso. Cambia su fecha o explica por qué.",
        stage=stage.title,
        days=stage.cycle.notice_days,
    )
