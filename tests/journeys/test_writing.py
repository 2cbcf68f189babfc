"""Someone writes a proposal on a phone, leaves, finds it on another device, and publishes it with a file; a facilitator
enters one that was made on paper."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys.pages import LOCAL, Visitor, check, enter_cycle, first_row, follow, press, sign_in_as, state

TITLE = "Pintar en la cancha los días en que llega la pipa"
ON_PAPER = "Una campana que avise cuando sale la pipa"
PDF = b"%PDF-1.7 plano de la cancha"
STATE = "[data-draft-state]"
LATER = 15_000


def test_a_proposal_written_on_a_phone_is_finished_on_another_device(visitor: Visitor) -> None:
    phone, desk = visitor(phone=True), visitor()
    sign_in_as(phone, "contraparte")
    enter_cycle(phone, LOCAL, "Problemáticas")
    first_row(phone)
    follow(phone, "Proponer qué hacer")
    phone.get_by_label("Título").fill(TITLE)
    phone.get_by_label("¿Qué hay que hacer?").fill("- Pintar un calendario.\n- Cambiarlo cada viernes.")
    expect(phone.locator(STATE)).to_contain_text("Guardado a las", timeout=LATER)
    check(phone)
    phone.goto("about:blank")
    sign_in_as(desk, "contraparte")
    follow(desk, "Termina de escribir tu propuesta")
    expect(desk.get_by_text("Recuperamos lo que escribías")).to_be_visible()
    expect(desk.get_by_label("Título")).to_have_value(TITLE)
    _mark_goals(desk)
    _look_and_keep(desk)
    _add_a_file(desk)
    press(desk, "Publicar propuesta")
    expect(state(desk)).to_have_text("Publicada, en revisión")
    expect(desk.get_by_role("link", name="Plano de la cancha")).to_be_visible()
    check(desk)


def _mark_goals(page: Page) -> None:
    """Those of the problem, at one press; what was typed before is not put back over them."""
    press(page, "Marcar también estos")
    expect(page.locator(STATE)).to_contain_text("Guardado a las", timeout=LATER)
    assert page.locator("#objetivos input:checked").count() > 0
    expect(page.get_by_label("Título")).to_have_value(TITLE)


def _look_and_keep(page: Page) -> None:
    press(page, "Ver cómo se leerá")
    shown = page.locator("#vista-previa")
    expect(shown.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(shown.get_by_role("listitem").filter(has_text="Cambiarlo cada viernes.")).to_be_visible()
    expect(page.get_by_label("Título")).to_have_value(TITLE)
    check(page)
    press(page, "Guardar borrador")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def _add_a_file(page: Page) -> None:
    follow(page, "Agregar o quitar archivos")
    page.get_by_label("Archivo").set_input_files({"name": "plano.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.get_by_label("¿Qué contiene?").fill("Plano de la cancha")
    press(page, "Agregar el archivo")
    expect(page.get_by_text("El archivo ya está con tu propuesta.")).to_be_visible()
    check(page)
    follow(page, "Volver a la propuesta")


def test_a_facilitator_enters_one_from_paper(visitor: Visitor) -> None:
    page = visitor()
    sign_in_as(page, "facilitadora")
    enter_cycle(page, LOCAL, "Propuestas")
    follow(page, "Registrar una hecha en persona")
    page.get_by_label("En papel").check()
    page.get_by_label("¿Quiénes la plantearon, dónde y cuándo?").fill("Asamblea del barrio, 14 de mayo")
    page.get_by_label("Título").fill(ON_PAPER)
    page.get_by_role("group", name=re.compile("Qué problemáticas atiende")).get_by_role("checkbox").first.check()
    page.get_by_label("¿Qué hay que hacer?").fill("Que suene la campana de la iglesia cuando la pipa sale.")
    check(page)
    press(page, "Guardar borrador")
    press(page, "Publicar propuesta")
    expect(page.get_by_text("Asamblea del barrio, 14 de mayo").first).to_be_visible()
    expect(page.get_by_text(re.compile("La registró .*, de la facilitación"))).to_be_visible()
    expect(page.get_by_text("En papel", exact=True)).to_be_visible()
    check(page)
