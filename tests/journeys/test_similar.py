"""Someone begins to write what others have said already, and supports it in one tap."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import CONSULTATION, Visitor, check, enter_cycle, follow, sign_in_as

SAID = "Nos llega agua dos días a la semana y nunca sabemos cuáles"
TYPED = "Agua solo dos dias por semana, sin saver cuáles"
MINE = f"También me pasa «{SAID}»"


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_supporting_a_similar_one_keeps_what_was_typed(visitor: Visitor, phone: bool) -> None:
    page = visitor(phone=phone)
    sign_in_as(page, "contraparte" if phone else "participante")
    enter_cycle(page, CONSULTATION, "Problemáticas")
    follow(page, "Publicar una problemática")
    page.get_by_label("Título").fill(TYPED)
    with page.expect_response(re.compile("/parecidas")):
        page.get_by_label("Título").press("Enter")
    mine = page.get_by_role("button", name=MINE)
    expect(mine).to_be_visible()
    check(page)
    mine.click()
    expect(page.locator("#parecidas").get_by_text("Tu apoyo cuenta.")).to_be_visible()
    expect(page.get_by_label("Título")).to_have_value(TYPED)
    check(page)
