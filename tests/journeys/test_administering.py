"""Before the seven ways: an administrator adds an organisation and invites whoever speaks for it."""

from __future__ import annotations

import re
import secrets

from playwright.sync_api import Page, expect

from tests.journeys.entering import PASSWORD, register, sign_in
from tests.journeys.pages import Visitor, check, follow, go, go_home, press
from tests.journeys.site import Site

ORGANISATION = "Universidad de la Cuenca"


def test_an_administrator_invites_who_speaks_for_an_organisation(visitor: Visitor, site: Site) -> None:
    tag = secrets.token_hex(4)
    admin, invited = f"admin-{tag}@example.org", f"voz-{tag}@example.org"
    site.operate("accounts", "create-admin", admin, "--name", "Administración 01", "--password", PASSWORD)
    page, other = visitor(), visitor(phone=True)
    go(page, page.get_by_role("link", name="Entrar"))
    sign_in(page, admin)
    page.get_by_role("banner").get_by_text("Administración 01").click()
    go(page, page.get_by_role("link", name="Administración", exact=True))
    check(page)
    _add_the_organisation(page)
    _section(page, "Funciones")
    page.get_by_label("Función").select_option(label=ORGANISATION)
    page.get_by_label("Correo electrónico").fill(invited)
    press(page, "Enviar la invitación")
    expect(page.get_by_text("Enviamos la invitación a ese correo")).to_be_visible()
    check(page)
    register(other, site, invited, "Voz de la Cuenca")
    sign_in(other, invited)
    _accept(other)
    page.reload()
    expect(page.get_by_text("Voz de la Cuenca").first).to_be_visible()
    _take_it_back(page)


def _section(page: Page, name: str) -> None:
    go(page, page.get_by_role("navigation", name="Administración").get_by_role("link", name=name))
    check(page)


def _add_the_organisation(page: Page) -> None:
    _section(page, "Organizaciones")
    follow(page, "Agregar una organización")
    press(page, "Guardar")
    expect(page.get_by_text("Hay algo que corregir")).to_be_visible()
    check(page)
    page.get_by_label("Nombre completo").fill(ORGANISATION)
    page.get_by_label("Sector").select_option(label="Academia")
    press(page, "Guardar")
    expect(page.get_by_role("link", name=ORGANISATION)).to_be_visible()


def _accept(page: Page) -> None:
    go_home(page)
    follow(page, "invit")
    press(page, "Aceptar la función")
    expect(page.get_by_text(re.compile("función", re.IGNORECASE)).first).to_be_visible()
    check(page)


def _take_it_back(page: Page) -> None:
    go(page, page.get_by_role("link", name="Retirar función de Voz de la Cuenca"))
    check(page)
    page.get_by_label("¿Por qué se retira la función?").fill("Terminó su encargo.")
    press(page, "Retirar la función")
    expect(page.get_by_text("Retiraste la función.")).to_be_visible()
    expect(page.get_by_text("Voz de la Cuenca")).to_have_count(0)
