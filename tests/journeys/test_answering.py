"""An institution answers fifty proposals at once; an author asks back; it replies, and later corrects its answer."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.many import CYCLE, NUMBER, TITLE
from tests.journeys.pages import Visitor, check, enter_cycle, follow, open_row, press, reload_until, sign_in_as
from tests.journeys.site import Site

REASONS = "El padrón ya se publica cada mes en la página de la institución."
QUESTION = "¿También el de las obras que hacen los barrios?"
REPLY = "No: ese todavía no. Vamos a corregir lo que respondimos."
BETTER = "El padrón se publica cada mes; falta el de las obras de los barrios, que empieza en marzo."
WHY = "Quien la propuso nos hizo ver que faltaban las obras de los barrios."


def test_fifty_are_answered_at_once_one_is_asked_about_and_corrected(visitor: Visitor, site: Site) -> None:
    site.prepare("tests.journeys.many")
    official, author = visitor(), visitor(phone=True)
    sign_in_as(official, "institución")
    _prepare(official)
    _publish(official)
    sign_in_as(author, "participante")
    enter_cycle(author, CYCLE, "Propuestas")
    open_row(author, TITLE)
    expect(author.get_by_text(REASONS)).to_be_visible()
    _say(author, "Repreguntar a la institución", QUESTION, "Publicar la pregunta")
    enter_cycle(official, CYCLE, "Propuestas")
    open_row(official, TITLE)
    expect(official.get_by_text(QUESTION)).to_be_visible()
    _say(official, "Contestar lo que preguntaron", REPLY, "Publicar la réplica")
    _correct(official)
    reload_until(author, author.get_by_text("Corregida el"))
    expect(author.get_by_text(REPLY)).to_be_visible()
    _read_what_changed(author)
    _measure(author)


def _prepare(page: Page) -> None:
    follow(page, "Responde las propuestas turnadas a tu institución")
    follow(page, f"Responder en común las {NUMBER} de esta página")
    page.get_by_label("Ya se está haciendo").check()
    page.get_by_label("Razones").fill(REASONS)
    press(page, "Guardar el borrador")
    expect(page.get_by_text(f"Guardamos el borrador en {NUMBER} propuestas.")).to_be_visible()
    expect(page.get_by_label("Razones")).to_have_value(REASONS)
    check(page)


def _publish(page: Page) -> None:
    press(page, "Revisar antes de publicar")
    expect(page.get_by_role("heading", name=f"Las {NUMBER} propuestas que la reciben")).to_be_visible()
    check(page)
    press(page, "Seguir escribiendo")
    expect(page.get_by_label("Razones")).to_have_value(REASONS)
    press(page, "Revisar antes de publicar")
    expect(page.get_by_text(REASONS)).to_be_visible()
    press(page, f"Publicar las {NUMBER} respuestas")
    expect(page.get_by_text(f"{NUMBER} respuestas ya son públicas.")).to_be_visible()
    check(page)


def _say(page: Page, summary: str, words: str, button: str) -> None:
    page.get_by_text(summary, exact=True).click()
    page.get_by_label("Tu texto").fill(words)
    press(page, button)
    expect(page.get_by_role("main").get_by_text(words)).to_be_visible()
    check(page)


def _correct(page: Page) -> None:
    follow(page, "Corregir la respuesta")
    page.get_by_label("Aceptada en parte").check()
    page.get_by_label("Razones").fill(BETTER)
    page.get_by_label("¿Por qué se corrige?").fill(WHY)
    press(page, "Publicar la corrección")
    expect(page.get_by_text("La corrección ya es pública")).to_be_visible()
    expect(page.get_by_text("Corregida el")).to_be_visible()
    check(page)


def _read_what_changed(page: Page) -> None:
    follow(page, "Por qué y qué decía antes")
    expect(page.get_by_text(WHY)).to_be_visible()
    expect(page.get_by_text(REASONS)).to_be_visible()
    follow(page, "Ver qué cambió de la 1 a la 2")
    expect(page.locator("del", has_text="Ya se está haciendo")).to_be_visible()
    expect(page.locator("ins", has_text="Aceptada en parte")).to_be_visible()


def _measure(page: Page) -> None:
    enter_cycle(page, CYCLE, "Propuestas")
    follow(page, "Cómo responden las instituciones")
    expect(page.get_by_text(f"{NUMBER} de {NUMBER}")).to_be_visible()
