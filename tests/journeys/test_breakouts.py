"""A session divides into small groups and comes back: the way there, what each brings, and nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.journeys.pages import LOCAL, Visitor, check, enter_cycle, follow, go, open_row, press, sign_in_as
from tests.journeys.site import Site
from tests.journeys.test_room import CONNECTED, said, state

TABLE, SESSION, QUESTION = "Mesa de los manantiales", "Qué cuidamos primero", "¿Qué manantial va primero?"
MEXICO = ZoneInfo("America/Mexico_City")


def test_a_session_divides_and_comes_back(visitor: Visitor, site: Site) -> None:
    """One in a group on a phone, one who comes later, and who facilitates."""
    leads, phone, late = visitor(), visitor(phone=True), visitor()
    for page, role in ((leads, "facilitadora"), (phone, "participante"), (late, "contraparte")):
        sign_in_as(page, role)
    _hold_a_session(leads, site)
    for page in (phone, late):
        enter_cycle(page, LOCAL, "Mesas")
        open_row(page, TABLE)
        press(page, "Unirme a esta mesa")
    press(leads, "Abrir la sesión")
    _enter(phone)
    for page in (leads, phone):
        expect(state(page)).to_have_text(CONNECTED)
    phone.get_by_label("Tu mensaje").fill("a medio escribir")
    _divide(leads)
    expect(_panel(phone).get_by_role("heading", name="Estás en el grupo")).to_be_visible()
    expect(_panel(phone)).to_contain_text(re.compile(r"Quedan (10|9):\d\d"))
    expect(phone.get_by_role("button", name="Publicar mensaje")).to_be_hidden()
    check(phone)
    _enter(late)
    _panel(late).get_by_role("button", name="Entrar a un grupo").click()
    for page in (phone, late):
        go(page, _panel(page).get_by_role("link", name="Ir a mi grupo"))
        expect(_panel(page)).to_contain_text(QUESTION)
        expect(state(page)).to_have_text(CONNECTED)
        check(page)
    _conduct(leads, phone)
    phone.get_by_text("Escribir lo que lleva el grupo").click()
    phone.get_by_label("Lo que lleva el grupo").fill("Primero, el de arriba.")
    press(phone, "Guardar lo que lleva el grupo")
    phone.get_by_label("Tu mensaje").fill("esto no alcancé a decirlo")
    check(leads)
    leads.get_by_text("Conducir los grupos").click()
    leads.get_by_role("button", name="Terminar los grupos").click()
    leads.get_by_role("dialog").get_by_role("button", name="Terminar los grupos").click()
    expect(said(leads, "Primero, el de arriba.")).to_have_count(1)
    over = phone.get_by_role("link", name="El tiempo del grupo terminó: vuelve a la sesión")
    expect(over).to_be_visible()
    expect(phone.locator("#mensaje textarea[name=body]")).to_have_value("esto no alcancé a decirlo")
    phone.evaluate("window.scrollTo(0, 0)")  # what lies half under the tabs that stay in sight is no small target
    check(phone)
    go(phone, _panel(phone).get_by_role("link", name="Volver a la sesión"))
    brought = phone.locator(".chat__message").filter(has_text="Primero, el de arriba.")
    expect(brought).to_contain_text("Grupo")
    expect(phone.get_by_role("button", name="Publicar mensaje")).to_be_visible()
    check(phone)
    go(phone, brought.get_by_role("link", name="Leer la conversación del grupo"))
    expect(said(phone, "Yo digo que el de arriba")).to_have_count(1)
    _end(leads)


def _hold_a_session(page: Page, site: Site) -> None:
    enter_cycle(page, LOCAL, "Mesas")
    follow(page, "Abrir una mesa")
    page.get_by_label("Nombre de la mesa").fill(TABLE)
    page.get_by_label("Para qué es esta mesa").fill("Acordar qué manantiales se cuidan.")
    press(page, "Abrir la mesa")
    follow(page, "Convocar una sesión")
    start = site.now().astimezone(MEXICO) + timedelta(hours=1)
    page.get_by_label("De qué trata").fill(SESSION)
    page.get_by_label("Empieza").fill(f"{start:%Y-%m-%dT%H:%M}")
    page.get_by_label("Termina").fill(f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    page.get_by_label("En línea").check()
    press(page, "Convocar la sesión")


def _enter(page: Page) -> None:
    """What the page of the table says comes next, once the session is live."""
    page.reload()
    go(page, page.get_by_role("main").get_by_role("link", name="Entrar a la sesión en vivo"))
    expect(state(page)).to_have_text(CONNECTED)


def _divide(page: Page) -> None:
    page.get_by_text("Dividir la sesión en grupos pequeños").click()
    page.get_by_label("Qué conversan los grupos").fill(QUESTION)
    page.get_by_label("Cuántos grupos").fill("2")
    page.get_by_role("button", name="Dividir en grupos").click()
    expect(_panel(page)).to_contain_text("La mesa trabaja en 2 grupos.")


def _conduct(leads: Page, phone: Page) -> None:
    """More time and a notice reach whoever writes in a group; what they type stays."""
    phone.get_by_label("Tu mensaje").fill("Yo digo que el de arriba")
    leads.get_by_text("Conducir los grupos").click()
    leads.get_by_label("Minutos de más").fill("15")
    leads.get_by_role("button", name="Dar más tiempo").click()
    expect(_panel(phone)).to_contain_text(re.compile(r"Quedan 2[345]:\d\d"))
    leads.get_by_text("Conducir los grupos").click()
    leads.get_by_label("Aviso para todos los grupos").fill("Vayan cerrando.")
    leads.get_by_role("button", name="Avisar a los grupos").click()
    expect(phone.locator("[data-panel=notice]")).to_contain_text("Vayan cerrando.")
    expect(phone.get_by_label("Tu mensaje")).to_have_value("Yo digo que el de arriba")
    press(phone, "Publicar mensaje")
    expect(said(phone, "Yo digo que el de arriba")).to_have_count(1)


def _end(page: Page) -> None:
    page.get_by_role("button", name="Terminar la sesión").click()
    page.get_by_role("dialog").get_by_role("button", name="Terminar la sesión").click()
    expect(page.get_by_text("La sesión terminó. Todo lo que se dijo queda aquí.")).to_be_visible()


def _panel(page: Page) -> Locator:
    return page.locator("[data-panel=breakout]")
