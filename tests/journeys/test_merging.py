"""A facilitator's way: merge two problems, undo it, and hand problems out to a table; on a desk and on a phone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.pages import CONSULTATION, LOCAL, Visitor, check, enter_cycle, follow, press, sign_in_as

STAYS, GOES = "Nos llega agua dos días a la semana", "Pagamos agua que no llega"


def test_a_facilitator_merges_and_undoes_it_and_hands_problems_out(visitor: Visitor) -> None:
    page = visitor(phone=True)
    sign_in_as(page, "facilitadora")
    enter_cycle(page, CONSULTATION, "Temas")
    follow(page, "Agua en casa")
    follow(page, STAYS)
    follow(page, "Fusionar con otras")
    page.get_by_label(GOES).check()
    press(page, "Verlas lado a lado")
    expect(page.get_by_role("heading", name="Fusionar problemáticas")).to_be_visible()
    check(page)
    page.get_by_role("radio", name=STAYS).check()
    page.get_by_label("Razón").fill("Dicen lo mismo.")
    press(page, "Fusionar problemáticas")
    expect(page.get_by_text("Quedaron fusionadas.")).to_be_visible()
    follow(page, GOES)
    expect(page.get_by_text("Dicen lo mismo.")).to_be_visible()
    follow(page, "Deshacer la fusión")
    page.get_by_label("Razón").fill("No eran lo mismo.")
    press(page, "Deshacer la fusión")
    expect(page.get_by_role("heading", name=GOES)).to_be_visible()
    check(page)
    _hand_out(page)


def _hand_out(page: Page) -> None:
    enter_cycle(page, LOCAL, "Mesas")
    follow(page, "Repartir problemáticas")
    page.get_by_label("El agua llega cada doce días").check()
    page.get_by_label("¿A qué mesa van?").select_option(label="Mesa de obra municipal")
    page.get_by_label("Razón").fill("Es la obra del tanque.")
    press(page, "Llevar a la mesa")
    expect(page.get_by_text("1 problemática cambió de mesa.")).to_be_visible()
    check(page)
