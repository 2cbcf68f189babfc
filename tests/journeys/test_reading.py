"""Way 1: a visitor reads the home page, a cycle, problems, a table, proposals, a result, commitments and the board."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import CONSULTATION, FOURTH, LOCAL, Visitor, check, enter_cycle, first_row, open_row


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_visitor_reads_the_whole_way(visitor: Visitor, phone: bool) -> None:
    page = visitor(phone=phone)
    check(page)
    enter_cycle(page, FOURTH)
    expect(page.get_by_text("Estás aquí")).to_be_visible()
    for words in ("Qué sigue:", "Qué puedes hacer ahora"):
        expect(page.get_by_text(words)).to_be_visible()
    enter_cycle(page, CONSULTATION, "Problemáticas")
    first_row(page)
    enter_cycle(page, LOCAL, "Mesas")
    first_row(page)
    enter_cycle(page, LOCAL, "Propuestas")
    first_row(page)
    enter_cycle(page, LOCAL, "Votaciones")
    open_row(page, "Contada")
    expect(page.get_by_role("heading", name="Resultado", exact=True)).to_be_visible()
    enter_cycle(page, FOURTH, "Compromisos")
    first_row(page)
    enter_cycle(page, FOURTH, "Tablero")
