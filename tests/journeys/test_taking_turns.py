"""Two people write a commitment from two browsers: one at a time, and nobody's words are lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import LOCAL, Visitor, check, enter_cycle, follow, press, sign_in_as
from tests.journeys.site import Site, served

COMMITMENT = "Saber cuándo llega el agua: tablero público por sector"
SECTION, FIELD, HEADING = "Qué se hará", "Qué se hará", "Los dos textos"
OWN, OTHERS = "El instituto publica el agua de cada día.", "También se avisa por radio, en mixteco."
STATE = "[data-draft-state]"


@pytest.fixture(scope="module")
def site(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One of its own: in the site of the others this commitment may be in the plan already."""
    with served(database_kind, tmp_path_factory.mktemp("turns")) as found:
        yield found


def test_a_turn_expires_and_both_texts_are_kept(visitor: Visitor, site: Site) -> None:
    one, other = visitor(), visitor(phone=True)
    sign_in_as(one, "institución")
    sign_in_as(other, "facilitadora")
    address = _open(one)
    expect(one.get_by_text("Tú escribes esta sección hasta las")).to_be_visible()
    check(one)
    other.goto(address)
    expect(other.get_by_text("Su turno termina a las")).to_be_visible()
    check(other)
    press(other, "Pedir el turno")
    expect(other.get_by_text("Ya sabe que esperas el turno.")).to_be_visible()
    one.get_by_label(FIELD, exact=True).fill(OWN)
    expect(one.locator(STATE)).to_contain_text("Guardado a las")
    site.advance(minutes=11)
    follow(other, "Ver si ya se liberó")
    other.get_by_label(FIELD, exact=True).fill(OTHERS)
    press(one, "Guardar y seguir")
    expect(one.get_by_text("Ahora escribe esta sección").first).to_be_visible()
    expect(one.get_by_label(FIELD, exact=True)).to_have_value(OWN)
    check(one)
    press(other, "Guardar y seguir")
    expect(other.get_by_text("Guardamos esta sección.")).to_be_visible()
    one.goto(address)
    expect(one.get_by_role("heading", name=HEADING)).to_be_visible()
    expect(one.get_by_text(OTHERS)).to_be_visible()
    expect(one.get_by_label(FIELD, exact=True)).to_have_value(OWN)
    check(one)
    one.get_by_label(FIELD, exact=True).fill(f"{OWN} {OTHERS}")
    press(one, "Guardar y seguir")
    expect(one.get_by_text("Guardamos esta sección.")).to_be_visible()
    follow(one, "Volver al compromiso")
    one.get_by_role("link", name="versiones").click()
    expect(one.get_by_role("heading", name="Quién ha escrito cada sección")).to_be_visible()
    check(one)
    one.get_by_role("link", name="Ver qué cambió").first.click()
    expect(one.locator("ins").first).to_be_visible()
    check(one)


def _open(page: Page) -> str:
    """The section's form, from the list of commitments; its address."""
    enter_cycle(page, LOCAL, "Compromisos")
    follow(page, COMMITMENT)
    page.get_by_text("secciones completas").first.wait_for()
    link = page.get_by_role("link", name=SECTION, exact=True).first
    page.goto(str(link.get_attribute("href")))
    return page.url
