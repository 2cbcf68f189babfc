"""People converse in a room: ask, reply and react; the facilitation pins a notice; the hall follows on its screen."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.conftest import PATIENCE
from tests.journeys.pages import Visitor, check, press, sign_in_as
from tests.journeys.test_room import CONNECTED, enter_live_room, said, state


def test_a_question_is_answered_beneath_it(visitor: Visitor) -> None:
    """One asks on a phone, the other replies and marks it; reactions come and go; what is half written stays."""
    asks, conducts = visitor(phone=True), visitor()
    for page, role in ((asks, "participante"), (conducts, "facilitadora")):
        sign_in_as(page, role)
        enter_live_room(page)
        expect(state(page)).to_have_text(CONNECTED)
    screen = _screen_of(conducts)
    asks.get_by_label("Es una pregunta").check()
    _say(asks, "Enero: ¿quién graba los avisos?")
    question = _message(conducts, "Enero:")
    expect(question).to_contain_text("Pregunta")
    _say(conducts, "Febrero: sigo con otra cosa")
    question.get_by_role("link", name="Responder").click()
    expect(conducts.locator("#mensaje [data-replying]")).to_contain_text("Enero: ¿quién graba los avisos?")
    _say(conducts, "Marzo: las graba la radio")
    expect(conducts.locator("#mensaje [data-replying]")).to_be_hidden()
    _type_until(asks, conducts.get_by_text("está escribiendo"))
    asks.get_by_label("Tu mensaje").fill("a medio escribir")
    expect(asks.locator("[data-room-typing]")).to_be_empty()
    for page in (asks, conducts):
        expect(_message(page, "Enero:").locator("xpath=following-sibling::li[1]")).to_contain_text("Marzo:")
        expect(_message(page, "Marzo:")).to_contain_text("Responde a Participante 001")
    question.get_by_role("button", name="Ya se respondió").click()
    expect(_message(asks, "Enero:")).to_contain_text("Pregunta respondida")
    thanks = _message(asks, "Marzo:").get_by_role("button", name="Gracias")
    thanks.click()
    expect(_message(conducts, "Marzo:").get_by_role("button", name="Gracias 1")).to_be_visible()
    expect(thanks).to_have_attribute("aria-pressed", "true")
    thanks.click()
    expect(_message(conducts, "Marzo:").get_by_role("button", name="Gracias", exact=True)).to_be_visible()
    _pin(conducts, "Receso a las cinco")
    for page in (asks, screen):
        expect(page.get_by_role("region", name="Aviso de la facilitación")).to_contain_text("Receso a las cinco")
    expect(asks.get_by_label("Tu mensaje")).to_have_value("a medio escribir")
    for page in (asks, conducts, screen):
        page.evaluate("window.scrollTo(0, 0)")  # what lies half under the tabs that stay in sight is no small target
        check(page)
    press(conducts, "Quitar el aviso")
    for page in (asks, screen):
        expect(page.get_by_text("Receso a las cinco")).to_have_count(0)
    asks.reload()
    expect(_message(asks, "Enero:").locator("xpath=following-sibling::li[1]")).to_contain_text("Marzo:")


def _screen_of(page: Page) -> Page:
    """The screen of the hall, opened from the room."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Abrir la pantalla de la sala").click()
    expect(opened.value.get_by_text("Participa desde tu teléfono")).to_be_visible()
    return opened.value


def _type_until(page: Page, seen: Locator) -> None:
    """Go on typing, as people do, until the others are told so: it is said every few seconds and soon forgotten."""
    for _ in range(PATIENCE):
        page.get_by_label("Tu mensaje").press_sequentially("a")
        if seen.is_visible():
            return
        page.wait_for_timeout(1000)
    raise AssertionError("nobody was told that somebody is writing")


def _pin(page: Page, words: str) -> None:
    page.locator("summary").filter(has_text="Fijar un aviso").click()
    page.get_by_label("Aviso", exact=True).fill(words)
    press(page, "Fijar el aviso")


def _message(page: Page, opening: str) -> Locator:
    return page.locator(".chat [data-seq]").filter(has_text=opening)


def _say(page: Page, words: str) -> None:
    page.get_by_label("Tu mensaje").fill(words)
    press(page, "Publicar mensaje")
    expect(said(page, words)).to_have_count(1)
