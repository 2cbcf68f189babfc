"""A text becomes an agreement: drafted in the room, blocked with a reason, reworked, adopted, and done."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.journeys.pages import LOCAL, Visitor, check, enter_cycle, follow, go, go_home, open_row, press, sign_in_as
from tests.journeys.test_room import CONNECTED, TABLE, enter_live_room, state

TEXT = "Los primeros avisos se graban en audio"


def test_a_text_is_blocked_reworked_adopted_and_done(visitor: Visitor) -> None:
    """The facilitation writes; one answers on a phone, another without scripts; who owes it says that it is done."""
    writes, phone, plain = visitor(), visitor(phone=True), visitor(scripts=False)
    for page, role in ((writes, "facilitadora"), (phone, "participante"), (plain, "contraparte")):
        sign_in_as(page, role)
    _sit_down(plain)
    for page in (writes, phone):
        enter_live_room(page)
        expect(state(page)).to_have_text(CONNECTED)
    phone.get_by_role("navigation", name="Partes de la sala").get_by_role("link", name="La palabra").click()
    _draft(writes)
    expect(_text(phone)).to_contain_text("Borrador")
    _put(writes)
    expect(_text(phone)).to_contain_text("tu respuesta se publica con tu nombre")
    _text(phone).get_by_label("Lo bloqueo").check()
    _text(phone).get_by_role("button", name="Contestar con mi nombre").click()
    expect(phone.get_by_text("Quien bloquea dice por qué").first).to_be_visible()
    _text(phone).get_by_label("Si lo bloqueas, ¿por qué?").fill("Falta decir en qué lenguas")
    _text(phone).get_by_role("button", name="Contestar con mi nombre").click()
    expect(_text(phone)).to_contain_text("Ya contestaste")
    expect(_text(writes)).to_contain_text("Contestó 1 persona.")
    _check(phone)
    _rework(writes)
    expect(_text(phone)).to_contain_text("Versión 2")
    _put(writes)
    _text(phone).get_by_label("De acuerdo", exact=True).check()
    _text(phone).get_by_role("button", name="Contestar con mi nombre").click()
    _answer_without_scripts(plain)
    expect(_text(writes)).to_contain_text("Contestaron 2 personas.")
    _check(writes)
    _text(writes).get_by_role("button", name="Cerrar y contar").click()
    writes.get_by_role("dialog").get_by_role("button", name="Cerrar y contar").click()
    for page in (writes, phone):
        expect(page.get_by_text("Adoptado por consenso: 2 a favor, ningún bloqueo")).to_be_visible()
    _do_what_is_owed(phone)


def _sit_down(page: Page) -> None:
    enter_cycle(page, LOCAL, "Mesas")
    open_row(page, TABLE)
    press(page, "Unirme a esta mesa")


def _draft(page: Page) -> None:
    page.get_by_text("Escribir un acuerdo", exact=True).click()
    form = page.locator("#acuerdo-nuevo")
    form.get_by_label("Qué se acuerda").fill(TEXT)
    form.get_by_label("Qué hay que hacer").first.fill("Juntar a quienes graban")
    form.get_by_label("Quién lo cumple").first.fill("Participante 001")
    form.get_by_label("Para cuándo").first.fill("2099-01-15")
    form.get_by_role("button", name="Mostrar el borrador a la sala").click()


def _put(page: Page) -> None:
    """By consent, without a quorum: few of the table are here."""
    _text(page).get_by_text("Someter a decisión", exact=True).click()
    _text(page).get_by_label("Quórum, en porcentaje").fill("0")
    _text(page).get_by_role("button", name="Someter el texto a decisión").click()


def _rework(page: Page) -> None:
    _text(page).get_by_text("Cambiar el texto", exact=True).click()
    _text(page).get_by_label("Qué se acuerda").fill(f"{TEXT}, en las seis lenguas")
    _text(page).get_by_role("button", name="Guardar el texto").click()
    expect(_text(page)).to_contain_text("Versión 2")


def _answer_without_scripts(page: Page) -> None:
    enter_live_room(page)
    _text(page).get_by_label("De acuerdo", exact=True).check()
    go(page, _text(page).get_by_role("button", name="Contestar con mi nombre"))
    expect(_text(page)).to_contain_text("Ya contestaste")


def _do_what_is_owed(page: Page) -> None:
    go_home(page)
    go(page, page.get_by_role("main").get_by_role("link", name="Cumple lo que te toca de un acuerdo"))
    expect(page.get_by_text("Falta decir en qué lenguas")).to_be_visible()
    check(page)
    follow(page, "Darlo por cumplido")
    page.get_by_label("¿Qué se hizo?").fill("Ya son doce personas")
    press(page, "Publicar que se cumplió")
    expect(page.get_by_text("Ya son doce personas")).to_be_visible()
    check(page)


def _check(page: Page) -> None:
    page.evaluate("window.scrollTo(0, 0)")  # what lies half under the tabs that stay in sight is no small target
    check(page)


def _text(page: Page) -> Locator:
    return page.locator("[data-panel=agreement] .poll").filter(has_text=TEXT)
