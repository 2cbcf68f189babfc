"""The fields of the format: their keys in JSON, the headings of their columns in tables, and what each may hold.

Headings are Spanish in every language: a file says the same whoever took it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cocrea.commitments.models import Origin
from cocrea.core.forms import LINE_LIMIT, TEXT_LIMIT
from cocrea.core.i18n import lazy as _l

FORMAT = "cocrea-commitments/1"
LINE, SHORT, STEP = LINE_LIMIT, 80, 300
MOST_COMMITMENTS, MOST_ACTIVITIES = 60, 1000  # in one transaction, while others wait to write


class Kind(StrEnum):
    """What a field holds, however it is written."""

    LINE = "line"
    BLOCK = "block"
    DAY = "day"
    FLAG = "flag"
    PESOS = "pesos"
    NUMBER = "number"
    WEIGHT = "weight"
    CODES = "codes"
    ORIGIN = "origin"
    LEAD = "lead"
    COUNTERPART = "counterpart"
    ORGANISATION = "organisation"
    ORGANISATIONS = "organisations"

    @property
    def expected(self) -> Any:
        """What is to be written in such a field, in words."""
        return EXPECTED[self]


EXPECTED: Mapping[Kind, Any] = {
    Kind.LINE: _l("Texto de un renglón."),
    Kind.BLOCK: _l("Texto."),
    Kind.DAY: _l("Una fecha: 2026-06-05 o 05/06/2026."),
    Kind.FLAG: _l("«sí», o nada."),
    Kind.PESOS: _l("Pesos completos, sin signos ni comas."),
    Kind.NUMBER: _l("Un número entero del 1 al 9999, o nada."),
    Kind.WEIGHT: _l("Un número entero del 1 al 100."),
    Kind.CODES: _l("Claves de objetivos o metas, como 16 o 16.6, separadas por comas."),
    Kind.ORIGIN: _l("«cocreado», «proactivo» o «no consta»."),
    Kind.LEAD: _l("El nombre de una institución pública ya registrada."),
    Kind.COUNTERPART: _l("El nombre de una organización ya registrada que no sea pública."),
    Kind.ORGANISATION: _l("El nombre de una organización ya registrada."),
    Kind.ORGANISATIONS: _l("Nombres de organizaciones ya registradas, uno por renglón."),
}
ORIGINS: Mapping[Origin, str] = {
    Origin.COCREATED: "cocreado",
    Origin.PROACTIVE: "proactivo",
    Origin.UNKNOWN: "no consta",
}


@dataclass(frozen=True)
class Field:
    """One thing that is said: by which key, under which heading, what it may hold and how long it may be."""

    key: str
    column: str
    kind: Kind = Kind.BLOCK
    limit: int = TEXT_LIMIT
    needed: bool = False


COMMITMENT: tuple[Field, ...] = (
    Field("reference", "Clave", Kind.LINE, SHORT),
    Field("number", "Número", Kind.NUMBER),
    Field("title", "Nombre del compromiso", Kind.LINE, LINE, needed=True),
    Field("origin", "Origen", Kind.ORIGIN),
    Field("lead", "Institución responsable", Kind.LEAD, LINE),
    Field("counterpart", "Contraparte de sociedad civil", Kind.COUNTERPART, LINE),
    Field("partners", "Organizaciones corresponsables", Kind.ORGANISATIONS),
    Field("other_actors", "Otros actores"),
    Field("problem", "Problema público"),
    Field("causes", "Causas del problema"),
    Field("body", "Qué se hará"),
    Field("solution", "Cómo resuelve el problema"),
    Field("objective", "Objetivo"),
    Field("scope_text", "Alcance"),
    Field("indicator", "Indicador"),
    Field("baseline", "Línea base", Kind.LINE, LINE),
    Field("goal", "Meta", Kind.LINE, LINE),
    Field("unit", "Unidad de medida", Kind.LINE, SHORT),
    Field("indicator_source", "Cómo se mide y de dónde sale el dato"),
    Field("transparency", "Aporte a la transparencia"),
    Field("accountability", "Aporte a la rendición de cuentas"),
    Field("participation", "Aporte a la participación"),
    Field("inclusion", "Género e inclusión"),
    Field("targets", "Objetivos de desarrollo sostenible", Kind.CODES),
    Field("starts_on", "Inicio del compromiso", Kind.DAY),
    Field("ends_on", "Término del compromiso", Kind.DAY),
    Field("is_costless", "No necesita dinero adicional", Kind.FLAG),
    Field("costless_reason", "Por qué no cuesta"),
    Field("budget_amount", "Monto en pesos", Kind.PESOS),
    Field("budget_source", "De dónde sale el dinero", Kind.LINE, LINE),
    Field("programme_key", "Clave del programa presupuestario", Kind.LINE, SHORT),
    Field("budget", "Más sobre el presupuesto"),
    Field("sources", "Fuentes"),
)
ACTION: tuple[Field, ...] = (
    Field("position", "Número de la acción clave", Kind.NUMBER),
    Field("title", "Acción clave", Kind.LINE, STEP, needed=True),
    Field("weight", "Peso", Kind.WEIGHT, needed=True),
)
ACTIVITY: tuple[Field, ...] = (
    Field("title", "Actividad", Kind.LINE, STEP, needed=True),
    Field("responsible", "Responsable de la actividad", Kind.ORGANISATION, LINE),
    Field("starts_on", "Inicio de la actividad", Kind.DAY, needed=True),
    Field("ends_on", "Término de la actividad", Kind.DAY, needed=True),
    Field("means_of_verification", "Medio de verificación", Kind.LINE, STEP),
)
IDENTITY = ("reference", "number", "title")
BY_KEY: Mapping[str, Field] = {field.key: field for field in COMMITMENT}
WEIGHT = next(field for field in ACTION if field.key == "weight")
