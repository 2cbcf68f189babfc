"""Somebody independent reads a commitment with its evidence, says what they find, and anybody compares both views."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Page, expect

from tests.journeys.pages import FOURTH, Visitor, check, enter_cycle, follow, press, sign_in_as

COMMITMENT = "Fortalecer los servicios públicos de cuidados"
REASONS = "Visité dos casas de cuidado: abren, pero ninguna publica sus horarios."
REPORT: FilePayload = {"name": "informe.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 informe"}


def test_a_commitment_is_assessed_and_both_views_are_compared(visitor: Visitor) -> None:
    evaluator, reader = visitor(), visitor(phone=True)
    sign_in_as(evaluator, "evaluadora")
    follow(evaluator, "Evalúa este compromiso", of=COMMITMENT)
    press(evaluator, "Publicar la evaluación")
    expect(evaluator.locator("[data-error-summary]")).to_be_focused()
    check(evaluator)
    for question, answer in (
        ("¿Es verificable?", "Sí"),
        ("¿Tiene perspectiva de gobierno abierto?", "No"),
        ("¿Cuánto cambiaría si se cumple entero?", "Modesto"),
        ("¿Cuánto se ha cumplido?", "Limitado"),
        ("¿Qué ha cambiado ya?", "Sin resultados notables"),
    ):
        evaluator.get_by_role("group", name=question).get_by_label(answer).check()
    evaluator.get_by_label("¿En qué te basas?").fill(REASONS)
    evaluator.get_by_label("Informe").set_input_files(REPORT)
    press(evaluator, "Publicar la evaluación")
    _compare(evaluator)
    enter_cycle(reader, FOURTH, "Tablero")
    follow(reader, COMMITMENT)
    _compare(reader)
    with reader.expect_download() as download:
        reader.get_by_role("link", name="Descargar el informe (PDF)").click()
    assert download.value.path().read_bytes() == REPORT["buffer"]


def _compare(page: Page) -> None:
    """What the parties say and what was found stand side by side, each under its name."""
    found = page.locator("#evaluacion")
    expect(found.get_by_role("heading", name="Lo que dicen las partes")).to_be_visible()
    expect(found.get_by_role("heading", name="Lo que encontró la evaluación")).to_be_visible()
    expect(found).to_contain_text(REASONS)
    check(page)
