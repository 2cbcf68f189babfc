"""What a commitment still lacks: what keeps it from being signed, and what only weakens it. Each says how to mend it.

Pure: everything is told from the plain values of `sections.values` and the planned roadmap. docs/decisions/0025 lists
what blocks and why it is so little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cocrea.commitments import sections, vagueness
from cocrea.commitments.models import Commitment
from cocrea.commitments.roadmap import PlannedAction, PlannedActivity
from cocrea.core.i18n import day_in_words
from cocrea.core.i18n import lazy as _l

WHOLE_WEIGHT = 100
VALUES = ("transparency", "accountability", "participation")
SHORT_PROBLEM = 60  # characters under which a problem cannot say what happens, to whom and where
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """One thing to mend: what is wrong, what to do, and where.

    `section` is a slug (`sections.ROADMAP` for the roadmap) and `field` the key in it, empty for the whole section.
    """

    problem: Any
    remedy: Any
    section: str
    field: str = ""


def findings(commitment: Commitment, actions: Sequence[PlannedAction]) -> list[Finding]:
    """Everything that keeps the commitment from being signed; empty when it is ready."""
    return blocking(sections.values(commitment), actions)


def warnings(commitment: Commitment, actions: Sequence[PlannedAction], *, is_linked: bool) -> list[Finding]:
    """What weakens it and does not keep anybody from signing. `is_linked`: whether a problem stands behind it."""
    return weakening(sections.values(commitment), actions, is_linked=is_linked)


def blocking(values: Values, actions: Sequence[PlannedAction]) -> list[Finding]:
    """As `findings`, of plain values."""
    return [*_missing(values), *_value(values), *_parties(values), *_dates(values, actions), *_roadmap(actions)]


def weakening(values: Values, actions: Sequence[PlannedAction], *, is_linked: bool) -> list[Finding]:
    """As `warnings`, of plain values."""
    return [*_problem(values, is_linked), *_indicator(values), *_reach(values), *_money(values), *_twins(actions)]


def _missing(values: Values) -> Iterator[Finding]:
    for section in sections.SECTIONS:
        for key in section.required:
            if not values[key]:
                yield Finding(
                    _l("Falta: %(field)s.", field=sections.LABELS[key]),
                    _l("Escríbelo en «%(section)s».", section=section.title),
                    section.slug,
                    key,
                )


def _value(values: Values) -> Iterator[Finding]:
    if not any(values[key] for key in VALUES):
        yield Finding(
            _l("No dice qué abre: ni transparencia, ni rendición de cuentas, ni participación."),
            _l("Argumenta al menos una de las tres: sin ella no es un compromiso de gobierno abierto."),
            "valores",
            VALUES[0],
        )


def _parties(values: Values) -> Iterator[Finding]:
    if values["lead"] and values["lead"] == values["counterpart"]:
        yield Finding(
            _l("La misma organización responde y verifica."),
            _l("Elige una contraparte distinta: nadie verifica su propio trabajo."),
            sections.PARTIES.slug,
            "counterpart",
        )


def _dates(values: Values, actions: Sequence[PlannedAction]) -> Iterator[Finding]:
    starts, ends = values["starts_on"], values["ends_on"]
    if not starts or not ends:
        return
    for activity in _activities(actions):
        if activity.starts_on.isoformat() < starts or activity.ends_on.isoformat() > ends:
            yield Finding(
                _l(
                    "La actividad «%(title)s» (del %(start)s al %(end)s) queda fuera del periodo del compromiso.",
                    title=activity.title,
                    start=day_in_words(activity.starts_on),
                    end=day_in_words(activity.ends_on),
                ),
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
        yield from _planned(action)


def _planned(action: PlannedAction) -> Iterator[Finding]:
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


def _problem(values: Values, is_linked: bool) -> Iterator[Finding]:
    if not is_linked:
        yield Finding(
            _l("No enlaza ninguna problemática de la consulta."),
            _l("Cita en el problema público de dónde viene, para que se pueda seguir el hilo hasta quien lo dijo."),
            "problema",
            "problem",
        )
    if 0 < len(values["problem"]) < SHORT_PROBLEM:
        yield Finding(
            _l("El problema público se dice en muy pocas palabras."),
            _l("Escribe qué pasa, a quién, dónde y cuánto: si no es concreto, no se sabrá si se resolvió."),
            "problema",
            "problem",
        )
    if not values["causes"]:
        yield _weak("causes", _l("Sin causas no se sabe si lo que se promete las atiende."))


def _indicator(values: Values) -> Iterator[Finding]:
    word = vagueness.word_without_measure(values["indicator"])
    if word:
        yield Finding(
            _l("El indicador dice «%(word)s» y no dice cuánto.", word=word),
            _l("Escribe qué se cuenta: cuántas, de cuántas, cada cuándo. Que otra persona mida lo mismo."),
            "objetivo",
            "indicator",
        )
    for key in ("baseline", "goal"):
        if values[key] and not vagueness.has_number(values[key]):
            yield Finding(
                _l("«%(field)s» no tiene un número.", field=sections.LABELS[key]),
                _l("Escribe la cifra, aunque sea cero; si falta medirla, que medirla sea la primera actividad."),
                "objetivo",
                key,
            )
    if values["baseline"] and values["baseline"] == values["goal"]:
        yield Finding(
            _l("La meta es igual que la línea base."),
            _l("Escribe cuánto será distinto al terminar."),
            "objetivo",
            "goal",
        )
    if not values["unit"]:
        yield _weak("unit", _l("Di qué se cuenta: obras, días, personas, por ciento."))
    if not values["indicator_source"]:
        yield _weak("indicator_source", _l("Di de qué documento o registro sale la cifra, y quién la publica."))


def _reach(values: Values) -> Iterator[Finding]:
    if not values["targets"]:
        yield _weak("targets", _l("Elige al menos una meta: así se suma con los compromisos de otros lugares."))


def _money(values: Values) -> Iterator[Finding]:
    if not (values["is_costless"] or values["budget_amount"] or values["budget"]):
        yield Finding(
            _l("No dice con qué dinero se hará."),
            _l("Escribe el monto y su fuente, o di que no necesita dinero adicional y por qué."),
            "recursos",
            "budget_amount",
        )
    if values["budget_amount"] and not values["budget_source"]:
        yield _weak("budget_source", _l("Un monto sin fuente no se puede seguir."))


def _twins(actions: Sequence[PlannedAction]) -> Iterator[Finding]:
    titles = [activity.title.casefold() for activity in _activities(actions)]
    for title in sorted({title for title in titles if titles.count(title) > 1}):
        yield Finding(
            _l("Dos actividades se llaman igual: «%(title)s».", title=title),
            _l("Dales nombres distintos: en el tablero no se sabrá cuál avanzó."),
            sections.ROADMAP,
        )


def _weak(key: str, remedy: Any) -> Finding:
    """The field `key` is empty, and may stay so."""
    section = next(section for section in sections.SECTIONS if key in section.keys)
    return Finding(_l("Falta: %(field)s.", field=sections.LABELS[key]), remedy, section.slug, key)


def _activities(actions: Iterable[PlannedAction]) -> Iterator[PlannedActivity]:
    for action in actions:
        yield from action.activities
