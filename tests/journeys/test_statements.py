"""Someone proposes a statement, the facilitation admits it, others answer it, and all read what they say together."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import CONSULTATION, Visitor, check, enter_cycle, follow, go, press, sign_in_as

SENTENCE = "Las sesiones del cabildo deben transmitirse en vivo"


def asked(page: Page) -> str:
    return page.locator("#pregunta .reference").inner_text()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_from_a_sentence_to_answers(visitor: Visitor, phone: bool) -> None:
    author, facilitator = visitor(phone=phone), visitor()
    sentence = f"{SENTENCE}, también desde {'el teléfono' if phone else 'casa'}"
    sign_in_as(author, "participante")
    enter_cycle(author, CONSULTATION, "Afirmaciones")
    follow(author, "Proponer una afirmación")
    author.get_by_label("Tu afirmación").fill(sentence)
    press(author, "Proponer la afirmación")
    expect(author.get_by_text("Te avisaremos cuando decida")).to_be_visible()
    check(author)
    sign_in_as(facilitator, "facilitadora")
    enter_cycle(facilitator, CONSULTATION, "Afirmaciones")
    follow(facilitator, "Revisar las propuestas")
    facilitator.get_by_role("listitem").filter(has_text=sentence).get_by_role("button", name="Admitir").click()
    expect(facilitator.get_by_text("La admitiste")).to_be_visible()
    enter_cycle(author, CONSULTATION, "Afirmaciones")
    expect(author.get_by_role("link", name=sentence)).to_be_visible()
    follow(author, "Responder afirmaciones")
    first = asked(author)
    press(author, "De acuerdo")
    author.wait_for_url(re.compile("#pregunta"))
    assert asked(author) != first
    expect(author.locator("#pregunta")).to_be_focused()
    expect(author.locator("#pregunta kbd").first, "the keys are at work").not_to_have_attribute("hidden", "")
    second = asked(author)
    author.keyboard.press("3")
    expect(author.get_by_text("Antes respondiste «Paso» a:")).to_be_visible()
    assert asked(author) != second
    check(author)
    follow(author, "Ver y cambiar mis respuestas")
    follow(author, "Responder las que faltan")
    follow(author, "En qué coinciden las respuestas")
    expect(author.get_by_role("img", name="Mapa de opinión")).to_be_visible()
    author.get_by_text("Ver la tabla").click()
    check(author)


def test_without_scripts_answers_are_plain_forms(visitor: Visitor) -> None:
    page = visitor(scripts=False)
    sign_in_as(page, "contraparte")
    enter_cycle(page, CONSULTATION, "Afirmaciones")
    follow(page, "Responder afirmaciones")
    first = asked(page)
    go(page, page.locator("#pregunta").get_by_role("button", name="En desacuerdo"))
    expect(page.get_by_text("Antes respondiste «En desacuerdo» a:")).to_be_visible()
    assert asked(page) != first
