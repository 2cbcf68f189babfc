"""What an open stage lets people do, and on which page of the cycle it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle, Stage, StageKind

_READ_PROBLEMS = (_l("Leer y apoyar problemáticas"), "problematicas")
_READ_PROPOSALS = (_l("Leer y apoyar propuestas"), "propuestas")

# Addresses below a cycle's own are stable, so they are written, not computed.
DOORS: dict[StageKind, tuple[tuple[Any, str], ...]] = {
    StageKind.PREPARATION: (),
    StageKind.CONSULTATION: (
        (_l("Publicar una problemática"), "problematicas/nueva"),
        (_l("Elegir los temas que van primero"), "temas"),
        _READ_PROBLEMS,
        (_l("Responder afirmaciones"), "afirmaciones/responder"),
    ),
    StageKind.TABLES: ((_l("Unirse a una mesa"), "mesas"),),
    StageKind.PROPOSALS: ((_l("Escribir una propuesta"), "propuestas/nueva"), _READ_PROPOSALS),
    StageKind.VOTING: ((_l("Votar"), "votaciones"),),
    StageKind.DRAFTING: ((_l("Leer y comentar los compromisos"), "compromisos"),),
    StageKind.PLAN_REVIEW: ((_l("Leer y comentar el plan completo"), "plan"),),
    StageKind.FOLLOW_UP: ((_l("Ver cómo va cada compromiso"), "tablero"),),
    StageKind.EVALUATION: ((_l("Ver qué se cumplió"), "tablero"),),
}


@dataclass(frozen=True)
class Doors:
    """What one open stage lets people do now: the most telling first, then the rest, as (label, path)."""

    stage: Stage
    first: tuple[Any, str]
    others: list[tuple[Any, str]]


def open_doors(cycle: Cycle, now: datetime) -> list[Doors]:
    """What can be done in the cycle now, by stage, each page once; what closes first comes first."""
    seen: set[str] = set()
    found = []
    for stage in sorted(cycle.open_stages(now), key=lambda stage: stage.ends_at or now):
        fresh = [(label, path) for label, path in DOORS[stage.kind] if path not in seen]
        seen.update(path for _label, path in fresh)
        if fresh:
            found.append(Doors(stage, fresh[0], fresh[1:]))
    return found
