"""The methodologies that ship with Cocrea: ordered stages with default lengths, purposes and expected products.

A cycle is made from one and can then be changed. The texts are translated when the cycle is made and are its own
from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import StageKind


@dataclass(frozen=True)
class StageTemplate:
    """One stage: it starts `offset` days after the cycle's first day and lasts `days`."""

    kind: StageKind
    offset: int
    days: int
    title: Any
    purpose: Any
    product: Any


@dataclass(frozen=True)
class Methodology:
    key: str
    name: Any
    summary: Any
    stages: tuple[StageTemplate, ...]


_PREPARATION = (
    _l("Preparación"),
    _l("Acordar las reglas, publicar el calendario y reunir la información que todas las personas necesitan."),
    _l("Reglas y calendario públicos, y paquetes de información por tema."),
)
_CONSULTATION = (
    _l("Consulta temática, en línea y en territorio"),
    _l("Saber qué problemas públicos duelen más, a quién y por qué."),
    _l("Problemáticas publicadas y temas en orden de prioridad."),
)
_TABLES = (
    _l("Mesas de cocreación"),
    _l("Entender las causas de cada problema entre sociedad civil, academia, sector privado e instituciones."),
    _l("Minutas aprobadas y acuerdos de cada mesa."),
)
_PROPOSALS = (
    _l("Propuestas"),
    _l("Escribir y mejorar entre todas las personas qué hacer frente a cada problema."),
    _l("Propuestas revisadas, con la razón de cada decisión."),
)
_VOTE = (
    _l("Votación"),
    _l("Elegir qué propuestas se llevan al plan."),
    _l("Resultado que cualquiera puede recalcular."),
)
_DRAFTING = (
    _l("Redacción de compromisos con hoja de ruta"),
    _l("Convertir las propuestas elegidas en compromisos que se puedan cumplir y medir."),
    _l("Compromisos firmados por la institución responsable y su contraparte."),
)
_REVIEW = (
    _l("Publicación del plan"),
    _l("Revisar en público el plan completo antes de que quede firme."),
    _l("Plan de acción publicado, con respuesta a los comentarios."),
)
_FOLLOW_UP = (
    _l("Seguimiento"),
    _l("Cumplir lo comprometido y comprobarlo con evidencia."),
    _l("Actividades verificadas por la contraparte."),
)
_EVALUATION = (
    _l("Evaluación"),
    _l("Aprender qué cambió y qué no."),
    _l("Informe final con valoración independiente."),
)

FOURTH_PLAN = Methodology(
    "cuarto_plan_2019",
    _l("Cuarto Plan de Acción (2019)"),
    _l("La metodología completa del plan nacional: de la consulta temática a la evaluación, en unos dos años."),
    (
        StageTemplate(StageKind.PREPARATION, 0, 30, *_PREPARATION),
        StageTemplate(StageKind.CONSULTATION, 30, 25, *_CONSULTATION),
        StageTemplate(StageKind.TABLES, 60, 45, *_TABLES),
        StageTemplate(StageKind.PROPOSALS, 75, 40, *_PROPOSALS),
        StageTemplate(StageKind.VOTING, 115, 14, *_VOTE),
        StageTemplate(StageKind.DRAFTING, 130, 45, *_DRAFTING),
        StageTemplate(StageKind.PLAN_REVIEW, 175, 20, *_REVIEW),
        StageTemplate(StageKind.FOLLOW_UP, 195, 620, *_FOLLOW_UP),
        StageTemplate(StageKind.EVALUATION, 815, 60, *_EVALUATION),
    ),
)
LOCAL = Methodology(
    "cocreacion_local",
    _l("Cocreación desde lo Local"),
    _l("La de los estados: se instala el foro, se sensibiliza, se trabaja en mesas y se publica un plan local."),
    (
        StageTemplate(
            StageKind.PREPARATION,
            0,
            30,
            _l("Instalación del foro"),
            _l("Instalar el secretariado técnico con todos los sectores."),
            _l("Acta de instalación y reglas públicas."),
        ),
        StageTemplate(
            StageKind.CONSULTATION,
            30,
            30,
            _l("Sensibilización"),
            _l("Dar a conocer el gobierno abierto y recoger los problemas de cada región."),
            _l("Problemáticas publicadas y temas en orden de prioridad."),
        ),
        StageTemplate(StageKind.TABLES, 60, 45, _l("Mesas temáticas"), *_TABLES[1:]),
        StageTemplate(StageKind.PROPOSALS, 75, 40, *_PROPOSALS),
        StageTemplate(StageKind.VOTING, 115, 10, *_VOTE),
        StageTemplate(StageKind.DRAFTING, 125, 30, _l("Plan de acción local"), *_DRAFTING[1:]),
        StageTemplate(StageKind.FOLLOW_UP, 155, 365, *_FOLLOW_UP),
        StageTemplate(StageKind.EVALUATION, 520, 30, _l("Resultados"), *_EVALUATION[1:]),
    ),
)
EXPRESS = Methodology(
    "expres_municipio",
    _l("Exprés (municipio)"),
    _l("Para un municipio con poco tiempo: consulta, mesa, votación, compromisos y seguimiento en cuatro meses."),
    (
        StageTemplate(StageKind.CONSULTATION, 0, 14, _l("Consulta"), *_CONSULTATION[1:]),
        StageTemplate(StageKind.TABLES, 14, 14, _l("Mesa"), *_TABLES[1:]),
        StageTemplate(StageKind.PROPOSALS, 14, 14, *_PROPOSALS),
        StageTemplate(StageKind.VOTING, 28, 7, *_VOTE),
        StageTemplate(StageKind.DRAFTING, 35, 14, _l("Compromisos"), *_DRAFTING[1:]),
        StageTemplate(StageKind.FOLLOW_UP, 49, 75, *_FOLLOW_UP),
    ),
)
METHODOLOGIES = {methodology.key: methodology for methodology in (FOURTH_PLAN, LOCAL, EXPRESS)}
