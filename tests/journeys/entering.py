"""How a person of a journey comes to an account, and enters with it."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from tests.conftest import PATIENCE
from tests.journeys.pages import check, press
from tests.journeys.site import Site

PASSWORD = "barco lento bajo la lluvia"


def register(page: Page, site: Site, email: str, name: str) -> None:
    """From the home page to a confirmed account, by the link in the letter."""
    page.get_by_role("main").get_by_role("link", name="Crear cuenta").click()
    check(page)
    page.get_by_label("Nombre que verán los demás").fill(name)
    page.get_by_label("Correo electrónico").fill(email)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_label(re.compile("Acepto las reglas")).check()
    press(page, "Crear cuenta")
    expect(page.get_by_role("heading", name="Revisa tu correo")).to_be_visible()
    check(page)
    page.goto(_link_for(page, site, email))
    page.get_by_role("button", name=re.compile("confirmar")).click()
    check(page)


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """On the page of entering; unless another is said, with the password of all who registered."""
    page.get_by_label("Correo electrónico").fill(email)
    page.get_by_label("Contraseña", exact=True).fill(password)
    press(page, "Entrar")
    expect(page.get_by_role("heading", name="Por hacer")).to_be_visible()


def _link_for(page: Page, site: Site, email: str) -> str:
    """The confirmation link in the newest letter, once it has been sent: the one address that nobody types."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for letter in reversed(site.letters(email)):
            if found := re.search(r"https?://\S*/registro/confirmacion/\S+", letter):
                return re.sub(r"^https?://[^/]+", site.url, found[0])
        page.wait_for_timeout(100)
    raise AssertionError(f"no letter for {email}")
