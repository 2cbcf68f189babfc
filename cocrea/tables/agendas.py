"""Agendas to begin with, for the kinds of session that a table has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cocrea.core.i18n import lazy as _l
from cocrea.tables.models import Purpose


@dataclass(frozen=True)
class Template:
    """Items as (title, purpose, minutes), in their order."""

    label: Any
    items: Sequence[tuple[Any, Purpose, int]]


_WELCOME = (_l("Bienvenida y reglas de la conversación"), Purpose.INFORM, 10)
_CLOSE = (_l("Acuerdos y siguientes pasos"), Purpose.DECIDE, 10)
OF_FORUM = "foro"
TEMPLATES = {
    "problema": Template(
        _l("Definir el problema"),
        (
            _WELCOME,
            (_l("Lo que dijo la consulta"), Purpose.INFORM, 15),
            (_l("Causas y efectos: revisar el árbol"), Purpose.DISCUSS, 45),
            (_l("En qué problema nos concentramos"), Purpose.DECIDE, 20),
            _CLOSE,
        ),
    ),
    "soluciones": Template(
        _l("Buscar soluciones"),
        (
            _WELCOME,
            (_l("El problema que elegimos"), Purpose.INFORM, 10),
            (_l("Ideas de solución, una por una"), Purpose.DISCUSS, 50),
            (_l("Qué es viable: responde la institución"), Purpose.INFORM, 20),
            (_l("Qué propuestas se escriben y quién las escribe"), Purpose.DECIDE, 15),
            _CLOSE,
        ),
    ),
    "compromiso": Template(
        _l("Redactar un compromiso"),
        (
            _WELCOME,
            (_l("La propuesta de la que parte"), Purpose.INFORM, 10),
            (_l("Objetivo, indicador y meta"), Purpose.DISCUSS, 40),
            (_l("Actividades, fechas y responsables"), Purpose.DISCUSS, 40),
            (_l("Si la mesa respalda el texto"), Purpose.DECIDE, 15),
            _CLOSE,
        ),
    ),
    OF_FORUM: Template(
        _l("Sesión del foro"),
        (
            (_l("Quiénes están y si hay cuórum"), Purpose.INFORM, 5),
            (_l("Orden del día"), Purpose.DECIDE, 5),
            (_l("Seguimiento de los acuerdos anteriores"), Purpose.INFORM, 15),
            (_l("Asuntos que se deciden hoy"), Purpose.DECIDE, 45),
            (_l("Asuntos generales"), Purpose.DISCUSS, 15),
            _CLOSE,
        ),
    ),
}
