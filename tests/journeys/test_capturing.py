"""After a workshop: what its sheets say is counted, they are photographed, and a spreadsheet is brought in."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.journeys.pages import (
    CONSULTATION,
    LOCAL,
    Visitor,
    check,
    enter_cycle,
    follow,
    open_row,
    press,
    sign_in_as,
)
from tests.journeys.test_workshops import WORKSHOP

SHEET = "Tema,Qué pasa,A quién afecta\n{topic},{title},A quien camina de noche\n"
PICTURE = (3000, 1500)


def at_the_workshop(page: Page) -> None:
    sign_in_as(page, "facilitadora")
    enter_cycle(page, CONSULTATION, "Jornadas")
    open_row(page, WORKSHOP)


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_what_the_sheets_say_is_counted(visitor: Visitor, phone: bool) -> None:
    page = visitor(phone=phone)
    at_the_workshop(page)
    follow(page, "Apoyos y respuestas en papel")
    number = page.get_by_role("main").locator("input[inputmode=numeric]").first
    before = number.input_value()
    number.fill("9999")
    press(page, "Guardar lo contado")
    expect(page.get_by_role("alert")).to_contain_text("No pueden ser más que las 46 personas que fueron.")
    expect(number).to_have_value("9999")
    check(page)
    number.fill(before)
    press(page, "Guardar lo contado")
    expect(page.get_by_text("Lo que dicen las hojas quedó contado.")).to_be_visible()
    check(page)


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_sheets_are_photographed_and_one_is_taken_away(visitor: Visitor, phone: bool) -> None:
    page = visitor(phone=phone)
    at_the_workshop(page)
    follow(page, "Fotos de las hojas")
    caption = f"Mesa {2 if phone else 1}"
    page.get_by_label("Fotos de las hojas").set_input_files(_photograph(7 if phone else 3))
    page.get_by_label("Qué se ve").fill(caption)
    press(page, "Guardar las fotos")
    expect(page.get_by_text("Se guardó 1 foto.")).to_be_visible()
    check(page)
    image = page.get_by_role("listitem").filter(has_text=caption).locator("img")
    image.scroll_into_view_if_needed()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 360
    page.get_by_role("listitem").filter(has_text=caption).get_by_role("link", name="Quitar").click()
    check(page)
    press(page, "Quitar la foto")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("¿Por qué se quita?").fill("Se ve una firma.")
    press(page, "Quitar la foto")
    expect(page.get_by_role("listitem").filter(has_text=caption)).to_contain_text("Se ve una firma.")
    check(page)


def test_a_spreadsheet_is_judged_row_by_row_and_kept_when_all_is_right(visitor: Visitor) -> None:
    page = visitor()
    at_the_workshop(page)
    follow(page, "Escribir lo que se dijo")
    follow(page, "Traerlas de una hoja de cálculo")
    _choose(page, SHEET.format(topic="No existe", title="No hay luz en la calle"))
    expect(page.get_by_role("table")).to_contain_text("Hay que corregirla")
    check(page)
    topic = "Agua en casa: que llegue, que sea limpia y con cuentas claras"
    _choose(page, SHEET.format(topic=f'"{topic}"', title="No hay luz en la calle"))
    expect(page.get_by_role("table")).to_contain_text("Se publicará")
    check(page)
    press(page, "Publicar 1 aportación")
    expect(page.get_by_text("Se publicó 1 aportación.")).to_be_visible()
    expect(page.get_by_role("link", name="No hay luz en la calle")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_report_of_a_consultation_is_read(visitor: Visitor, phone: bool) -> None:
    page = visitor(phone=phone)
    enter_cycle(page, LOCAL)
    follow(page, "Sensibilización y escucha")
    expect(page.get_by_role("heading", name="Informe de la etapa")).to_be_visible()


def _photograph(number: int) -> FilePayload:
    data = BytesIO()
    Image.new("RGB", PICTURE, (number * 30, 120, 90)).save(data, "JPEG")
    return {"name": f"hoja-{number}.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


def _choose(page: Page, content: str) -> None:
    sent: FilePayload = {"name": "jornada.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.get_by_label("Archivo").set_input_files(sent)
    press(page, "Revisar el archivo")
