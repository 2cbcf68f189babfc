"""A whole session is facilitated: convened, opened, conducted, decided, ended, and its minutes are a PDF.

Three take part: one on a phone, one whose connection is cut twice, one without scripts.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.journeys.pages import LOCAL, Visitor, check, enter_cycle, follow, go, open_row, press, sign_in_as
from tests.journeys.site import Site
from tests.journeys.test_room import CONNECTED, said, state

TABLE, SESSION = "Mesa del drenaje", "Qué hacemos con el drenaje"
QUESTION, TEXT = "¿Empezamos por el mercado?", "El drenaje del mercado se limpia antes de las lluvias"
MEXICO = ZoneInfo("America/Mexico_City")


def test_a_session_from_its_notice_to_its_minutes(visitor: Visitor, site: Site, tmp_path: Path) -> None:
    leads, phone, cut, plain = visitor(), visitor(phone=True), visitor(may_be_cut=True), visitor(scripts=False)
    roles = ((leads, "facilitadora"), (phone, "participante"), (cut, "contraparte"), (plain, "institución"))
    for page, role in roles:
        sign_in_as(page, role)
    _open_table(leads)
    _convene(leads, site)
    for page in (phone, cut, plain):
        _to_the_table(page)
        press(page, "Unirme a esta mesa")
    press(leads, "Abrir la sesión")
    for page in (phone, cut, plain):
        _enter(page)
    for page in (leads, phone, cut):
        expect(state(page)).to_have_text(CONNECTED)
    _go_through_the_agenda(leads, phone)
    _give_the_floor(leads, phone, cut)
    _ask_the_room(leads, phone, cut, plain)
    _decide(leads, phone, cut, plain)
    for page in (leads, phone, cut):
        check(page)
    _end(leads, phone, cut)
    _minute(leads, phone, tmp_path)


def _open_table(page: Page) -> None:
    enter_cycle(page, LOCAL, "Mesas")
    follow(page, "Abrir una mesa")
    page.get_by_label("Nombre de la mesa").fill(TABLE)
    page.get_by_label("Para qué es esta mesa").fill("Acordar cómo se limpia el drenaje.")
    press(page, "Abrir la mesa")


def _convene(page: Page, site: Site) -> None:
    """For in an hour, with an agenda of its kind."""
    follow(page, "Convocar una sesión")
    start = site.now().astimezone(MEXICO) + timedelta(hours=1)
    page.get_by_label("De qué trata").fill(SESSION)
    page.get_by_label("Empieza").fill(f"{start:%Y-%m-%dT%H:%M}")
    page.get_by_label("Termina").fill(f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    page.get_by_label("En línea").check()
    press(page, "Convocar la sesión")
    page.get_by_label("Empezar con una plantilla").select_option(label="Buscar soluciones")
    press(page, "Usar la plantilla")
    expect(page.locator(".agenda__item")).to_have_count(6)
    check(page)


def _to_the_table(page: Page) -> None:
    enter_cycle(page, LOCAL, "Mesas")
    open_row(page, TABLE)


def _enter(page: Page) -> None:
    """What the page of the table says comes next, once the session is live."""
    page.reload()
    go(page, page.get_by_role("main").get_by_role("link", name="Entrar a la sesión en vivo"))


def _turn_to(page: Page, part: str) -> None:
    page.get_by_role("navigation", name="Partes de la sala").get_by_role("link", name=part).click()


def _say(page: Page, words: str) -> None:
    page.get_by_label("Tu mensaje").fill(words)
    press(page, "Publicar mensaje")
    expect(said(page, words)).to_have_count(1)


def _go_through_the_agenda(leads: Page, phone: Page) -> None:
    _turn_to(phone, "Orden del día")
    for title in ("Bienvenida", "El problema que elegimos"):
        leads.locator(".agenda__item").filter(has_text=title).get_by_role("button", name="Pasar a este punto").click()
        expect(phone.locator(".agenda__item[aria-current]")).to_contain_text(title)
    expect(phone.locator(".agenda__item").filter(has_text="Tratado")).to_contain_text("Bienvenida")


def _give_the_floor(leads: Page, phone: Page, cut: Page) -> None:
    """The first cut: what happened meanwhile is there afterwards, once and in order."""
    _turn_to(phone, "La palabra")
    press(phone, "Pedir la palabra")
    turn = leads.locator(".speakers > li").filter(has_text="Participante 001")
    cut.get_by_label("Tu mensaje").fill("Tercero: lo escribí sin conexión")
    cut.context.set_offline(True)
    expect(state(cut)).not_to_have_text(CONNECTED)
    press(cut, "Publicar mensaje")
    turn.get_by_role("button", name="Dar la palabra").click()
    _turn_to(phone, "Conversación")
    expect(phone.locator("#live-region")).to_have_text("Tienes la palabra.")
    _say(phone, "Primero: se inunda cada año")
    _say(leads, "Segundo: lo anoto")
    cut.context.set_offline(False)
    for page in (leads, phone, cut):
        expect(said(page, "Tercero: lo escribí sin conexión")).to_have_count(1)
        expect(page.locator(".chat").get_by_text("Por enviar")).to_have_count(0)
        assert _opened(page) == ["Primero", "Segundo", "Tercero"]
    expect(cut.locator(".floor-now")).to_contain_text("Participante 001")
    press(leads, "Terminar el turno")


def _ask_the_room(leads: Page, phone: Page, cut: Page, plain: Page) -> None:
    leads.get_by_text("Abrir un sondeo", exact=True).click()
    leads.get_by_label("Qué preguntas").fill(QUESTION)
    leads.get_by_role("button", name="Abrir el sondeo").click()
    phone.get_by_role("link", name="Hay un sondeo abierto: contéstalo").click()
    plain.reload()
    for page in (phone, cut, plain):
        _poll(page).get_by_label("De acuerdo", exact=True).check()
        _poll(page).get_by_role("button", name="Contestar").click()
        expect(_poll(page)).to_contain_text("Ya contestaste")
    expect(_poll(leads)).to_contain_text("Contestaron 3 personas.")
    _poll(leads).get_by_role("button", name="Cerrar el sondeo").click()
    leads.get_by_role("dialog").get_by_role("button", name="Cerrar el sondeo").click()
    for page in (phone, cut):
        page.locator("summary").filter(has_text=QUESTION).click()
        bar = page.locator("details[open] .bars__line").filter(has_text="De acuerdo").first
        expect(bar.locator(".bars__number")).to_have_text("3")


def _decide(leads: Page, phone: Page, cut: Page, plain: Page) -> None:
    """The second cut: the text that was put to the decision is there to be answered afterwards."""
    leads.get_by_text("Escribir un acuerdo", exact=True).click()
    form = leads.locator("#acuerdo-nuevo")
    form.get_by_label("Qué se acuerda").fill(TEXT)
    form.get_by_label("Qué hay que hacer").first.fill("Limpiar las rejillas")
    form.get_by_label("Quién lo cumple").first.fill("La dirección de obras")
    form.get_by_label("Para cuándo").first.fill("2099-05-15")
    form.get_by_role("button", name="Mostrar el borrador a la sala").click()
    cut.context.set_offline(True)
    expect(state(cut)).not_to_have_text(CONNECTED)
    _text(leads).get_by_text("Someter a decisión", exact=True).click()
    _text(leads).get_by_role("button", name="Someter el texto a decisión").click()
    expect(_text(phone)).to_contain_text("Se está decidiendo")
    cut.context.set_offline(False)
    plain.reload()
    for page in (phone, cut, plain):
        _text(page).get_by_label("De acuerdo", exact=True).check()
        _text(page).get_by_role("button", name="Contestar con mi nombre").click()
        expect(_text(page)).to_contain_text("Ya contestaste")
    expect(_text(leads)).to_contain_text("Contestaron 3 personas.")
    _text(leads).get_by_role("button", name="Cerrar y contar").click()
    leads.get_by_role("dialog").get_by_role("button", name="Cerrar y contar").click()
    for page in (leads, phone, cut):
        expect(page.get_by_text("Adoptado por consenso: 3 a favor, ningún bloqueo")).to_be_visible()


def _end(leads: Page, phone: Page, cut: Page) -> None:
    press(leads, "Terminar la sesión")
    leads.get_by_role("dialog").get_by_role("button", name="Terminar la sesión").click()
    for page in (phone, cut):
        expect(page.locator("[data-room-notice-text]")).to_contain_text("La sesión terminó")


def _minute(leads: Page, phone: Page, folder: Path) -> None:
    """The platform drafts what happened; the facilitation opens it to corrections; anyone takes the PDF along."""
    press(leads, "Empezar la minuta")
    check(leads)
    text = leads.get_by_label("Texto de la minuta")
    text.fill(text.input_value() + "\n\nFalta avisar a quienes venden ahí.")
    press(leads, "Guardar la minuta")
    press(leads, "Pedir correcciones")
    check(leads)
    phone.reload()
    follow(phone, "Leer la minuta")
    for words in (TEXT, QUESTION, "El problema que elegimos", "Falta avisar a quienes venden ahí."):
        expect(phone.get_by_role("main")).to_contain_text(words)
    phone.get_by_label("¿Qué hay que corregir?").fill("También se habló del río.")
    press(phone, "Pedir la corrección")
    expect(phone.locator("#correcciones")).to_contain_text("También se habló del río.")
    check(phone)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="Descargar en PDF").click()
    download.value.save_as(folder / "minuta.pdf")
    assert (folder / "minuta.pdf").read_bytes().startswith(b"%PDF")


def _opened(page: Page) -> list[str]:
    return re.findall(r"(Primero|Segundo|Tercero):", page.locator(".chat").inner_text())


def _poll(page: Page) -> Locator:
    return page.locator(".poll").filter(has_text=QUESTION)


def _text(page: Page) -> Locator:
    return page.locator("[data-panel=agreement] .poll").filter(has_text=TEXT)
