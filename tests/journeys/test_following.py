"""Way 6: an official reports with evidence, the counterpart disputes, then verifies, and the board shows it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.pages import FOURTH, Visitor, check, enter_cycle, follow, go, go_home, press, sign_in_as, state

COMMITMENT = "Gasto abierto y responsable en programas sociales"
ACTIVITY = "Celebrar la primera revisión y publicar la respuesta de la institución"
EVIDENCE = "Minuta de la primera revisión"
OBJECTION, ANSWER = (
    "Falta responder a cuatro de nueve observaciones.",
    "Las cuatro respuestas están en la página doce.",
)
TOGETHER = "La convocatoria de las dos ya está publicada."
FILE = re.compile(f"Descargar archivo.*{EVIDENCE}")


def test_an_activity_moves_with_evidence_and_the_board_with_it(visitor: Visitor) -> None:
    reader, official, counterpart = visitor(phone=True), visitor(), visitor()
    before = _verified(reader)
    sign_in_as(official, "institución")
    _report(official)
    _report_several(official)
    assert _verified(reader) == before
    sign_in_as(counterpart, "contraparte")
    _dispute(counterpart)
    _answer(official)
    _verify(counterpart)
    whole, row = _verified(reader)
    assert row > before[1]
    assert whole > before[0]
    follow(reader, COMMITMENT)
    follow(reader, ACTIVITY)
    expect(state(reader)).to_have_text("Verificada")
    with reader.expect_download() as download:
        reader.get_by_role("link", name=FILE).click()
    assert download.value.path().read_text() == "Qué se acordó: publicar cada mes."
    follow(reader, "De dónde viene y qué pasó")
    expect(reader.get_by_role("main")).to_contain_text(COMMITMENT)
    expect(reader.get_by_role("main")).to_contain_text("La contraparte la objetó")


def _verified(page: Page) -> tuple[float, float]:
    """What share of the plan and of the commitment the board shows as verified."""
    enter_cycle(page, FOURTH, "Tablero")
    whole = page.locator(".figures").inner_text()
    row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=COMMITMENT)).inner_text()
    return _percentage(whole, "verificado por la contraparte"), _percentage(row, "verificado")


def _percentage(text: str, label: str) -> float:
    found = re.search(rf"([\d.]+) %\s+{label}", text)
    assert found, text
    return float(found[1])


def _report(page: Page) -> None:
    """From «Por hacer»: the status, its evidence and what it cost, on one screen."""
    follow(page, "Reporta el avance de esta actividad", of=ACTIVITY)
    expect(state(page)).to_have_text("En proceso, con retraso")
    check(page)
    page.get_by_role("group", name="¿Cómo está ahora?").get_by_label("Completa").check()
    page.get_by_label("¿Qué muestra tu evidencia?").fill(EVIDENCE)
    file = {"name": "minuta.txt", "mimeType": "text/plain", "buffer": "Qué se acordó: publicar cada mes.".encode()}
    page.get_by_label("O un archivo").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_label("¿Cuánto se ha gastado hasta hoy?").fill("$84,500")
    press(page, "Publicar el avance")
    expect(page.get_by_role("link", name=FILE)).to_be_visible()
    expect(state(page)).to_have_text("Completa")
    expect(page.get_by_text("$84,500", exact=True)).to_be_visible()
    check(page)


def _report_several(page: Page) -> None:
    """From «Mi trabajo»: one text for two activities, refused while it says nothing, read back, published."""
    menu = page.get_by_role("banner")
    menu.locator("summary").click()
    go(page, menu.get_by_role("link", name="Mi trabajo"))
    check(page)
    boxes = page.get_by_role("checkbox", name="Actualizar junto con otras")
    for box in (boxes.nth(0), boxes.nth(1)):
        box.check()
    press(page, "Actualizar las marcadas")
    press(page, "Revisar antes de publicar")
    expect(page.get_by_text("No llenaste nada.").first).to_be_visible()
    check(page)
    page.get_by_label("¿Qué se ha hecho?").fill(TOGETHER)
    press(page, "Revisar antes de publicar")
    expect(page.get_by_role("main")).to_contain_text(TOGETHER)
    check(page)
    press(page, "Publicar el avance de 2 actividades")
    expect(page.get_by_text("Registramos el avance de 2 actividades.")).to_be_visible()


def _dispute(page: Page) -> None:
    """The objection is public, and the activity is not complete any more."""
    follow(page, "Verifica lo que se reporta como completo", of=ACTIVITY)
    page.get_by_label("Objetar: todavía no está completa").check()
    page.get_by_label("Razón").fill(OBJECTION)
    press(page, "Publicar el veredicto")
    expect(page.get_by_text("La contraparte objetó que estuviera completa")).to_be_visible()
    expect(page.get_by_text(OBJECTION).first).to_be_visible()
    check(page)


def _answer(page: Page) -> None:
    """Completing again what was disputed takes saying how the objection was attended."""
    go_home(page)
    follow(page, "Reporta el avance de esta actividad", of=ACTIVITY)
    page.get_by_role("group", name="¿Cómo está ahora?").get_by_label("Completa").check()
    press(page, "Publicar el avance")
    expect(page.get_by_text("Di cómo atendieron la objeción de la contraparte").first).to_be_visible()
    check(page)
    page.get_by_label("¿Qué se ha hecho?").fill(ANSWER)
    press(page, "Publicar el avance")
    expect(state(page)).to_have_text("Completa")
    expect(page.get_by_text(ANSWER).first).to_be_visible()
    check(page)


def _verify(page: Page) -> None:
    go_home(page)
    follow(page, "Verifica lo que se reporta como completo", of=ACTIVITY)
    expect(page.get_by_text(ANSWER).first).to_be_visible()
    expect(page.get_by_text(EVIDENCE).first).to_be_visible()
    page.get_by_label("Verificar: la evidencia muestra lo prometido").check()
    press(page, "Publicar el veredicto")
    expect(state(page)).to_have_text("Verificada")
    check(page)
