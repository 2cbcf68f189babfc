"""Someone narrows the problems down, sees them on the map, takes the list along, and reads why it happens; and puts
proposals side by side."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import CONSULTATION, LOCAL, Visitor, check, enter_cycle, follow, go

WORD = "agua"


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_from_a_filter_to_the_map_the_file_and_the_tree(visitor: Visitor, phone: bool) -> None:
    page = visitor(phone=phone)
    enter_cycle(page, CONSULTATION, "Problemáticas")
    page.get_by_role("searchbox", name="Buscar").fill(WORD)
    page.get_by_label("Orden").select_option(label="Con más apoyos")
    page.get_by_text("Filtros", exact=True).click()
    page.get_by_label("Cómo llegó").select_option(label="En línea")
    check(page)
    go(page, page.get_by_role("button", name="Aplicar los filtros"))
    expect(page.get_by_role("link", name="Quitar el filtro: En línea")).to_be_visible()
    check(page)
    shown = page.locator(".rows .reference").all_inner_texts()
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="CSV").click()
    with Path(downloaded.value.path()).open(encoding="utf-8-sig", newline="") as file:
        assert [row["reference"] for row in csv.DictReader(file)][: len(shown)] == shown != []
    follow(page, "Verla en un mapa")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    check(page)
    go(page, page.locator(".tiles a"))
    expect(page.locator(".rows .row")).not_to_have_count(0)
    expect(page.get_by_role("link", name="Quitar todos los filtros")).to_be_visible()
    check(page)
    page.goto(page.url.split("?")[0].replace("/problematicas", "/temas"))
    follow(page, "Árbol de problemas")
    expect(page.get_by_role("heading", name="Causas")).to_be_visible()


def test_finding_works_without_scripts(visitor: Visitor) -> None:
    page = visitor(scripts=False)
    enter_cycle(page, CONSULTATION, "Problemáticas")
    page.get_by_role("searchbox", name="Buscar").fill("AGUA")
    go(page, page.get_by_role("button", name="Buscar", exact=True))
    expect(page.get_by_role("link", name="Quitar el filtro: Dicen «AGUA»")).to_be_visible()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_proposals_are_narrowed_and_put_side_by_side(visitor: Visitor, phone: bool) -> None:
    page = visitor(phone=phone, scripts=phone)
    enter_cycle(page, LOCAL, "Propuestas")
    page.get_by_text("Filtros", exact=True).click()
    page.get_by_label("Situación").select_option(label="Retomada en un compromiso")
    go(page, page.get_by_role("button", name="Aplicar los filtros"))
    expect(page.get_by_role("link", name="Quitar el filtro: Retomada en un compromiso")).to_be_visible()
    check(page)
    titles = page.locator(".row__title").all_inner_texts()
    for title in titles:
        page.get_by_label(f"Comparar: {title}").check()
    go(page, page.get_by_role("button", name="Comparar las marcadas"))
    for title in titles:
        expect(page.locator(".compare").first.get_by_role("link", name=title)).to_be_visible()
    check(page)
