"""A table by request: a person asks, the facilitation lets them in and gives them a task, the person does it."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.journeys.pages import Visitor, check, go, press, sign_in_as

KNOWN = "/mesas/OAX-MES-0001"


def test_a_seat_is_asked_for_and_a_task_is_done(visitor: Visitor) -> None:
    leads, asks = visitor(), visitor(phone=True)
    sign_in_as(leads, "facilitadora")
    table = _new_table(leads)
    leads.goto(f"{table}/lugares")
    leads.get_by_label("Por solicitud").check()
    leads.get_by_label("Academia").fill("30")
    leads.get_by_label("¿Por qué cambia?").fill("Para que haya equilibrio entre sectores.")
    check(leads)
    press(leads, "Guardar la entrada y los lugares")
    expect(leads.locator("#lugares")).to_contain_text("lugares de academia")
    check(leads)

    sign_in_as(asks, "participante")
    asks.goto(table)
    check(asks)
    asks.get_by_role("link", name="Pedir un lugar").click()
    asks.get_by_label("¿Por qué quieres un lugar?").fill("Vigilamos la obra del mercado.")
    check(asks)
    press(asks, "Pedir mi lugar")
    expect(_next_step(asks)).to_contain_text("Ya pediste tu lugar")

    leads.goto(table)
    leads.get_by_role("link", name="1 solicitud de lugar").click()
    expect(leads.get_by_text("Vigilamos la obra del mercado.")).to_be_visible()
    check(leads)
    press(leads, "Dar su asiento")
    expect(leads.get_by_text("Nadie espera respuesta")).to_be_visible()
    leads.goto(f"{table}/tareas")
    leads.get_by_label("Qué hay que hacer").fill("Pedir el expediente del mercado.")
    leads.get_by_label("Quién la hace").select_option(label="Participante 001")
    press(leads, "Encargar la tarea")
    expect(leads.get_by_role("listitem").filter(has_text="Pedir el expediente")).to_contain_text("Por hacer")
    check(leads)

    asks.goto("/")
    asks.get_by_role("link", name="Haz la tarea que te encargaron").click()
    asks.get_by_label("¿Qué se hizo?").fill("Lo entregaron el lunes.")
    check(asks)
    press(asks, "Darla por hecha")
    expect(asks.get_by_role("listitem").filter(has_text="Pedir el expediente")).to_contain_text("Hecha")
    check(asks)


def _new_table(page: Page) -> str:
    """One of this journey's own, from the list of its cycle's tables; its address."""
    page.goto(KNOWN)
    go(page, page.locator(".subnav").get_by_role("link", name="Mesas"))
    go(page, page.get_by_role("link", name="Abrir una mesa"))
    page.get_by_label("Nombre de la mesa").fill("Mesa del mercado")
    page.get_by_label("Para qué es esta mesa").fill("Acordar cómo se vigila la obra del mercado.")
    press(page, "Abrir la mesa")
    return urlsplit(page.url).path


def _next_step(page: Page) -> Locator:
    return page.locator(".notice").filter(has_text="Qué sigue para ti")
