"""From a session that ended to its minutes: read, written, corrected; and what became of its agreements."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.pages import LOCAL, Visitor, check, enter_cycle, follow, open_row, press, sign_in_as

TABLE, SESSION = "Mesa de agua", "Segunda sesión: del resultado al compromiso"


def test_minutes_are_written_and_corrected(visitor: Visitor) -> None:
    facilitator, reader = visitor(), visitor(phone=True)
    sign_in_as(facilitator, "facilitadora")
    for page in (facilitator, reader):
        _to_the_minutes(page)
    expect(reader.get_by_role("main")).to_contain_text("OAX-ACU-0001")
    follow(facilitator, "Escribir la minuta")
    text = facilitator.get_by_label("Texto de la minuta")
    text.fill(text.input_value() + "\n\n## Pendientes\n\nFalta el costo de los mensajes.")
    press(facilitator, "Guardar la minuta")
    expect(facilitator.get_by_role("heading", name="Pendientes")).to_be_visible()
    facilitator.get_by_text("2 versiones").click()
    follow(facilitator, "Versión 2")
    expect(facilitator.locator(".diff ins")).to_contain_text("Pendientes")
    reader.reload()
    expect(reader.get_by_role("heading", name="Pendientes")).to_be_visible()
    check(reader)


def test_an_agreement_is_followed_until_it_is_done(visitor: Visitor) -> None:
    page = visitor(phone=True)
    sign_in_as(page, "facilitadora")
    enter_cycle(page, LOCAL, "Mesas")
    open_row(page, TABLE)
    follow(page, "Qué pasó con cada acuerdo")
    overdue = page.get_by_role("listitem").filter(has_text="Vencido")
    expect(overdue).to_have_count(1)
    follow(page, "Darlo por cumplido", of="Vencido")
    press(page, "Publicar que se cumplió")
    check(page)
    page.get_by_label("¿Qué se hizo?").fill("El instituto entregó el costo: 40 centavos por mensaje.")
    press(page, "Publicar que se cumplió")
    expect(page.get_by_text("El instituto entregó el costo")).to_be_visible()
    expect(overdue).to_have_count(0)


def _to_the_minutes(page: Page) -> None:
    enter_cycle(page, LOCAL, "Mesas")
    open_row(page, TABLE)
    open_row(page, SESSION)
    follow(page, "Leer la minuta")
