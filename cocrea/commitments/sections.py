"""The parts in which a commitment is written: one part is one form page, and two people can write different ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cocrea.audit.canonical import canonical_json
from cocrea.commitments.models import Commitment
from cocrea.core import text
from cocrea.core.i18n import day_in_words, grouped
from cocrea.core.i18n import lazy as _l


@dataclass(frozen=True)
class Section:
    """A part of the text: the keys of `values()` it holds, which of them are required, and why it matters."""

    slug: str
    title: Any
    purpose: Any
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


PARTIES = Section(
    "partes",
    _l("Quién responde y quién verifica"),
    _l("Un compromiso se sostiene con una institución que lo cumple y una contraparte que lo vigila. Ambas firman."),
    ("lead", "counterpart"),
    ("partners", "other_actors"),
)
SECTIONS: tuple[Section, ...] = (
    Section(
        "problema",
        _l("El problema público"),
        _l("Parte de lo que duele: qué pasa, a quién y por qué."),
        ("title", "problem"),
        ("causes",),
    ),
    Section(
        "solucion",
        _l("Qué se hará"),
        _l("Lo que la institución promete y cómo eso resuelve el problema."),
        ("body", "solution"),
    ),
    Section(
        "objetivo",
        _l("Objetivo, alcance e indicador"),
        _l("Con qué medida sabrá cualquiera que se cumplió."),
        ("objective", "scope_text", "indicator", "baseline", "goal"),
        ("unit", "indicator_source"),
    ),
    Section(
        "valores",
        _l("A qué contribuye"),
        _l("Cómo abre el gobierno y a qué objetivos de desarrollo sostenible aporta."),
        (),
        ("transparency", "accountability", "participation", "inclusion", "targets"),
    ),
    Section(
        "recursos",
        _l("Periodo y recursos"),
        _l("Cuándo empieza y termina, y con qué dinero cuenta."),
        ("starts_on", "ends_on"),
        ("is_costless", "costless_reason", "budget_amount", "budget_source", "programme_key", "budget", "sources"),
    ),
    PARTIES,
)
BY_SLUG = {section.slug: section for section in SECTIONS}
ROADMAP = "hoja-de-ruta"
DAYS = frozenset({"starts_on", "ends_on"})
CHOSEN = frozenset({"targets", "lead", "counterpart", "partners", "is_costless"})  # marked, not written

LABELS: dict[str, Any] = {
    "title": _l("Nombre del compromiso"),
    "problem": _l("El problema público"),
    "causes": _l("Sus causas"),
    "body": _l("Qué se hará"),
    "solution": _l("Cómo resuelve el problema"),
    "objective": _l("Objetivo"),
    "scope_text": _l("Alcance"),
    "indicator": _l("Indicador"),
    "baseline": _l("Línea base"),
    "goal": _l("Meta"),
    "unit": _l("Unidad de medida"),
    "indicator_source": _l("Cómo se mide y de dónde sale el dato"),
    "transparency": _l("Aporte a la transparencia"),
    "accountability": _l("Aporte a la rendición de cuentas"),
    "participation": _l("Aporte a la participación"),
    "inclusion": _l("Género e inclusión"),
    "targets": _l("Objetivos de desarrollo sostenible"),
    "is_costless": _l("No necesita dinero adicional"),
    "costless_reason": _l("Por qué no cuesta"),
    "budget_amount": _l("Monto en pesos"),
    "budget_source": _l("De dónde sale el dinero"),
    "programme_key": _l("Clave del programa presupuestario"),
    "budget": _l("Más sobre el presupuesto"),
    "sources": _l("Fuentes"),
    "starts_on": _l("Inicia"),
    "ends_on": _l("Termina"),
    "lead": _l("Institución responsable"),
    "counterpart": _l("Contraparte de sociedad civil"),
    "partners": _l("Organizaciones corresponsables"),
    "other_actors": _l("Otros actores"),
}


def values(commitment: Commitment) -> dict[str, Any]:
    """The whole text as plain values: what forms begin from, versions keep and signatures cover."""
    plain = {key: getattr(commitment, key) for section in SECTIONS for key in section.keys if key in _COLUMNS}
    return {
        **plain,
        "body": commitment.body_source,
        "starts_on": commitment.starts_on.isoformat() if commitment.starts_on else "",
        "ends_on": commitment.ends_on.isoformat() if commitment.ends_on else "",
        "targets": sorted(target.code for target in commitment.targets),
        "lead": _organisation(commitment.lead),
        "counterpart": _organisation(commitment.counterpart),
        "partners": sorted(partner.organisation.name for partner in commitment.partners),
    }


def fingerprint(commitment: Commitment, section: Section) -> str:
    """Of one part alone: an editor's form says with it from which text it began."""
    return fingerprint_of(values(commitment), section)


def fingerprint_of(texts: Mapping[str, Any], section: Section) -> str:
    return text.fingerprint(canonical_json({key: texts[key] for key in section.keys}))


def as_sent(commitment: Commitment, section: Section) -> dict[str, Any]:
    """The section as its form sends it: texts, ids and codes as words, nothing for what is not said."""
    found = values(commitment)
    ids = {
        "lead": str(commitment.lead_id or ""),
        "counterpart": str(commitment.counterpart_id or ""),
        "partners": [str(partner.organisation_id) for partner in commitment.partners],
        "is_costless": "y" if commitment.is_costless else "",
        "budget_amount": "" if commitment.budget_amount is None else str(commitment.budget_amount),
    }
    return {key: ids.get(key, found[key]) for key in section.keys}


def in_words(value: Any, key: str = "") -> str:
    """A plain value of `values()` as a person reads it, empty where nothing was written. Days are known by `key`."""
    if key in DAYS and value:
        return day_in_words(date.fromisoformat(value))
    if isinstance(value, bool):
        return str(_l("Sí")) if value else ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return grouped(value) if isinstance(value, int) else str(value or "")


def _organisation(found: Any) -> str:
    return found.name if found else ""


_DERIVED = frozenset({"body", "starts_on", "ends_on", "targets", "lead", "counterpart", "partners"})
_COLUMNS = frozenset(LABELS) - _DERIVED
