"""Someone writes a problem with a bad connection, loses the session, comes back, and publishes what they wrote."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import (
    CONSULTATION,
    Visitor,
    check,
    enter_cycle,
    first_row,
    follow,
    press,
    sign_in_as,
)

TITLE = "La ruta 12 no pasa los domingos"
STATE = "[data-draft-state]"
LATER = 15_000
SEND_NOTHING = "() => { window.fetch = () => Promise.reject(new TypeError('no connection')); }"


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_draft_survives_a_lost_connection_and_an_expired_session(visitor: Visitor, phone: bool) -> None:
    page = visitor(phone=phone, may_be_cut=True)
    sign_in_as(page, "participante")
    title = f"{TITLE} ({'teléfono' if phone else 'escritorio'})"
    _open_form(page)
    page.get_by_label("Título").fill(title)
    expect(page.locator(STATE)).to_contain_text("Guardado a las", timeout=LATER)
    check(page)
    page.context.set_offline(True)
    page.get_by_label("¿Qué pasa?").fill("Hay que caminar dos horas.")
    expect(page.locator(STATE)).to_contain_text("Sin conexión", timeout=LATER)
    check(page)
    page = _closed_and_open_again(page)
    expect(page.get_by_label("¿Qué pasa?")).to_have_value("Hay que caminar dos horas.")
    expect(page.get_by_label("Título")).to_have_value(title)
    expect(page.locator("[data-draft-back]")).to_be_visible()
    expect(page.locator(STATE)).to_contain_text("Guardado a las", timeout=LATER)
    check(page)
    page.context.clear_cookies()
    page.get_by_label("¿A quién afecta?").fill("A quien trabaja en domingo.")
    expect(page.locator(STATE)).to_contain_text("Tu sesión terminó", timeout=LATER)
    expect(page.get_by_role("link", name="Entra para seguir")).to_be_visible()
    check(page)
    page.goto("/")
    sign_in_as(page, "participante")
    follow(page, "Termina tu borrador")
    expect(page.get_by_label("¿A quién afecta?")).to_have_value("A quien trabaja en domingo.")
    expect(page.locator(STATE)).to_contain_text("Guardado a las", timeout=LATER)
    page.get_by_label("Tema", exact=False).first.select_option(index=1)
    press(page, "Publicar la problemática")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    _open_form(page)
    expect(page.get_by_label("Título")).to_have_value("")


def test_an_older_copy_on_a_device_does_not_take_the_place_of_a_newer_draft(visitor: Visitor) -> None:
    phone, desk = visitor(phone=True, may_be_cut=True), visitor()
    sign_in_as(phone, "contraparte")
    _open_form(phone)
    phone.context.set_offline(True)
    phone.get_by_label("Título").fill("Lo del teléfono")
    expect(phone.locator(STATE)).to_contain_text("Sin conexión", timeout=LATER)
    sign_in_as(desk, "contraparte")
    _open_form(desk)
    desk.get_by_label("Título").fill("Lo de la oficina")
    expect(desk.locator(STATE)).to_contain_text("Guardado a las", timeout=LATER)
    phone = _closed_and_open_again(phone)
    expect(phone.get_by_text("En este aparato hay otra versión de tu texto")).to_be_visible()
    expect(phone.get_by_label("Título")).to_have_value("Lo de la oficina")
    check(phone)
    press(phone, "Verla en lugar de esta")
    expect(phone.get_by_label("Título")).to_have_value("Lo del teléfono")
    press(phone, "Verla en lugar de esta")
    expect(phone.get_by_label("Título")).to_have_value("Lo de la oficina")
    phone.reload()
    expect(phone.get_by_label("Título")).to_have_value("Lo de la oficina")
    press(phone, "Descartarla")
    expect(phone.get_by_text("En este aparato hay otra versión de tu texto")).to_be_hidden()
    press(phone, "Borrar el borrador y empezar de nuevo")
    phone.get_by_role("dialog").get_by_role("button", name="Borrar el borrador").click()
    expect(phone.get_by_label("Título")).to_have_value("")


def test_of_two_tabs_neither_wipes_what_the_other_saved(visitor: Visitor) -> None:
    first = visitor()
    sign_in_as(first, "contraparte")
    _open_form(first)
    second = first.context.new_page()
    second.goto(first.url)
    for page, title in ((first, "De la primera"), (second, "De la segunda")):
        page.get_by_label("Título").fill(title)
        expect(page.locator(STATE)).to_contain_text("Guardado a las", timeout=LATER)
    expect(second.get_by_text("En este aparato hay otra versión de tu texto")).to_be_visible()
    press(second, "Verla en lugar de esta")
    expect(second.get_by_label("Título")).to_have_value("De la primera")
    second.reload()
    second.get_by_label("Título").fill("Lo que ya no quiero")
    press(second, "Borrar el borrador y empezar de nuevo")
    second.get_by_role("dialog").get_by_role("button", name="Borrar el borrador").click()
    expect(second.get_by_text("Borramos tu borrador.")).to_be_visible()
    expect(second.get_by_label("Título")).to_have_value("")
    expect(second.locator(STATE)).to_have_text("Tu texto se guarda sin que hagas nada.")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_without_a_connection_nothing_is_sent_and_the_page_stays(visitor: Visitor, phone: bool) -> None:
    page = visitor(phone=phone, may_be_cut=True)
    sign_in_as(page, "contraparte")
    enter_cycle(page, CONSULTATION, "Problemáticas")
    first_row(page)
    said = f"¿Desde cuándo pasa? ({'teléfono' if phone else 'escritorio'})"
    page.get_by_label("Tu comentario").fill(said)
    page.context.set_offline(True)
    for _ in range(2):
        press(page, "Publicar comentario")
        expect(page.get_by_text("Sin conexión: no se envió.")).to_have_count(2)  # beside the button, and announced
    expect(page.get_by_label("Tu comentario")).to_have_value(said)
    check(page)
    page.context.set_offline(False)
    press(page, "Publicar comentario")
    expect(page.get_by_text("Tu comentario ya está publicado.")).to_be_visible()
    expect(page.get_by_text(said)).to_be_visible()


def test_publishing_without_a_connection_keeps_saving_and_what_was_published_says_so(visitor: Visitor) -> None:
    page = visitor(may_be_cut=True)
    sign_in_as(page, "contraparte")
    _open_form(page)
    title = "No hay banquetas en la calle de la primaria"
    for label, said in (
        ("Título", title),
        ("¿Qué pasa?", "Se camina por el arroyo."),
        ("¿A quién afecta?", "A niñas."),
    ):
        page.get_by_label(label).fill(said)
    page.get_by_label("Tema", exact=False).first.select_option(index=1)
    expect(page.locator(STATE)).to_contain_text("Guardado a las", timeout=LATER)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_label("Título")).to_have_value(title)
    page.context.set_offline(True)
    press(page, "Publicar la problemática")
    expect(page.get_by_role("main").get_by_text("Sin conexión: no se envió.")).to_be_visible()
    expect(page.locator(STATE)).to_contain_text("lo guardamos en este aparato", timeout=LATER)
    page.context.set_offline(False)
    press(page, "Publicar la problemática")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    other.get_by_label("¿Qué pasa?").fill("Otra cosa.")
    expect(other.locator(STATE)).to_contain_text("Esto ya se publicó.", timeout=LATER)
    other.get_by_role("link", name="Ver lo publicado").click()
    expect(other.get_by_role("heading", level=1)).to_have_text(title)


def test_a_draft_is_kept_without_scripts(visitor: Visitor) -> None:
    page = visitor(scripts=False)
    sign_in_as(page, "contraparte")
    _open_form(page)
    page.get_by_label("Título").fill(TITLE)
    press(page, "Guardar borrador")
    expect(page.get_by_text("Guardamos tu borrador.")).to_be_visible()
    expect(page.get_by_label("Título")).to_have_value(TITLE)
    press(page, "Borrar el borrador y empezar de nuevo")
    expect(page.get_by_label("Título")).to_have_value("")


def _open_form(page: Page) -> None:
    enter_cycle(page, CONSULTATION, "Problemáticas")
    follow(page, "Publicar una problemática")


def _closed_and_open_again(page: Page) -> Page:
    """The tab is gone, the connection is back, and the same browser opens the form once more."""
    context, address = page.context, page.url
    page.evaluate(SEND_NOTHING)  # a tab that is being closed hears of the connection, whatever the browser was told
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    return page
