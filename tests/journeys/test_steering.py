"""Way 7: a steward makes a cycle from a methodology, edits its stages, and closes one with its report."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.journeys.pages import Visitor, check, enter_cycle, follow, go, go_home, press, sign_in_as, state
from tests.journeys.site import Site

CYCLE, STAGE = "Plan exprés de la cuenca", "Consulta en los mercados"
PURPOSE, PRODUCT = "Saber qué falta en cada mercado.", "Lista de problemas por mercado."
ZONE = ZoneInfo("America/Mexico_City")


def test_a_steward_makes_a_cycle_and_closes_a_stage_with_its_report(visitor: Visitor, site: Site) -> None:
    page, reader = visitor(), visitor(phone=True)
    sign_in_as(page, "responsable")
    today = site.now().astimezone(ZONE)
    _create(page, today)
    _edit_the_first_stage(page, today)
    _publish(page)
    _add_a_stage_without_purpose(page, today)
    enter_cycle(reader, CYCLE)
    expect(reader.get_by_text("Estás aquí")).to_be_visible()
    follow(reader, STAGE)
    expect(state(reader)).to_have_text("Abierta")
    _close_and_report(page)
    reader.reload()
    expect(state(reader)).to_have_text("Cerrada con informe")
    expect(reader.get_by_text("Llegaron tres problemas.")).to_be_visible()
    check(reader)


def _create(page: Page, today: datetime) -> None:
    go(page, page.get_by_role("navigation", name="Principal").get_by_role("link", name="Espacios"))
    check(page)
    follow(page, "Oaxaca")
    follow(page, "Empezar un ciclo")
    page.get_by_label("Exprés (municipio)").check()
    page.get_by_label("Nombre del ciclo").fill(CYCLE)
    page.get_by_label("Prefijo de los folios").fill("CUENCA")
    page.get_by_label("Primer día").fill(f"{today:%Y-%m-%d}")
    press(page, "Crear el borrador del ciclo")
    expect(page.get_by_text("Este ciclo es un borrador")).to_be_visible()
    check(page)


def _edit_the_first_stage(page: Page, today: datetime) -> None:
    """It opened at the first minute of today, once it says what for."""
    follow(page, "Cambiar «Consulta»")
    page.get_by_label("Nombre de la etapa").fill(STAGE)
    page.get_by_label("Propósito").fill("")
    page.get_by_label("Producto esperado").fill("")
    page.get_by_label("Día en que abre").fill(f"{today:%Y-%m-%d}")
    page.get_by_label("Hora en que abre").fill("00:00")
    _save_is_refused_until_it_says_what_for(page)
    expect(page.get_by_text("Guardamos la etapa.")).to_be_visible()
    expect(page.get_by_role("link", name=STAGE).first).to_be_visible()


def _save_is_refused_until_it_says_what_for(page: Page) -> None:
    press(page, "Guardar la etapa")
    expect(page.get_by_text("sin propósito no puede tener fechas").first).to_be_visible()
    check(page)
    page.get_by_label("Propósito").fill(PURPOSE)
    press(page, "Guardar la etapa")
    expect(page.get_by_text("sin producto no puede tener fechas").first).to_be_visible()
    page.get_by_label("Producto esperado").fill(PRODUCT)
    press(page, "Guardar la etapa")


def _publish(page: Page) -> None:
    """With less notice than announced, so it says why."""
    press(page, "Publicar el calendario")
    expect(page.get_by_text("con menos de 14 días de aviso").first).to_be_visible()
    check(page)
    page.get_by_label("Por qué hay menos días de aviso").fill("Las lluvias llegan en un mes.")
    press(page, "Publicar el calendario")
    expect(page.get_by_text("El calendario ya es público.")).to_be_visible()
    check(page)


def _add_a_stage_without_purpose(page: Page, today: datetime) -> None:
    page.get_by_text("Agregar una etapa").click()
    page.get_by_label("Tipo de etapa").select_option(label="Evaluación")
    press(page, "Agregar la etapa")
    expect(page.get_by_text("Agregamos la etapa al final.")).to_be_visible()
    check(page)
    page.get_by_label("Día en que abre").fill(f"{today + timedelta(days=200):%Y-%m-%d}")
    page.get_by_label("Día en que cierra").fill(f"{today + timedelta(days=220):%Y-%m-%d}")
    page.get_by_label("Por qué cambian las fechas").fill("Faltaba evaluar.")
    _save_is_refused_until_it_says_what_for(page)
    expect(page.get_by_text("Guardamos la etapa.")).to_be_visible()
    check(page)


def _close_and_report(page: Page) -> None:
    follow(page, f"Cambiar «{STAGE}»")
    page.get_by_text("Cerrar la etapa ahora").first.click()
    page.locator("#cierre").get_by_label("Razón").fill("Ya hablaron los tres mercados.")
    press(page, "Cerrar la etapa ahora")
    expect(page.get_by_text("La etapa está cerrada.")).to_be_visible()
    check(page)
    go_home(page)
    follow(page, "Publica el informe de la etapa", of=STAGE)
    page.get_by_label("Texto del informe").fill("Llegaron tres problemas.\n\nSigue la mesa.")
    press(page, "Publicar el informe y cerrar la etapa")
    expect(state(page)).to_have_text("Cerrada con informe")
    expect(page.get_by_role("link", name="Cambiar la etapa")).to_have_count(0)
    check(page)
