"""What the facilitation fills in to keep a conversation in order."""

from __future__ import annotations

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from cocrea.core.forms import Form, line, members, pairs
from cocrea.core.i18n import lazy as _l
from cocrea.tables.models import RestrictionKind

_WAITS = (
    (0, _l("Sin espera")),
    (10, _l("10 segundos")),
    (30, _l("30 segundos")),
    (60, _l("1 minuto")),
    (120, _l("2 minutos")),
    (300, _l("5 minutos")),
)
_MUTES = (
    (0, _l("Hasta que termine la sesión")),
    (5, _l("5 minutos")),
    (15, _l("15 minutos")),
    (30, _l("30 minutos")),
)


class LockForm(Form):
    """Why nobody may write for a while."""

    within = "cierre"

    reason = line(
        _l("¿Por qué se cierra?"),
        limit=500,
        description=_l("La lee toda la sala y queda en el historial público. No nombres a nadie."),
    )


class SlowForm(Form):
    """How long each person waits between two messages, and why."""

    within = "ritmo"

    seconds = SelectField(
        _l("Cada persona espera entre un mensaje y otro"), coerce=int, choices=lambda: pairs(_WAITS)
    )
    reason = line(
        _l("¿Por qué cambia el ritmo?"),
        limit=500,
        description=_l("La lee toda la sala y queda en el historial público. No nombres a nadie."),
    )


class RestrictForm(Form):
    """What is taken from someone in a session, and why."""

    kind = RadioField(
        _l("Qué haces"),
        [InputRequired(_l("Este dato hace falta."))],
        choices=members(RestrictionKind),
        default=RestrictionKind.MUTED.value,
    )
    minutes = SelectField(
        _l("¿Por cuánto tiempo se quita la palabra?"),
        coerce=int,
        default=0,
        choices=lambda: pairs(_MUTES),
        description=_l("Al terminar la recupera sola. Sacar de la sala vale hasta el final de la sesión."),
    )
    reason = line(
        _l("¿Por qué?"),
        limit=500,
        description=_l("La persona la lee y queda en el historial. Di qué regla no se cumplió, sin nombrar a nadie."),
    )
