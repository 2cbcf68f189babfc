"""What a commitment lacks, told from plain values: a case per check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cocrea.commitments import checks, sections, vagueness
from cocrea.commitments.roadmap import PlannedAction, PlannedActivity

ACTIVITY = PlannedActivity("Publicar el padrón", "Obras", date(2026, 7, 1), date(2026, 8, 1), "Padrón publicado")
READY: dict[str, Any] = {
    **dict.fromkeys([key for section in sections.SECTIONS for key in section.keys], ""),
    "title": "Padrón de obras",
    "problem": "En los barrios altos nadie sabe qué obras se hacen, con qué dinero ni cuándo terminan.",
    "causes": "No hay obligación de publicarlas.",
    "body": "Publicar el padrón cada mes.",
    "solution": "Con el padrón se puede vigilar.",
    "objective": "Que cualquiera conozca las obras de su colonia.",
    "scope_text": "Todo el estado.",
    "indicator": "Obras publicadas de cada cien contratadas",
    "baseline": "12 de 80",
    "goal": "80 de 80",
    "unit": "obras",
    "indicator_source": "Contratos publicados.",
    "participation": "La mesa decide qué se publica primero.",
    "targets": ["16.6"],
    "starts_on": "2026-06-01",
    "ends_on": "2027-06-01",
    "is_costless": True,
    "costless_reason": "Ya hay personal.",
    "lead": "Obras",
    "counterpart": "Río Claro",
}
ROADMAP = (
    PlannedAction("Padrón", 60, (ACTIVITY,)),
    PlannedAction("Vigilancia", 40, (replace(ACTIVITY, title="Ver"),)),
)


def _roadmap(**changes: Any) -> tuple[PlannedAction, ...]:
    return (ROADMAP[0], PlannedAction("Vigilancia", 40, (replace(ACTIVITY, **{"title": "Ver", **changes}),)))


def test_nothing_is_found_in_what_is_ready(app):
    assert checks.blocking(READY, ROADMAP) == []
    assert checks.weakening(READY, ROADMAP, is_linked=True) == []


@pytest.mark.parametrize(
    "key",
    ["title", "problem", "body", "solution", "objective", "scope_text", "indicator", "baseline", "goal", "starts_on",
     "ends_on", "lead", "counterpart"],
)  # fmt: skip
def test_what_is_required_blocks_and_says_where_to_write_it(app, key):
    (found,) = checks.blocking({**READY, key: ""}, ROADMAP)
    assert found.field == key
    assert key in sections.BY_SLUG[found.section].keys
    assert str(found.problem) and str(found.remedy)


@pytest.mark.parametrize(
    ("changes", "roadmap", "field", "says"),
    [
        ({"participation": ""}, ROADMAP, "transparency", "rendición de cuentas"),
        ({"counterpart": "Obras"}, ROADMAP, "counterpart", "misma organización"),
        ({}, (), "", "vacía"),
        ({}, ROADMAP[:1], "", "suman 60"),
        ({}, (*ROADMAP[:1], PlannedAction("Sola", 40)), "", "«Sola» no tiene actividades"),
        ({}, _roadmap(responsible=""), "", "falta responsable"),
        ({}, _roadmap(means_of_verification=""), "", "medio de verificación"),
        ({}, _roadmap(ends_on=date(2027, 6, 2)), "", "2 de junio de 2027"),
        ({}, _roadmap(starts_on=date(2026, 5, 31)), "", "fuera del periodo"),
    ],
)
def test_what_else_blocks(app, changes, roadmap, field, says):
    (found,) = checks.blocking({**READY, **changes}, roadmap)
    assert found.field == field
    assert says in str(found.problem)


@pytest.mark.parametrize("day", ["starts_on", "ends_on"])
def test_the_edges_of_the_period_are_inside_it(app, day):
    edge = {"starts_on": date(2026, 6, 1)} if day == "starts_on" else {"ends_on": date(2027, 6, 1)}
    assert checks.blocking(READY, _roadmap(**edge)) == []


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"problem": "No hay agua."}, "problem", "muy pocas palabras"),
        ({"causes": ""}, "causes", "causas"),
        ({"indicator": "Mejorar la transparencia"}, "indicator", "«Mejorar»"),
        ({"indicator": "Se fortalecerá la participación"}, "indicator", "«fortalecerá»"),
        ({"baseline": "por medir"}, "baseline", "Línea base"),
        ({"goal": "más que hoy"}, "goal", "Meta"),
        ({"goal": "12 de 80"}, "goal", "igual"),
        ({"unit": ""}, "unit", "Unidad"),
        ({"indicator_source": ""}, "indicator_source", "dato"),
        ({"targets": []}, "targets", "desarrollo sostenible"),
        ({"is_costless": False}, "budget_amount", "dinero"),
        ({"is_costless": False, "budget_amount": 5}, "budget_source", "dinero"),
    ],
)
def test_what_only_weakens_is_told_and_does_not_block(app, changes, field, says):
    values = {**READY, **changes}
    assert checks.blocking(values, ROADMAP) == []
    (found,) = checks.weakening(values, ROADMAP, is_linked=True)
    assert found.field == field
    assert says in str(found.problem)
    assert str(found.remedy)


def test_a_commitment_that_no_problem_asked_for_is_told(app):
    (found,) = checks.weakening(READY, ROADMAP, is_linked=False)
    assert "problemática" in str(found.problem)


def test_two_activities_of_one_name_are_told_once(app):
    twins = _roadmap(title="publicar el PADRÓN")
    (found,) = checks.weakening(READY, twins, is_linked=True)
    assert found.section == sections.ROADMAP


@pytest.mark.parametrize(
    ("indicator", "word"),
    [
        ("Mejorar los servicios", "Mejorar"),
        ("Mejorar de 10 a 20 los servicios", ""),
        ("Porcentaje de obras con mejoras", ""),
        ("Número de personas que participan por impulso de la mesa", ""),
        ("Obras publicadas", ""),
        ("Fomento de la cultura", "Fomento"),
        ("", ""),
    ],
)
def test_a_vague_word_counts_only_where_nothing_is_measured(indicator, word):
    assert vagueness.word_without_measure(indicator) == word


@pytest.mark.parametrize(("text", "is_figure"), [("0", True), ("cero", True), ("la mitad", True), ("muchas", False)])
def test_figures_are_known_in_digits_and_in_words(text, is_figure):
    assert vagueness.has_number(text) is is_figure
