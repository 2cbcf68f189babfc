"""What a commitment still lacks before it can be signed, each with how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cocrea.commitments import sections
from cocrea.commitments.models import Commitment
from cocrea.commitments.roadmap import PlannedAction
from cocrea.core.i18n import lazy as _l

WHOLE_WEIGHT = 100


@dataclass(frozen=True)
class Finding:
    """One thing to mend: what is wrong, what to do, and in which section (`sections.ROADMAP` for the roadmap)."""

    problem: Any
    remedy: Any
    section: str


def findings(commitment: Commitment, actions: Sequence[PlannedAction]) -> list[Finding]:
    """Everything that keeps the commitment from being signed; empty when it is ready."""
    return [*_missing(commitment), *_parties(commitment), *_dates(commitment, actions), *_roadmap(actions)]


def _missing(commitment: Commitment) -> Iterator[Finding]:
    found = sections.values(commitment)
    for section in sections.SECTIONS:
        for key in section.required:
            if not found[key]:
                yield Finding(
                    _l("Falta: %(field)s.", field=sections.LABELS[key]),
                    _l("Escríbelo en «%(section)s».", section=section.title),
                    section.slug,
                )


def _parties(commitment: Commitment) -> Iterator[Finding]:
    if commitment.lead_id is not None and commitment.lead_id == commitment.counterpart_id:
        yield Finding(
            _l("La misma organización responde y verifica."),
            _l("Elige una contraparte distinta: nadie verifica su propio trabajo."),
            sections.PARTIES.slug,
        )


def _dates(commitment: Commitment, actions: Sequence[PlannedAction]) -> Iterator[Finding]:
    starts, ends = commitment.starts_on, commitment.ends_on
    if starts is None or ends is None:
        return
    for activity in (activity for action in actions for activity in action.activities):
        if activity.starts_on < starts or activity.ends_on > ends:
            yield Finding(
                _l("La actividad «%(title)s» queda fuera del periodo del compromiso.", title=activity.title),
                _l("Ajusta sus fechas o el periodo."),
                sections.ROADMAP,
            )


def _roadmap(actions: Sequence[PlannedAction]) -> Iterator[Finding]:
    if not actions:
        yield Finding(
            _l("La hoja de ruta está vacía."),
            _l("Agrega al menos una acción clave con sus actividades."),
            sections.ROADMAP,
        )
        return
    total = sum(action.weight for action in actions)
    if total != WHOLE_WEIGHT:
        yield Finding(
            _l("Los pesos de las acciones clave suman %(total)s y deben sumar 100.", total=total),
            _l("Reparte 100 puntos según lo que pese cada acción."),
            sections.ROADMAP,
        )
    for action in actions:
        yield from _activities(action)


def _activities(action: PlannedAction) -> Iterator[Finding]:
    if not action.activities:
        yield Finding(
            _l("La acción clave «%(title)s» no tiene actividades.", title=action.title),
            _l("Agrega al menos una, con sus fechas."),
            sections.ROADMAP,
        )
    for activity in action.activities:
        if not activity.means_of_verification or not activity.responsible:
            yield Finding(
                _l("A la actividad «%(title)s» le falta responsable o medio de verificación.", title=activity.title),
                _l("Di quién la hará y con qué documento se comprobará."),
                sections.ROADMAP,
            )
