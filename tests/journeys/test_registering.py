"""Way 2: a visitor registers, confirms by e-mail, publishes a problem, supports a topic and joins a table."""

from __future__ import annotations

import re
import secrets

from playwright.sync_api import Page, expect

from tests.journeys.entering import PASSWORD, register, sign_in
from tests.journeys.pages import CONSULTATION, LOCAL, Visitor, check, enter_cycle, first_row, press
from tests.journeys.site import Site

LEFT = "Object.keys({ ...localStorage, ...sessionStorage }).filter((key) => key.startsWith('cocrea:')).length"


def test_a_visitor_registers_confirms_and_takes_part(visitor: Visitor, site: Site) -> None:
    page, email = visitor(), f"persona-{secrets.token_hex(4)}@example.org"
    register(page, site, email, "Vecina del río")
    sign_in(page, email)
    expect(page.get_by_role("heading", name="Hola, Vecina del río")).to_be_visible()
    check(page)
    _publish_a_problem(page)
    enter_cycle(page, CONSULTATION, "Temas")
    page.get_by_role("button", name=re.compile("Apoyar este tema")).first.click()
    expect(page.locator(".card").get_by_role("status").get_by_text("Tu apoyo cuenta")).to_be_visible()
    expect(page.locator("[data-told]")).to_be_focused()
    check(page)
    enter_cycle(page, LOCAL, "Mesas")
    first_row(page)
    press(page, "Unirme a esta mesa")
    expect(page.get_by_text("Ya tienes tu asiento")).to_be_visible()
    check(page)


def test_a_deleted_account_leaves_no_draft_on_the_device(visitor: Visitor, site: Site) -> None:
    page, email = visitor(), f"persona-{secrets.token_hex(4)}@example.org"
    register(page, site, email, "Vecina de paso")
    sign_in(page, email)
    page.evaluate("localStorage.setItem('cocrea:copy:x', '{}'); sessionStorage.setItem('cocrea:draft:x', '{}')")
    page.goto(f"{site.url}/cuenta/retiro")
    check(page)
    page.get_by_label("Tu contraseña").fill("otra cosa del todo")
    press(page, "Borrar mi cuenta para siempre")
    expect(page.get_by_role("heading", name="Hay algo que corregir")).to_be_visible()
    page.wait_for_function(f"() => {LEFT} === 2")
    page.get_by_label("Tu contraseña").fill(PASSWORD)
    press(page, "Borrar mi cuenta para siempre")
    expect(page.get_by_text("Tu cuenta se borró.")).to_be_visible()
    page.wait_for_function(f"() => {LEFT} === 0")


def _publish_a_problem(page: Page) -> None:
    enter_cycle(page, CONSULTATION, "Problemáticas")
    page.get_by_role("link", name="Publicar una problemática").first.click()
    check(page)
    page.get_by_label(re.compile("^Título")).fill("Nadie avisa cuándo abre la clínica <script>alert(1)</script>")
    page.get_by_label(re.compile("Qué pasa")).fill("La clínica cierra sin aviso **cada semana**.")
    page.get_by_label(re.compile("A quién afecta")).fill("A quienes caminan dos horas para llegar.")
    page.get_by_label(re.compile("^Tema")).select_option(index=1)
    press(page, "Publicar la problemática")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nadie avisa cuándo abre la clínica")
    check(page)
