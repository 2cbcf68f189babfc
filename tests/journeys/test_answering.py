"""Two write a proposal, a third amends it, a facilitator admits it, and an institution answers it with forty-nine
others at once; an author asks back, the institution replies and later corrects its answer."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.factories.accounts import PASSWORD
from tests.journeys.entering import sign_in
from tests.journeys.many import COAUTHOR, CYCLE, INSTITUTION, NUMBER, OFFICIAL, TITLE
from tests.journeys.pages import (
    Visitor,
    check,
    enter_cycle,
    follow,
    go,
    go_home,
    open_row,
    press,
    reload_until,
    sign_in_as,
    state,
)
from tests.journeys.reviewing import admit
from tests.journeys.site import Site

TEXT = "Cada mes, en formato abierto, con el mapa de cada obra."
AMENDED = "Cada mes, en formato abierto y en las oficinas, con el mapa de cada obra."
REASONS = "El padrón ya se publica cada mes en la página de la institución."
UNSAVED = f"{REASONS} También en papel."
QUESTION = "¿También el de las obras que hacen los barrios?"
REPLY = "No: ese todavía no. Vamos a corregir lo que respondimos."
BETTER = "El padrón se publica cada mes; falta el de las obras de los barrios, que empieza en marzo."
WHY = "Quien la propuso nos hizo ver que faltaban las obras de los barrios."


def test_two_write_one_amends_fifty_are_answered_and_one_is_asked_about(visitor: Visitor, site: Site) -> None:
    site.prepare("tests.journeys.many")
    author, coauthor, facilitator, official = visitor(phone=True), visitor(), visitor(), visitor()
    sign_in_as(author, "participante")
    _invite(author)
    _join_and_write(coauthor)
    _publish_what_both_wrote(author)
    _amend(visitor())
    _accept(coauthor)
    sign_in_as(facilitator, "facilitadora")
    admit(facilitator, TITLE, of=CYCLE)
    _turn_to_who_answers_the_others(facilitator)
    _prepare(official)
    _publish(official)
    author.reload()
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


def _invite(page: Page) -> None:
    follow(page, "Publica tu borrador de propuesta", of=TITLE)
    follow(page, "Escribirla con alguien más")
    page.get_by_label("Correo de la persona").fill(COAUTHOR)
    page.get_by_label("Correo de la persona").press("Enter")
    expect(page.get_by_text("Enviamos la invitación a ese correo.")).to_be_visible()
    check(page)
    follow(page, "Volver a la propuesta")


def _join_and_write(page: Page) -> None:
    """Read it, accept, and change the text as an author."""
    _enter(page, COAUTHOR)
    follow(page, "Responde a una invitación")
    follow(page, "Lee la propuesta antes de responder")
    follow(page, "Responder la invitación")
    press(page, "Aceptar y escribirla")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    check(page)
    follow(page, "Cambiar el texto")
    page.get_by_label("¿Qué hay que hacer?").fill(TEXT)
    press(page, "Guardar cambios")
    expect(page.get_by_role("main").get_by_text(TEXT)).to_be_visible()
    check(page)


def _enter(page: Page, email: str) -> None:
    go(page, page.get_by_role("banner").get_by_role("link", name="Entrar", exact=True))
    sign_in(page, email, PASSWORD)


def _publish_what_both_wrote(page: Page) -> None:
    page.reload()
    expect(page.get_by_text(TEXT)).to_be_visible()
    press(page, "Publicar propuesta")
    expect(state(page)).to_have_text("Publicada, en revisión")
    expect(page.get_by_text("Coautora 01").first).to_be_visible()
    check(page)


def _amend(page: Page) -> None:
    sign_in_as(page, "contraparte")
    enter_cycle(page, CYCLE, "Propuestas")
    open_row(page, TITLE)
    follow(page, "Proponer un cambio")
    follow(page, "Qué hay que hacer")
    page.get_by_label("El texto, con tu cambio").fill(AMENDED)
    page.get_by_label("¿Por qué lo propones?").fill("No todas las personas tienen internet.")
    press(page, "Publicar enmienda")
    expect(page.get_by_text("Publicamos tu enmienda.")).to_be_visible()
    check(page)


def _accept(page: Page) -> None:
    go_home(page)
    follow(page, "Responde las enmiendas a una propuesta", of=TITLE)
    open_row(page, "Contraparte 01")
    expect(page.locator("ins", has_text="oficinas")).to_be_visible()
    press(page, "Aceptar la enmienda")
    expect(state(page)).to_have_text("Aceptada")
    follow(page, "Volver a la propuesta")
    expect(page.get_by_text(AMENDED)).to_be_visible()
    check(page)


def _turn_to_who_answers_the_others(page: Page) -> None:
    follow(page, "Turnar a una institución")
    page.get_by_label("Institución", exact=True).select_option(label=INSTITUTION)
    page.get_by_label("Encabeza la respuesta").check()
    press(page, "Turnar la propuesta")
    expect(page.get_by_text("La propuesta quedó turnada.")).to_be_visible()
    check(page)


def _prepare(page: Page) -> None:
    _enter(page, OFFICIAL)
    follow(page, "Responde las propuestas turnadas a tu institución")
    follow(page, f"Responder en común las {NUMBER} de esta página")
    page.get_by_label("Ya se está haciendo").check()
    page.get_by_label("Razones").fill(REASONS)
    press(page, "Guardar el borrador")
    expect(page.get_by_text(f"Guardamos el borrador en {NUMBER} propuestas.")).to_be_visible()
    expect(page.get_by_label("Razones")).to_have_value(REASONS)
    check(page)


def _publish(page: Page) -> None:
    page.get_by_label("Razones").fill(UNSAVED)
    press(page, "Revisar antes de publicar")
    expect(page.get_by_text(UNSAVED)).to_be_visible()
    go_home(page)
    follow(page, "Responde las propuestas turnadas a tu institución")
    follow(page, f"Responder en común las {NUMBER} de esta página")
    expect(page.get_by_label("Razones")).to_have_value(UNSAVED)
    press(page, "Revisar antes de publicar")
    expect(page.get_by_role("heading", name=f"Las {NUMBER} propuestas que la reciben")).to_be_visible()
    check(page)
    press(page, "Seguir escribiendo")
    expect(page.get_by_label("Razones")).to_have_value(UNSAVED)
    press(page, "Revisar antes de publicar")
    expect(page.get_by_text(UNSAVED)).to_be_visible()
    page.get_by_role("button", name=f"Publicar las {NUMBER} respuestas").press("Enter")
    expect(page.get_by_text(f"{NUMBER} respuestas ya son públicas.")).to_be_visible()
    page.wait_for_function("() => sessionStorage.length === 0")
    check(page)


def _say(page: Page, summary: str, words: str, button: str) -> None:
    page.locator(".page-header").get_by_role("link", name=summary).press("Enter")
    page.locator("summary", has_text=summary).click()
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
