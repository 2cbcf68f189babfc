"""A session is conducted: its agenda, its list of speakers and its straw polls move for everyone in the room."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.pages import Visitor, check, press, sign_in_as
from tests.journeys.test_room import CONNECTED, enter_live_room, state


def test_the_agenda_moves_for_everyone(visitor: Visitor) -> None:
    """The facilitation goes on to an item and adds one; the others see it where they are, what they type stays."""
    reader, conductor = visitor(phone=True), visitor()
    for page, role in ((reader, "participante"), (conductor, "facilitadora")):
        sign_in_as(page, role)
        enter_live_room(page)
        expect(state(page)).to_have_text(CONNECTED)
    reader.get_by_label("Tu mensaje").fill("a medio escribir")
    _turn_to(reader, "Orden del día")
    next_one = _item(conductor, "Qué variantes se hablan")
    expect(_item(reader, "Qué variantes se hablan")).not_to_have_attribute("aria-current", "step")
    next_one.get_by_role("button", name="Pasar a este punto").click()
    expect(_item(reader, "Qué variantes se hablan")).to_have_attribute("aria-current", "step")
    expect(_item(reader, "Qué variantes se hablan")).to_contain_text("Quedan 19:5")
    conductor.get_by_text("Agregar un punto", exact=True).click()
    conductor.get_by_role("button", name="Agregar el punto").click()
    expect(conductor.get_by_text("Este dato hace falta.").first).to_be_visible()
    conductor.get_by_label("Punto", exact=True).fill("Cómo se paga")
    conductor.get_by_role("button", name="Agregar el punto").click()
    expect(_item(reader, "Cómo se paga")).to_be_visible()
    check(reader)
    check(conductor)
    _turn_to(reader, "Conversación")
    expect(reader.get_by_label("Tu mensaje")).to_have_value("a medio escribir")


def test_the_floor_is_asked_for_on_a_phone_and_given(visitor: Visitor) -> None:
    """Whoever gets the floor is told wherever they look; what the facilitation types stays."""
    asks, conducts, plain = visitor(phone=True), visitor(), visitor(scripts=False)
    for page, role in ((asks, "participante"), (conducts, "facilitadora")):
        sign_in_as(page, role)
        enter_live_room(page)
        expect(state(page)).to_have_text(CONNECTED)
    _turn_to(asks, "La palabra")
    asks.get_by_label("Para qué").select_option(label="Pregunta")
    press(asks, "Pedir la palabra")
    expect(asks.locator(".speakers")).to_contain_text("Eres tú")
    turn = conducts.locator(".speakers > li").filter(has_text="Participante 001")
    expect(turn).to_contain_text("Pregunta")
    conducts.get_by_text("Anotar a alguien de la sala").click()
    conducts.get_by_label("Quién pide la palabra").fill("Fila 3")
    _turn_to(asks, "Conversación")
    turn.get_by_role("button", name="Dar la palabra").click()
    expect(asks.locator("#live-region")).to_have_text("Tienes la palabra.")
    expect(conducts.locator(".floor-now")).to_contain_text("Participante 001")
    expect(conducts.locator(".floor-now .floor-timer")).to_have_text(re.compile("2:[45]"))
    expect(conducts.get_by_label("Quién pide la palabra")).to_have_value("Fila 3")
    check(asks)
    check(conducts)
    asks.get_by_role("link", name="Tienes la palabra").click()
    expect(asks.locator(".floor-now .floor-timer")).to_have_text(re.compile(r"^[12]:\d\d"))  # judging took its time
    enter_live_room(plain)
    expect(plain.locator(".floor-now")).to_contain_text("Participante 001")
    press(conducts, "Pausar")
    expect(asks.locator(".floor-now")).to_contain_text("En pausa")
    press(asks, "Terminar mi turno")
    expect(conducts.get_by_text("Nadie tiene la palabra en este momento.")).to_be_visible()
    expect(asks.get_by_role("link", name="Tienes la palabra")).to_be_hidden()
    check(asks)


def test_a_straw_poll_shows_its_result_only_once_it_is_closed(visitor: Visitor) -> None:
    """The facilitation asks, someone answers on a phone and changes it; who is still choosing hears that it closed."""
    phone, conductor, late = visitor(phone=True), visitor(), visitor()
    for page, role in ((phone, "participante"), (conductor, "facilitadora"), (late, "participante")):
        sign_in_as(page, role)
        enter_live_room(page)
        expect(state(page)).to_have_text(CONNECTED)
    conductor.get_by_text("Abrir un sondeo", exact=True).click()
    conductor.get_by_label("Qué preguntas").fill("¿Vamos por el audio?")
    conductor.get_by_role("button", name="Abrir el sondeo").click()
    _turn_to(phone, "La palabra")
    _poll(phone).get_by_label("En desacuerdo, pero no lo detengo").check()
    _poll(phone).get_by_role("button", name="Contestar").click()
    expect(_poll(phone)).to_contain_text("Ya contestaste")
    _poll(phone).get_by_label("De acuerdo", exact=True).check()
    _poll(phone).get_by_role("button", name="Cambiar mi respuesta").click()
    expect(_poll(conductor)).to_contain_text("Contestó 1 persona.")
    for page in (phone, conductor):
        expect(_poll(page)).to_contain_text("Los resultados se ven cuando se cierre.")
        expect(_poll(page).locator(".bars")).to_have_count(0)
    _poll(late).get_by_label("Me abstengo").check()
    _poll(conductor).get_by_role("button", name="Cerrar el sondeo").click()
    conductor.get_by_role("dialog").get_by_role("button", name="Cerrar el sondeo").click()
    expect(late.locator("[data-panel=poll]").get_by_text("lo que empezaste ya no se puede enviar")).to_be_visible()
    for page in (phone, conductor):
        page.locator("summary").filter(has_text="¿Vamos por el audio?").click()
        closed = page.locator("details[open]").filter(has_text="¿Vamos por el audio?")
        expect(closed.locator(".bars__line").filter(has_text="De acuerdo").locator(".bars__number")).to_have_text("1")
        page.evaluate("window.scrollTo(0, 0)")  # what lies half under the tabs that stay in sight is no small target
        check(page)


def test_a_conversation_is_closed_slowed_down_and_one_person_muted(visitor: Visitor) -> None:
    """Whoever is typing sees why it is not sent, keeps the text and is told when it can be."""
    writes, conducts = visitor(phone=True), visitor()
    for page, role in ((writes, "participante"), (conducts, "facilitadora")):
        sign_in_as(page, role)
        enter_live_room(page)
        expect(state(page)).to_have_text(CONNECTED)
    writes.get_by_label("Tu mensaje").fill("a medio escribir")
    conducts.get_by_text("Moderar la conversación").click()
    conducts.get_by_label("¿Por qué se cierra?").fill("Escuchemos a quien expone.")
    conducts.get_by_role("button", name="Cerrar la conversación").click()
    expect(writes.locator("[data-panel=rules]")).to_contain_text("Escuchemos a quien expone.")
    expect(writes.get_by_role("button", name="Publicar mensaje")).to_be_hidden()
    expect(writes.get_by_label("Tu mensaje")).to_have_value("a medio escribir")
    expect(writes.get_by_label("Tu mensaje")).not_to_be_editable()
    expect(writes.locator("#live-region")).to_contain_text("está cerrada")
    check(conducts)
    conducts.get_by_role("button", name="Abrir la conversación").click()
    expect(writes.get_by_label("Tu mensaje")).to_be_editable()
    expect(conducts.get_by_role("button", name="Abrir la conversación", include_hidden=True)).to_have_count(0)
    _unfold(conducts, "Moderar la conversación")
    conducts.get_by_label("Cada persona espera").select_option("10")
    conducts.get_by_label("¿Por qué cambia el ritmo?").fill("Somos muchas personas.")
    conducts.get_by_role("button", name="Cambiar el ritmo").click()
    expect(writes.locator("[data-panel=rules]")).to_contain_text("cada 10 segundos")
    expect(writes.get_by_label("Tu mensaje")).to_have_value("a medio escribir")
    press(writes, "Publicar mensaje")
    expect(conducts.locator(".chat")).to_contain_text("a medio escribir")
    expect(writes.locator("[data-pace-wait]")).to_contain_text(
        re.compile(r"Puedes volver a escribir en \d+ segundos?\.")
    )
    writes.get_by_label("Tu mensaje").fill("algo más")
    writes.get_by_role("button", name="Publicar mensaje").click(force=True)
    expect(writes.get_by_label("Tu mensaje")).to_have_value("algo más")
    check(writes)
    expect(writes.locator("[data-pace-wait]")).to_be_hidden(timeout=12_000)
    press(writes, "Publicar mensaje")
    said = conducts.locator(".chat__message").filter(has_text="algo más")
    expect(said).to_be_visible()
    conducts.reload()
    said.get_by_role("link", name="Moderar").click()
    conducts.get_by_label("¿Por qué?").fill("Interrumpió tres veces a otras personas.")
    press(conducts, "Moderar a Participante 001 ahora")
    check(conducts)
    expect(writes.locator("[data-panel=rules]")).to_contain_text("Interrumpió tres veces a otras personas.")
    expect(writes.get_by_label("Tu mensaje")).to_be_hidden()
    press(conducts, "Devolver la palabra")
    _let_everyone_write_again(conducts)
    writes.get_by_label("Tu mensaje").fill("y otra cosa")
    expect(writes.get_by_role("button", name="Publicar mensaje")).not_to_have_attribute("aria-disabled", "true")


def _turn_to(page: Page, part: str) -> None:
    """On a phone the parts of the room are tabs."""
    page.get_by_role("navigation", name="Partes de la sala").get_by_role("link", name=part).click()


def _item(page: Page, title: str) -> Locator:
    return page.locator(".agenda__item").filter(has_text=title)


def _poll(page: Page) -> Locator:
    return page.locator(".poll").filter(has_text="¿Vamos por el audio?")


def _unfold(page: Page, name: str) -> None:
    """Open what is folded; what is open already stays so."""
    fold = page.locator("details").filter(has=page.get_by_text(name, exact=True))
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()


def _let_everyone_write_again(page: Page) -> None:
    """Other journeys go on in the same room."""
    enter_live_room(page)
    page.get_by_text("Moderar la conversación").click()
    page.get_by_label("Cada persona espera").select_option("0")
    page.get_by_label("¿Por qué cambia el ritmo?").fill("Ya somos pocas.")
    page.get_by_role("button", name="Cambiar el ritmo").click()
    expect(page.locator("[data-panel=rules]")).not_to_contain_text("cada 10 segundos")
